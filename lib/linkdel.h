/* SPDX-License-Identifier: ISC */
/*
 * linkdel - interfaces deleted, many at the cost of one
 *
 * Every deletion waits until all processors are done with the interface (RCU), 16 to 20 ms. One
 * message that deletes a group waits once. So those that are to go are made a group first.
 */
#ifndef NSKIT_LINKDEL_H
#define NSKIT_LINKDEL_H

#include <stddef.h>
#include <stdint.h>

#include "nl.h"

/* Delete the `count` interfaces `names`, which may be alternative names, in the network namespace
 * of `nl`; of a veth pair the other end goes too. One that isn't there is no error. When it returns
 * they are gone, all or none. 0, or -1 with errno, and in `*failed` the name, NULL where it is none
 * alone: EOPNOTSUPP for what can't be deleted, as a network card. */
int linkdel_names(struct nl *nl, char *const *names, size_t count, const char **failed);

/* The same for the interfaces of `group`, which is not 0. */
int linkdel_group(struct nl *nl, uint32_t group);

/* The same for every end of a veth pair, macvlan, ipvlan, tap and tun, but for what was moved here
 * (linkmove.h). */
int linkdel_pairs(struct nl *nl);

/* The same in the network namespace `ns`: with the namespace they would go too, but later. We don't
 * return from there, nor from a user namespace which that takes. */
int linkdel_pairs_of(int ns);

#endif
