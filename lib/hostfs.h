/* SPDX-License-Identifier: ISC */
/* hostfs - the host's own system as a throwaway root file system */
#ifndef NSKIT_HOSTFS_H
#define NSKIT_HOSTFS_H

#include "rootfs.h"

/* Begin a root that looks as this one does and to which every write vanishes with it: a tmpfs with
 * an overlay for each top-level directory. (One overlay over `/` would miss what is mounted below
 * it, and to a user namespace the kernel refuses it.) /proc, /sys and /dev are left to
 * rootfs_add_standard(); /run and /tmp begin empty. A directory with mounts below it is made anew,
 * and its entries mirrored one by one; what no overlay can be made of is there read-only. 0, or -1
 * with errno and root->step. Linux 5.11. */
int hostfs_open(struct rootfs *root);

#endif
