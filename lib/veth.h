/* SPDX-License-Identifier: ISC */
/* veth - a pair of interfaces between two network namespaces, veth(4) */
#ifndef NSKIT_VETH_H
#define NSKIT_VETH_H

#include <stddef.h>

#include "link.h"
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
	int has_mac;		/* `mac` is given, else it is random */
	unsigned char mac[ADDR_MAC];
	int (*open)(struct veth_end *end); /* called in the end's namespace, or NULL */

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
	int left;			/* the pair couldn't be deleted again */
};

/* Open the sockets of both ends. Where the near end is to be here, we stay here; else we don't
 * return from its namespace, nor from a user namespace which that takes. Returns 0, or -1 with
 * errno, of end->open() too, and in `fault` which end's. */
int veth_open(struct veth_end *near, struct veth_end *far, struct veth_fault *fault);

/* Make a pair, each end where it belongs, with its addresses and routes, up, and `lo` up in both
 * namespaces. Returns 0, or -1 with errno and in `fault` what failed; then all is as before. EEXIST
 * about the link itself, with fault->end set: that end's name is taken there. */
int veth_create_pair(struct veth_end *near, struct veth_end *far, const struct veth_link *link,
		     struct veth_fault *fault);

/* Take back what veth_create_pair() did. Returns 0, also where the pair has gone meanwhile, or -1
 * with errno. */
int veth_delete_pair(struct veth_end *near, struct veth_end *far);

#endif
