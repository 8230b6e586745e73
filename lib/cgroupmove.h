/* SPDX-License-Identifier: ISC */
/* cgroupmove - processes that run, moved into a control group */
#ifndef NSKIT_CGROUPMOVE_H
#define NSKIT_CGROUPMOVE_H

#include "cgroupdir.h"

struct handle;

/* Move the process of a handle; where it is process 1 of a pid namespace below ours, with all that
 * are in that and those below. 0, or -1 with errno: of cgroupdir_enter(), ENOTSUP where the handle
 * is files, EDEADLK where this process is among them; then those that were moved are in the groups
 * that the handle's process was in. */
int cgroupmove(struct cgroupdirs *dirs, const struct handle *handle);

#endif
