/* SPDX-License-Identifier: ISC */
/* image - a file that holds a file system, mounted read-only */
#ifndef NSKIT_IMAGE_H
#define NSKIT_IMAGE_H

/* The type of the file system in the regular file `fd`, which is open for reading, by its magic
 * number: "squashfs", "erofs" or "ext4". NULL where it is none of them. */
const char *image_type(int fd);

/* A detached mount of it: read-only, nosuid and nodev, for what it holds is anybody's. erofs
 * straight from the file (Linux 6.12), else through a loop device that goes with the mount
 * (loop(4)). The file is the one that is open, whatever its path is by now. Returns a descriptor
 * that the caller closes; -1 with errno: EPERM for anybody but the system's root, ENODEV where the
 * kernel lacks the file system, and in why.h what that says. */
int image_open(int fd);

#endif
