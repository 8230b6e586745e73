/* SPDX-License-Identifier: ISC */
/* cgroupend - a control group frozen, its processes ended, and the group removed */
#ifndef NSKIT_CGROUPEND_H
#define NSKIT_CGROUPEND_H

#include "cgroupdir.h"

/* Whether the group, with those within it, has no process, or is frozen. */
int cgroupend_is_empty(const struct cgroupdirs *dirs);
int cgroupend_is_frozen(struct cgroupdirs *dirs);

/* Freeze all of its processes (Linux 5.2, or version 1's freezer), or let them go on, and wait
 * until they do. 0, or -1 with errno: ENOSYS where neither is there, ETIMEDOUT where a process
 * doesn't freeze, which then goes on, EDEADLK where it would be this one. */
int cgroupend_freeze(struct cgroupdirs *dirs, int frozen);

/* Kill all of its processes, however fast they fork, and wait until they are gone, at most so many
 * milliseconds. cgroup.kill (Linux 5.14), else they are frozen first. 0, or -1 with errno: EDEADLK
 * where this process is one of them, ETIMEDOUT, EPERM. */
int cgroupend_kill(struct cgroupdirs *dirs, int milliseconds);

/* Whether what `one` has open still has the name. */
int cgroupend_is_there(const struct cgroupdirs *dirs, const struct cgroupdir *one);

/* Remove the group and those within it, in the first hierarchy last; with `made` only where we have
 * made it. What has ended can take a moment to leave. 0, also where it is gone, or -1 with errno:
 * EBUSY where it has processes. */
int cgroupend_remove(struct cgroupdirs *dirs, int made);

#endif
