/* SPDX-License-Identifier: ISC */
/*
 * wire - all that connects two network namespaces, made together or not at all
 *
 *   1. wire_open(): the sockets of both ends, and what else is looked at from within
 *   2. wire_create(): the bridge, free addresses, the pair, and the way out, in this order
 *   3. wire_undo(): all of that taken back, last things first
 */
#ifndef NSKIT_WIRE_H
#define NSKIT_WIRE_H

#include "bridge.h"
#include "linkmore.h"
#include "nat.h"
#include "pool.h"
#include "veth.h"
#include "wayout.h"

struct wire {
	struct veth_end near, far;
	struct veth_link link;
	struct linkmore more;	/* another link than a pair, with the near end alone */
	int mtu_auto;		/* that of the far end's way out */
	int gateway_auto;	/* the near end's default routes go through the far end */
	struct bridge bridge;	/* a NULL name: none. The far end is its port, the far end's
				 * addresses are the bridge's. */
	int pooled;		/* both ends have an address of `pool`, too */
	struct pool pool;
	int masquerade;		/* have near's addresses appear as the far namespace's */
	struct nat_publish publish[NAT_PUBLISHED]; /* ports of the far namespace, without `to` */
	size_t published;

	struct nl filter;	/* of the far end's namespace; an `fd` of -1: not open */
	struct wayout way;
	int way_open;
	struct nat nat;
	int translated;		/* the table is there */
	int guarded;		/* 1: so is the bridge's, by us; -1: perhaps */
	int obstacles;		/* what wayout_check() found in the way, */
	struct wayout_found found; /* and its details */
	char pool_end[ADDR_TEXT], pool_peer[ADDR_TEXT];
};

/* As veth_open(), for both ends. */
int wire_open(struct wire *wire, struct veth_fault *fault);

/* Make all of it. Returns 0, or -1 with errno and in `fault` what failed; then all is as before.
 * ENOSPC about the pool: all of it is in use; EADDRINUSE with link.dad: somebody else has an
 * address. Others as bridge_open(), veth_create_pair() and nat_create(). */
int wire_create(struct wire *wire, struct veth_fault *fault);

/* Take back what wire_create() did. Returns 0, or -1 with errno where something is left. */
int wire_undo(struct wire *wire);

#endif
