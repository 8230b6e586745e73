/* SPDX-License-Identifier: ISC */
/*
 * wayout - whether a network namespace lets the packets of others through
 *
 * /proc/sys/net shows the network namespace of who opens a file in it. So wayout_open() opens all
 * that is needed, and the others work in that namespace wherever the caller is by then.
 */
#ifndef NSKIT_WAYOUT_H
#define NSKIT_WAYOUT_H

#include <net/if.h>
#include <stddef.h>

#include "nl.h"

/* Families, as a mask. */
enum { WAYOUT_IP4 = 1, WAYOUT_IP6 = 2 };

enum { WAYOUT_SWITCHES = 24 };

/* One file below /proc/sys/net. */
struct wayout_switch {
	char name[64];		/* "net.ipv4.ip_forward" */
	char was[16];		/* its value */
	int fd;
	int error;		/* errno of opening it for writing */
	int set;		/* we have changed it: for the caller to say */
};

struct wayout {
	struct nl nl;		/* rtnetlink */
	struct wayout_switch change[WAYOUT_SWITCHES];
	size_t changes;
	int localnet;		/* index of the interface that was given route_localnet, or 0 */
	int bridged;		/* bridge-nf-call-iptables is on */
	const char *failed;	/* after a failure: the name of the switch, or NULL */
};

/* Open what the others need, in the network namespace that the caller is in. Returns 0, or -1 with
 * errno of socket(2) or open(2). wayout_close() ends it, and keeps errno. */
int wayout_open(struct wayout *way);
void wayout_close(struct wayout *way);

/* Switch forwarding on for `families`, where it is off: net.ipv4.ip_forward,
 * net.ipv6.conf.all.forwarding. Where an IPv6 default route is from a router's advertisement, that
 * interface's accept_ra becomes 2 before, or the route would be lost (ip-sysctl: forwarding). What
 * was changed is marked in way->change. Returns 0, or -1 with errno of open(2) or write(2), the
 * switch named in way->failed, and all as before. */
int wayout_set_forwarding(struct wayout *way, int families);

/* Let connections of the host from 127.0.0.0/8 leave by the interface `index`:
 * route_localnet (Linux 3.6). To be done after nat_create(), whose table keeps what comes from
 * there to 127.0.0.0/8 out. Returns 0, or -1 with errno. */
int wayout_set_localnet(struct wayout *way, int index);

/* Put back what was set. Two at the same time don't know of each other: what one puts back, the
 * other may have found and need. So this is for a failure right after, and not for the end of a
 * container. Returns 0, or -1 with errno. */
int wayout_undo(struct wayout *way);

/* The MTU of the way out: the smallest of those of the routes to the Internet, IPv4 and IPv6, a
 * route's own or that of its interface. Nothing is sent. -1 with errno; ENETUNREACH where there is
 * no such route. */
int wayout_mtu(struct wayout *way);

/* What may be in the way, as a mask. */
enum {
	WAYOUT_DROPS = 1,	/* a base chain on the hook forward drops what no rule accepts */
	WAYOUT_STRICT = 2,	/* rp_filter is 1 on an interface concerned */
	WAYOUT_BRIDGED = 4,	/* bridged frames go through iptables (bridge-nf-call-iptables) */
	WAYOUT_SMALLER = 8,	/* the way out has a smaller MTU */
	WAYOUT_NONE = 16,	/* there is no route to the Internet */
};

struct wayout_found {
	char chain[200];	/* DROPS: "ip filter FORWARD"; of an old table with "legacy" */
	char strict[IF_NAMESIZE]; /* STRICT: the interface */
	int mtu;		/* SMALLER: of the way out */
};

/* Look for what is in the way of packets that come in by the interface `via` and have up to `mtu`
 * bytes. `filter` is a conversation with NETLINK_NETFILTER in the same network namespace, or NULL:
 * no chain is looked at. Returns the mask, with its details in `found`, or -1 with errno. */
int wayout_check(struct wayout *way, struct nl *filter, int via, int mtu,
		 struct wayout_found *found);

#endif
