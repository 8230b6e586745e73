/* SPDX-License-Identifier: ISC */
/* cgroupbase - the group in which others can be made */
#ifndef NSKIT_CGROUPBASE_H
#define NSKIT_CGROUPBASE_H

#include "cgroupdir.h"

/* A descriptor, which the caller closes, of the group above; -1 where the mount shows none. */
int cgroupbase_open_parent(int dir);

/* Whether groups can be made in it, and processes put into it, by us. */
int cgroupbase_is_ours(int dir);

/* The controllers of version 2 that `file` of the directory lists: "cgroup.controllers". */
int cgroupbase_read_controllers(int dir, const char *file);

/* Open the nearest group, the own one or one above, in which a group can be made: it is ours to
 * change, and in version 2 it has controllers, and no processes of its own, or is the root. Out of
 * a group of nskit's, or one that is delegated, it doesn't go. In version 2 where none has
 * controllers, the nearest that is ours. -1 with errno EACCES or EBUSY. */
int cgroupbase_open(int own, int version);

#endif
