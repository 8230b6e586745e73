/* SPDX-License-Identifier: ISC */
/* overlay - directories as layers of one, overlayfs (the kernel's filesystems/overlayfs) */
#ifndef NSKIT_OVERLAY_H
#define NSKIT_OVERLAY_H

#include <stddef.h>
#include <sys/stat.h>

/* A detached overlay of the `count` directories `lower`, descriptors, the topmost first, which
 * takes what is written to `upper`, with `work` beside it; or with -1 for both is read-only, which
 * takes two layers. The layers are named by descriptor: a path could hold the characters that
 * separate options. Descriptors stay the caller's. Like the next two, returns one that the
 * caller closes, or -1 with errno: EPERM in a user namespace before Linux 5.11, EINVAL for what can't be a layer,
 * E2BIG for more layers than this kernel takes (about 12 before Linux 6.7). */
int overlay_open(const int *lower, size_t count, int upper, int work);

/* The same over `scratch`, a directory in which two are made for `upper` and `work`, named with
 * `number`. The upper one has the mode, and if it can the owner, of `like`. */
int overlay_open_in(const int *lower, size_t count, int scratch, unsigned int number,
		    const struct stat *like);

/* The same in a memory of its own, which vanishes with it. */
int overlay_open_scratch(const int *lower, size_t count);

/* The same, kept in the directory `dir`, in "upper" and "work", which are made where missing. Two
 * at a time on one directory is the caller's mistake, of which the kernel only warns in its log.
 * ELOOP or ENOTDIR where one of them is a link or a file, EINVAL where `dir` lies in a layer or a
 * layer in it. */
int overlay_open_kept(const int *lower, size_t count, int dir);

#endif
