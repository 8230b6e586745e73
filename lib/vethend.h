/* SPDX-License-Identifier: ISC */
/* vethend - one interface in one network namespace: its addresses, routes and settings */
#ifndef NSKIT_VETHEND_H
#define NSKIT_VETHEND_H

#include <stddef.h>

#include "bridge.h"
#include "route.h"

enum { VETH_ADDRESSES = 32, VETH_GATEWAYS = 2, VETH_ROUTES = 32 };

/* One end: what it is to be, and what became of it. */
struct veth_end {
	struct nl nl;		/* opened in the end's network namespace */
	int ns;			/* that namespace; -1: the one we are in */
	const char *name;	/* "eth%d": the next one free */
	const char *altname;	/* another name, which may be longer (Linux 5.5), or NULL */
	struct link_address address[VETH_ADDRESSES + 1]; /* and one from a pool */
	size_t addresses;
	struct link_address gateway[VETH_GATEWAYS]; /* default routes */
	size_t gateways;
	struct route route[VETH_ROUTES];
	size_t routes;
	int master;		/* index of the bridge that it is a port of, or 0 */
	struct bridge_port port;
	int has_mac;		/* `mac` is given, else it is random */
	unsigned char mac[ADDR_MAC];
	int (*open)(struct veth_end *end); /* called in the end's namespace, or NULL */
	int tun;		/* what linkmore_open() opened; 0: nothing */

	char made[IF_NAMESIZE];	/* the name it has */
	int index;		/* 0: not made */
	size_t routed;		/* routes that were added */
	int raised_lo;		/* `lo` was down, and we brought it up */
};

/* What both ends have. 0 is the kernel's choice. */
struct veth_link {
	uint32_t mtu;
	uint32_t queues;	/* of both directions */
	uint32_t txqlen;
	uint32_t group;		/* a number to delete many by */
	const char *alias;	/* a text of at most 255 bytes, or NULL */
	int dad;		/* have the kernel ask whether somebody has the IPv6 addresses: for
				 * dad_wait() */
};

/* What failed, and where. */
struct veth_fault {
	const struct veth_end *end;	/* NULL: the pair as a whole */
	struct nl_step step;		/* with a NULL word: the end's namespace as a whole */
	int left;			/* something couldn't be taken back */
};

/* Note in `fault` what failed at `end`, with a NULL `word` at its namespace. Returns -1, with errno
 * as it was. */
int vethend_fail(struct veth_fault *fault, const struct veth_end *end, const char *deed,
		 const char *word);

/* Give the end a random MAC address, unless it has one. 0, or -1 with errno. */
int vethend_choose_mac(struct veth_end *end);

/* To the message begun last in `nl` add what an interface is made with: name, MAC address and all
 * of `link` but the alias. */
void vethend_put(struct nl *nl, const struct veth_end *end, const struct veth_link *link);

/* Begin a message about the interface end->index, which is there, with the same but for its name; a
 * MAC address only where one is given. */
void vethend_add_settings(struct veth_end *end, const struct veth_link *link);

/* Give the interface end->index its addresses, bring it up, add its routes. What was added to
 * end->nl before goes first. Returns 0, or -1 with errno and `fault`. */
int vethend_set_up(struct veth_end *end, const struct veth_link *link, struct veth_fault *fault);

/* Bring up `lo` of its namespace: after all else, for bringing it down again leaves traces. As
 * above. */
int vethend_raise_lo(struct veth_end *end, struct veth_fault *fault);

/* Take back what doesn't go with the interface: routes that lead elsewhere, and `lo`. */
void vethend_undo(struct veth_end *end);

#endif
