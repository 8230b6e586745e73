/* SPDX-License-Identifier: ISC */
/*
 * rootfs - a root file system, assembled out of sight, attached once, and made the root
 *
 *   1. rootfs_open_dir() or hostfs_open(): a detached mount that nobody can see
 *   2. rootfs_add_standard(): /proc, /sys and /dev attached in it
 *   3. rootfs_enter(): attached to the mount namespace and made its root
 *
 * Until 3 nothing has changed, and rootfs_close() lets go of all. On kernels before Linux 6.15,
 * which attach nothing to a detached mount, the root is attached at step 2; rootfs_close() detaches
 * it.
 */
#ifndef NSKIT_ROOTFS_H
#define NSKIT_ROOTFS_H

struct rootfs {
	int fd;		/* the mount that becomes the root */
	int staged;	/* it is attached */
	const char *made[4];	/* directories at its top that weren't there, NULL ends them */
	char step[160];	/* after a failure: what was tried, for the message */
};

/* Take the directory `dir` and all mounts below it as the root. Like the functions below, returns
 * 0, or -1 with errno and root->step: ENOTDIR, EACCES, EPERM without privilege over this mount
 * namespace. Linux 5.2. */
int rootfs_open_dir(struct rootfs *root, const char *dir);

/* Add a new /proc for the pid namespace we are in, a read-only /sys for the network namespace we
 * are in, and a /dev of its own. Where the kernel refuses a new proc or sysfs to a user namespace
 * that doesn't own those, the ones that are here are taken along: they show what we may see anyway.
 * EPERM where even that would show another pid namespace. */
int rootfs_add_standard(struct rootfs *root);

/* Attach the mount `fd` at `path` below `dirfd`, a directory of the root that is made where missing
 * and never reached through a link. */
int rootfs_attach(struct rootfs *root, int fd, int dirfd, const char *path);

/* The same for an existing directory or file `target`. */
int rootfs_attach_at(struct rootfs *root, int fd, int target);

/* Make it the root of the mount namespace and of every process in it; the old root and all that
 * was mounted there is gone. pivot_root(2). */
int rootfs_enter(struct rootfs *root);

/* Let go of a root that was not entered, and leave no mount behind. */
void rootfs_close(struct rootfs *root);

/* Note what was tried, and return -1 with errno as it was. For the modules that add to a root. */
int rootfs_fail(struct rootfs *root, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
