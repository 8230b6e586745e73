/* SPDX-License-Identifier: ISC */
/*
 * pool - addresses that nobody has, found by looking at what is in use
 *
 * There is no file that says what was given out, for it would outlive the containers. What is in
 * use is what interfaces and routes have: in a network namespace, and for a bridge in those of the
 * other ends of its ports. Two at once are kept apart by a lock on the network namespace, which
 * goes with its holder; and as that is only between programs that ask for it, by looking again
 * afterwards (pool_is_alone()).
 */
#ifndef NSKIT_POOL_H
#define NSKIT_POOL_H

#include <stddef.h>
#include <stdint.h>

#include "addr.h"
#include "nl.h"

/* Of a pool the first so many places are looked at. */
enum { POOL_PLACES = 1 << 20 };

/* What is in use. All zero to begin with; pool_forget() frees it. */
struct pool {
	struct addr net;	/* the pool */
	int bridge;		/* index of the bridge whose ports share it; or 0: pairs of a /30,
				 * in IPv6 /126, with an address for each end */
	unsigned char *used;	/* a bit for each place: a host or a pair's network */
	size_t places;
	struct addr own;	/* what was chosen */
	struct addr host;	/* the bridge's own in the pool, where it has one */
	int own_ns;		/* what is looked at is in the bridge's namespace */
	size_t count;		/* how often `own` is there: pool_is_alone() */
};

/* Have the network namespace `ns` to ourselves among those that ask for it, until the descriptor
 * that is returned is closed. After 2 s without an answer we go on all the same. -1: we do. */
int pool_lock(int ns);

/* Look at what is in use in the network namespaces of `nl` and `other`, which may be NULL. Returns
 * 0, or -1 with errno. */
int pool_look(struct pool *pool, struct nl *nl, struct nl *other);

/* Choose a free place, the first one unless `again`: then any. In `end` and `peer` are the
 * addresses for the two ends of a pair, with their prefix; of a bridge `peer` is its own, or the
 * first of the pool, and `end` never that. -1 with errno ENOSPC where all is in use. */
int pool_choose(struct pool *pool, int again, struct addr *end, struct addr *peer);

/* After the addresses have been added: whether nobody else has added the same meanwhile. Of two at
 * most one is told so. 1, 0, or -1 with errno. */
int pool_is_alone(struct pool *pool, struct nl *nl);

void pool_forget(struct pool *pool);

#endif
