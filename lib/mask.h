/* SPDX-License-Identifier: ISC */
/* mask - files and directories of a root that are hidden, or can't be written */
#ifndef NSKIT_MASK_H
#define NSKIT_MASK_H

#include "rootfs.h"

/* Hide the file or directory `path` of the root: an empty one that is read-only lies over it, of
 * ours, not of the root's /dev. Or make it, and what is mounted below it, read-only. 0, or -1 with
 * errno and root->step: ENOENT where there is no such path. */
int mask_hide(struct rootfs *root, const char *path);
int mask_protect(struct rootfs *root, const char *path);

/* The same for each of `names`, paths below the directory `dir` of the root, which messages call
 * `where`; what isn't there is passed over. A NULL ends the names. */
int mask_hide_all(struct rootfs *root, int dir, const char *where, const char *const *names);
int mask_protect_all(struct rootfs *root, int dir, const char *where, const char *const *names);

#endif
