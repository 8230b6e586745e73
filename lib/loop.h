/* SPDX-License-Identifier: ISC */
/* loop - a file as a block device, loop(4) */
#ifndef NSKIT_LOOP_H
#define NSKIT_LOOP_H

/* The longest path of a device, "/dev/loop1048575" and its end. */
enum { LOOP_NAME = 24 };

/* Make a free loop device show the file `fd`, read-only; LOOP_CONFIGURE, Linux 5.8, or before that
 * two steps. Returns a descriptor of the device and puts its path in `name`. It frees itself when
 * the last has let go of it, whether that is this descriptor, which the caller closes, or a mount.
 * -1 with errno: EPERM where the caller is an ordinary user, ENOENT where the system or this /dev
 * has no loop devices, ENODEV where /dev has something else in its place. */
int loop_open(int fd, char name[LOOP_NAME]);

#endif
