/* SPDX-License-Identifier: ISC */
/*
 * rootfs - a root file system, assembled out of sight, attached once, and made the root
 *
 *   1. rootfs_begin(): a detached mount that nobody can see
 *   2. rootfs_attach() and those that use it: what else is mounted in it
 *   3. rootfs_enter(): attached to the mount namespace and made its root
 *
 * Until 3 nothing has changed, and rootfs_close() lets go of all. On kernels before Linux 6.15,
 * which attach nothing to a detached mount, the root is attached at step 2; rootfs_close() detaches
 * it. With rootfs_begin_live() it is the root that is there already, and step 3 is rootfs_keep().
 *
 * What the root holds is hostile. Paths in it are walked by path.h, used by descriptor, and lead to
 * nothing outside of it.
 */
#ifndef NSKIT_ROOTFS_H
#define NSKIT_ROOTFS_H

#include <stddef.h>
#include <sys/types.h>

#include "path.h"
#include "why.h"

struct rootfs {
	int fd;			/* the mount that becomes the root */
	int staged;		/* it is attached */
	int live;		/* it is the root already: what is attached to it shows at once */
	int scratch;		/* a tmpfs for the files that we put in; -1: none yet */
	unsigned int files;	/* that are in it */
	int empty[2];		/* detached, read-only: a file and a directory to mask with */
	struct path_trail trail; /* what was made in it to mount on */
	int *added;		/* the mounts that were attached to a live root */
	size_t count;
	char step[WHY_STEP];	/* after a failure: what was tried, for the message */
};

/* Begin with the mount `fd`, which the root closes; -1 where the caller failed to make one: the
 * root is one that can be closed. It is made private. Returns 0, or like the functions below -1
 * with errno and root->step. */
int rootfs_begin(struct rootfs *root, int fd);

/* Begin with a copy of the directory `dir` and all mounts below it. ENOTDIR, EACCES, EPERM without
 * privilege over this mount namespace. Linux 5.2. */
int rootfs_begin_dir(struct rootfs *root, const char *dir);

/* Begin with the root of the mount namespace that we are in. */
int rootfs_begin_live(struct rootfs *root);

/* Attach the mount `fd` at the directory `path` below `dirfd`, made where it is missing and never
 * reached through a link. -1 with errno alone, as the next two. */
int rootfs_attach(struct rootfs *root, int fd, int dirfd, const char *path);

/* The same for an existing directory or file `target`. */
int rootfs_attach_at(struct rootfs *root, int fd, int target);

/* See that `target` is not the root itself, which nothing is mounted over or taken away from: 0, or
 * -1 with errno EBUSY. */
int rootfs_check_below(const struct rootfs *root, int target);

/* A detached copy of what is mounted at the file or directory `target` of the root. */
int rootfs_clone(struct rootfs *root, int target, int flags);

/* The mount `fd` of a directory (S_IFDIR in `type`) or a file (S_IFREG) at `path`, which is
 * resolved in the root and made where missing. Nothing is mounted over a part of a proc, in which
 * the paths of others would then lie: EPERM; nor a directory over a file: ENOTDIR, or the other
 * way: EISDIR. */
int rootfs_mount(struct rootfs *root, int fd, const char *path, mode_t type);

/* The detached mount of a new file with this content and mode, or with `content` NULL of an empty
 * directory, in a memory of its own. The caller closes it. */
int rootfs_open_file(struct rootfs *root, const char *content, size_t length, mode_t mode);

/* Make it the root of the mount namespace and of every process in it; the old root and all that
 * was mounted there is gone: mntns_pivot(), which tells of `alone` and 1. The root is closed. */
int rootfs_enter(struct rootfs *root, int alone);

/* Keep what was added to a live root. */
void rootfs_keep(struct rootfs *root);

/* Let go of a root that was not entered, and leave nothing behind. */
void rootfs_close(struct rootfs *root);

#endif
