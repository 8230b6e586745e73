/* SPDX-License-Identifier: ISC */
/* image - a file system in a file, as a mount */
#ifndef NSKIT_IMAGE_H
#define NSKIT_IMAGE_H

/* The type of the file system in the regular file `fd`, by its magic: "squashfs", "erofs" or "ext4"
 * (also for ext2 and ext3, which that driver mounts). NULL with errno, and why.h: EINVAL where it
 * is none of these, or no regular file. */
const char *image_type(int fd);

/* A detached, read-only mount of the image in `fd`, a regular file open for reading, without set
 * user ids and device nodes that work. The path of the image isn't looked up again. erofs is read
 * straight from the file, Linux 6.12, where that lies on a disk; the others through a loop device,
 * which is free again once the last mount of the image has gone. Returns a descriptor as
 * mnt_open_new(); -1 with errno of image_type(), loop_open() or mnt_open_new(): EPERM where the
 * caller is an ordinary user, EROFS for an ext4 with a journal that isn't replayed, EINVAL for an
 * image that is damaged. */
int image_open(int fd);

#endif
