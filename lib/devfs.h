/* SPDX-License-Identifier: ISC */
/* devfs - a small /dev for a root file system */
#ifndef NSKIT_DEVFS_H
#define NSKIT_DEVFS_H

#include "rootfs.h"

/* Add /dev: a tmpfs with null zero full random urandom tty, a devpts of its own (pts, ptmx), shm,
 * mqueue of the IPC namespace we are in where that may be mounted, and the links fd, stdin, stdout
 * and stderr. The nodes are made where mknod(2) is permitted, else those that are here are bound.
 * With `console` and a terminal among the standard descriptors, that is /dev/console. 0, or -1 with
 * errno and root->step. */
int devfs_add(struct rootfs *root, int console);

#endif
