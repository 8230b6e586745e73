/* SPDX-License-Identifier: ISC */
/* veth - a pair of interfaces between two network namespaces, veth(4) */
#ifndef NSKIT_VETH_H
#define NSKIT_VETH_H

#include <stddef.h>

#include "link.h"

enum { VETH_MAC = 6, VETH_ADDRESSES = 32, VETH_GATEWAYS = 2 };

/* One end: what it is to be, and what became of it. */
struct veth_end {
	struct nl nl;		/* opened in the end's network namespace */
	int ns;			/* that namespace; -1: the one we are in */
	const char *name;	/* "eth%d": the next one free */
	struct link_address address[VETH_ADDRESSES];
	size_t addresses;
	struct link_address gateway[VETH_GATEWAYS]; /* default routes */
	size_t gateways;

	char made[IF_NAMESIZE];	/* the name it has */
	unsigned char mac[VETH_MAC];
	int index;		/* 0: not made */
	int raised_lo;		/* `lo` was down, and we brought it up */
};

/* What failed, and where. */
struct veth_fault {
	const struct veth_end *end;	/* NULL: the pair as a whole */
	struct nl_step step;		/* with a NULL word: the end's namespace as a whole */
	int left;			/* the pair couldn't be deleted again */
};

/* Open the sockets of both ends. Where the near end is to be here, we stay here; else we don't
 * return from its namespace, nor from a user namespace which that takes. Returns 0, or -1 with
 * errno and in `fault` which end's. */
int veth_open(struct veth_end *near, struct veth_end *far, struct veth_fault *fault);

/* Make a pair, each end where it belongs, with its addresses and routes, up, and `lo` up in both
 * namespaces. Returns 0, or -1 with errno and in `fault` what failed; then all is as before. EEXIST
 * about the link itself, with fault->end set: that end's name is taken there. */
int veth_create_pair(struct veth_end *near, struct veth_end *far, struct veth_fault *fault);

/* Take back what veth_create_pair() did. Returns 0, also where the pair has gone meanwhile, or -1
 * with errno. */
int veth_delete_pair(struct veth_end *near, struct veth_end *far);

/* Delete every end of a pair that is in the network namespace `ns`, and with it the other end:
 * with the namespace they would go too, but later. We don't return from there, nor from a user
 * namespace which that takes. 0, or -1 with errno. */
int veth_delete_all(int ns);

#endif
