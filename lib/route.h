/* SPDX-License-Identifier: ISC */
/* route - routes, as the user writes them and as the kernel takes them, rtnetlink(7) */
#ifndef NSKIT_ROUTE_H
#define NSKIT_ROUTE_H

#include <stdint.h>

#include "addr.h"
#include "nl.h"

struct route {
	const char *word;	/* as the user wrote it */
	struct addr to;		/* a network; with prefix 0 all that no other route is for */
	struct addr via;	/* the next hop; family 0: none, `to` is on the link */
	const char *dev;	/* another interface than the one at hand, or NULL */
	uint32_t metric;	/* 0: the kernel's choice */
	uint32_t table;		/* 0: main */
	unsigned char type;	/* RTN_UNICAST, RTN_BLACKHOLE, RTN_UNREACHABLE, RTN_PROHIBIT */
	int onlink;		/* take the next hop to be on the link, whatever routes say */
};

/* Parse "DST[,via=ADDR][,dev=NAME][,metric=N][,table=N][,onlink][,TYPE]", where DST is a network or
 * "default" (then of the next hop's family) and TYPE is blackhole, unreachable or prohibit. `words`
 * is cut up and borrowed, `route->word` is not set. Returns 0, or -1 with errno EINVAL and in why.h
 * what is wrong. */
int route_parse(char *words, struct route *route);

/* Add or delete `route`, where it says nothing else by the interface `index`, in the network
 * namespace of `nl`. Returns 0, or -1 with errno, and in why.h the kernel's text: EEXIST, ENODEV,
 * ENETUNREACH where the next hop isn't on a link; to delete, ESRCH where it isn't there. What
 * wasn't added isn't there, also where the conversation broke. */
int route_add(struct nl *nl, const struct route *route, int index);
int route_delete(struct nl *nl, const struct route *route, int index);

#endif
