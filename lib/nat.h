/* SPDX-License-Identifier: ISC */
/*
 * nat - one owner's table of address translation, nft(8)
 *
 * Every owner, the interface that leads to a container, has a table of its own, "nskit-OWNER" of
 * family inet (Linux 5.2 for its translation), so that all of it goes in one message. The functions
 * work in the network namespace of the conversation, which is opened by nl_open(nl,
 * NETLINK_NETFILTER): EPROTONOSUPPORT where the kernel has no nfnetlink.
 */
#ifndef NSKIT_NAT_H
#define NSKIT_NAT_H

#include <stddef.h>
#include <stdint.h>

#include "addr.h"
#include "nl.h"

enum { NAT_SOURCES = 33, NAT_PUBLISHED = 64 };

/* A port of the host that leads to one of the container. */
struct nat_publish {
	const char *word;	/* as the user wrote it */
	struct addr addr;	/* of the host, or with family 0 every one of `to`'s family. One of
				 * 127.0.0.0/8 is reached by nobody but the host itself. */
	struct addr to;		/* the container's. By its prefix neighbours are known: they reach
				 * the port by way of the host, as it does itself; in a bridge that
				 * takes hairpin mode of its port. */
	uint16_t port, to_port;	/* in the order of the host's bytes */
	uint8_t protocol;	/* IPPROTO_TCP, IPPROTO_UDP */
};

struct nat {
	const char *owner;	/* the interface on the host's side */
	int index;		/* its index: when that has gone, the table is dead */
	int via;		/* the interface with the host's addresses: it or its bridge */
	struct addr source[NAT_SOURCES]; /* networks or addresses to masquerade, by their prefix */
	size_t sources;
	struct nat_publish publish[NAT_PUBLISHED];
	size_t published;
	int guards;		/* nothing but nat_guard() */
};

/* Create the owner's table in one transaction. What goes out elsewhere than by `via`, and comes
 * from the sources, gets the address of the interface it goes out by. What comes for a published
 * port goes to the container, from whoever comes. 127.0.0.1 of the host takes
 * wayout_set_localnet() besides.
 *
 * A dead table that has the same name or one of the ports is replaced. Two creations at once are
 * decided by the number of the rule set's generation (Linux 4.12): the second looks again.
 *
 * Returns 0, or -1 with errno, nothing changed, and in `fault`, whose words are those of `nat`,
 * what failed. EEXIST: the owner has a table. EADDRINUSE: a port is published by the owner that
 * why.h names, or twice. EADDRNOTAVAIL: a port of ::1,
 * from where nothing gets out. EOPNOTSUPP, ENOENT: the kernel lacks nf_tables, or a part of it that
 * why.h names. EMSGSIZE: too much for one transaction. EAGAIN: the rules change all along. */
int nat_create(struct nl *nl, const struct nat *nat, struct nl_step *fault);

/* Give a bridge with that index a table of its own, which keeps what comes in by it away from the
 * loopback addresses for as long as there is the bridge. That has route_localnet from the first
 * port that was published over it on, for whoever else is connected to it, too, and also when the
 * port's table has gone. Returns 1, 0 where it has one, or -1 as nat_create(). */
int nat_guard(struct nl *nl, const char *bridge, int index, struct nl_step *fault);

/* Delete the table of `owner`. Returns 0, also where there is none, or -1 with errno. */
int nat_delete(struct nl *nl, const char *owner);

/* Delete the tables of owners that have gone: there is no interface of that name any more, or one
 * with another index than the table was made for. (A kernel before Linux 5.10 doesn't keep the
 * index: there it is the name alone.) An interface that is renamed has gone, too, unless it keeps
 * the old name as an alternative name. Returns how many, or -1 with errno. */
int nat_prune(struct nl *nl);

#endif
