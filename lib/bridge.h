/* SPDX-License-Identifier: ISC */
/* bridge - a bridge that the other ends of pairs are ports of, rtnetlink(7) */
#ifndef NSKIT_BRIDGE_H
#define NSKIT_BRIDGE_H

#include <stddef.h>

#include "link.h"

enum { BRIDGE_ADDRESSES = 33 };

struct bridge {
	const char *name;
	const struct link_address *address; /* that it shall have; those that it has are fine */
	size_t addresses;
	int filters;		/* it is to filter VLANs */

	int index;		/* 0: not there */
	int made, raised;	/* by us */
	unsigned char mac[ADDR_MAC]; /* the one that it got from us */
	unsigned char is_new[BRIDGE_ADDRESSES]; /* of each address: it was added */
	const struct link_address *failed; /* after a failure: the address, or NULL */
};

/* Find the bridge in the network namespace of `nl`, or make it where it isn't, with a random MAC
 * address of its own: one that it took from its ports would change with them, and be unknown to
 * everybody else for a while. Then bring it up and add its addresses. Two at once make one bridge.
 * Returns 0, or -1 with errno and all as before; and in why.h why: ENOTUNIQ where the name is that
 * of something else, EINVAL of a bridge that doesn't filter. */
int bridge_open(struct bridge *bridge, struct nl *nl);

/* Add those of bridge->address from number `from` on, as bridge_open() does; take back the last.
 * Returns 0, or -1 with errno. */
int bridge_add_addresses(struct bridge *bridge, struct nl *nl, size_t from);
void bridge_remove_last(struct bridge *bridge, struct nl *nl);

/* Take back what bridge_open() did. A bridge that has got another's port meanwhile stays. Returns
 * 0, or -1 with errno. */
int bridge_undo(struct bridge *bridge, struct nl *nl);

/* Delete the bridge, unless it has ports: 0 then too, and where it isn't there. One that makes
 * ports meanwhile under pool_lock() is waited for. -1 with errno: ENOTUNIQ as bridge_open(). */
int bridge_delete_unused(struct bridge *bridge, struct nl *nl);

/* What a port does. `hairpin` sends frames back where they came from, for a port to reach itself by
 * an address of the bridge; `isolated` ones reach no other isolated one (Linux 4.18); with `vlan`,
 * 1 to 4094, it is in that VLAN alone, untagged. */
struct bridge_port {
	int hairpin, isolated;
	uint16_t vlan;		/* 0: what the bridge has for new ports */
};

/* Add the messages to `nl` that have the port `index` do so; none where it is a port as any other.
 * EOPNOTSUPP: the kernel has no filter for VLANs. */
void bridge_add_port(struct nl *nl, int index, const char *name, const struct bridge_port *port);

#endif
