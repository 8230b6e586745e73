/* SPDX-License-Identifier: ISC */
/*
 * wayout - whether a network namespace lets the packets of others through
 *
 * /proc/sys/net shows the network namespace of whoever opens a file in it. So wayout_open() opens
 * all that may be needed, and the others work in that namespace wherever the caller is by then.
 */
#ifndef NSKIT_WAYOUT_H
#define NSKIT_WAYOUT_H

#include <net/if.h>
#include <stddef.h>

#include "nl.h"

/* Families, as a mask. */
enum { WAYOUT_IP4 = 1, WAYOUT_IP6 = 2 };

enum { WAYOUT_SWITCHES = 256 };

/* One file below /proc/sys/net. */
struct wayout_switch {
	char name[64];		/* "net.ipv4.ip_forward" */
	char was[16];		/* its value */
	const char *wanted;	/* what it is to be; NULL: it is put back alone */
	int family;
	int fd;
	int error;		/* errno of opening it for writing, or 0 */
	int set;		/* with `wanted`: we have changed it, which the caller says */
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
 * errno of socket(2), open(2) or rtnetlink(7). wayout_close() ends it, and keeps errno. */
int wayout_open(struct wayout *way);
void wayout_close(struct wayout *way);

/* Switch forwarding on for `families`, where it is off: net.ipv4.ip_forward,
 * net.ipv6.conf.all.forwarding. Where the IPv6 default route is from a router's advertisement, that
 * interface's accept_ra becomes 2 before, or the kernel would drop the route (ip-sysctl). What was
 * changed is marked in way->change. Returns 0, or -1 with errno of open(2) or write(2), the switch
 * named in way->failed, and all as before. */
int wayout_set_forwarding(struct wayout *way, int families);

/* Let connections of the host from 127.0.0.0/8 leave by the interface `index`: route_localnet
 * (Linux 3.6). To be done after nat_create(), whose table keeps what comes in by that interface
 * away from 127.0.0.0/8. Returns 0, or -1 with errno. */
int wayout_set_localnet(struct wayout *way, int index);

/* Put back what was set, last things first. Two at the same time don't know of each other: what one
 * puts back the other may have found, and need. So this is for a failure right after, and not for
 * the end of a container. Returns 0, or -1 with the first errno. */
int wayout_undo(struct wayout *way);

/* A route to the Internet. */
struct wayout_route {
	int index;		/* of its interface */
	int mtu;		/* its own, or that of its interface */
	int protocol;		/* who made it: RTPROT_RA */
};

/* Find the route of `family` (AF_INET, AF_INET6) to the Internet, by asking for that to a root name
 * server; nothing is sent. Returns 0, or -1 with errno; ENETUNREACH where there is none. */
int wayout_find_route(struct nl *nl, int family, struct wayout_route *route);

/* The MTU of the way out: the smaller of those of both families' routes. -1 with errno; ENETUNREACH
 * where there is none. */
int wayout_mtu(struct wayout *way);

/* What may be in the way, as a mask. */
enum {
	WAYOUT_DROPS = 1,	/* a base chain on the hook forward drops what no rule accepts */
	WAYOUT_STRICT = 2,	/* rp_filter is 1 on an interface concerned */
	WAYOUT_BRIDGED = 4,	/* bridged frames go through iptables: bridge-nf-call-iptables */
	WAYOUT_SMALLER = 8,	/* the way out has a smaller MTU */
	WAYOUT_NONE = 16,	/* there is no route to the Internet */
};

struct wayout_found {
	char chain[200];	/* DROPS: "ip filter FORWARD" */
	char strict[IF_NAMESIZE]; /* STRICT: the interface */
	int mtu;		/* SMALLER: of the way out */
};

/* Look for what is in the way of packets that come in by the interface `via` and have up to `mtu`
 * bytes. `filter` is a conversation with NETLINK_NETFILTER in the same network namespace, or NULL:
 * no chain is looked at. The chains of iptables-nft are among nf_tables'; those of the legacy
 * iptables are not seen. Returns the mask, with its details in `found`, or -1 with errno. */
int wayout_check(struct wayout *way, struct nl *filter, int via, int mtu,
		 struct wayout_found *found);

#endif
