/* SPDX-License-Identifier: ISC */
/*
 * cgroupwhere - where the rest of a control group is
 *
 * In version 1 each hierarchy has own groups of its own, and from another session, say, a group is
 * found in one and not in the other. So each of its directories bears the paths of all as an
 * attribute that only root reads and writes.
 */
#ifndef NSKIT_CGROUPWHERE_H
#define NSKIT_CGROUPWHERE_H

#include "cgroupdir.h"

/* Have the directories of the group tell of each other, as far as that is permitted. */
void cgroupwhere_write(const struct cgroupdirs *dirs);

/* Find what is missing by what the others tell: directories of the same name. Returns how many. */
int cgroupwhere_find(struct cgroupdirs *dirs);

#endif
