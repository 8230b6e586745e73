/* SPDX-License-Identifier: ISC */
/*
 * linkmore - other links than a pair: with one end only, in the near namespace
 *
 *   an interface moved there from the far namespace, linkmove.h
 *   a macvlan or ipvlan, which shares an interface of the far namespace, its parent
 *   a tap or tun, at whose other end there is a program that opens /dev/net/tun
 */
#ifndef NSKIT_LINKMORE_H
#define NSKIT_LINKMORE_H

#include "linkmove.h"

enum linkmore_kind {
	LINKMORE_PAIR,		/* none of these */
	LINKMORE_MOVE, LINKMORE_MACVLAN, LINKMORE_IPVLAN, LINKMORE_TAP, LINKMORE_TUN
};

struct linkmore {
	enum linkmore_kind kind;
	const char *from;	/* the interface that is moved, or the parent */
	uint32_t mode;		/* of a macvlan or ipvlan */
	int has_owner;		/* who may open a tap without privilege: `owner` */
	uint32_t owner;
	struct linkmove move;	/* also the mark of what is made */
};

/* What it's called: "macvlan". */
const char *linkmore_name(enum linkmore_kind kind);

/* Parse "mode=MODE", of a macvlan or ipvlan; NULL is the usual one, "bridge" or "l2". 0, or -1 with
 * errno EINVAL, and in why.h which there are. */
int linkmore_parse_mode(enum linkmore_kind kind, const char *text, uint32_t *mode);

/* For near->open, with a tap or tun: open /dev/net/tun. Returns 0, or -1 with errno of open(2) and
 * the path in why.h. */
int linkmore_open(struct veth_end *near);

/* As veth_create_pair(), for the near end alone. A tap or tun is persistent in the end; until then
 * it goes when we do, however we end. */
int linkmore_create(struct linkmore *more, struct veth_end *near, struct veth_end *far,
		    const struct veth_link *link, struct veth_fault *fault);

/* Take that back. Returns 0, or -1 with errno. */
int linkmore_undo(struct linkmore *more, struct veth_end *near);

#endif
