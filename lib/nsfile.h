/* SPDX-License-Identifier: ISC */
/* nsfile - the files that namespaces are, ioctl_nsfs(2), and more of what they tell */
#ifndef NSKIT_NSFILE_H
#define NSKIT_NSFILE_H

#include <stdint.h>
#include <sys/types.h>

#include "nskind.h"

/* Open the namespace file `path` below `dir`. Whoever can put something there may put a device or a
 * fifo: it is opened only once it is known to be a namespace. Returns a descriptor that the caller
 * closes, or -1 with errno; EINVAL: it is something else. */
int nsfile_open(int dir, const char *path);

/* Open the namespace with these numbers, without a process or a path (Linux 6.18). -1 with errno
 * ESTALE where it is gone or not ours to open; before Linux 6.18 EBADF. */
int nsfile_open_id(const struct nskind *kind, ino_t inode, uint64_t id);

/* How many mounts are in the mount namespace `fd`, and its id (Linux 6.12). 0, or -1 with errno. */
int nsfile_read_mounts(int fd, uint32_t *mounts, uint64_t *id);

/* The mount namespace after `fd`, or before it, in an order of the kernel's (Linux 6.12). A
 * descriptor that the caller closes, or -1 with errno: ENOENT where there is none, EPERM for
 * whoever isn't the system's root. */
int nsfile_open_next(int fd);
int nsfile_open_previous(int fd);

/* The process that is number 1 in the pid namespace `fd`, as ours numbers it (Linux 6.11); -1 with
 * errno ESRCH where there is none or we can't see it. */
pid_t nsfile_read_init(int fd);

#endif
