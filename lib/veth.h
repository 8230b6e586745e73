/* SPDX-License-Identifier: ISC */
/* veth - a pair of interfaces between two network namespaces, veth(4) */
#ifndef NSKIT_VETH_H
#define NSKIT_VETH_H

#include "vethend.h"

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
