/* SPDX-License-Identifier: ISC */
/* mnt - the mount API as a few verbs: mounts are made detached, by descriptor, then attached */
#ifndef NSKIT_MNT_H
#define NSKIT_MNT_H

/* Attributes of one mount. Those that a user namespace inherited can be added to, never removed. */
enum {
	MNT_RDONLY = 1,
	MNT_NOSUID = 2,
	MNT_NODEV = 4,
	MNT_NOEXEC = 8,
	MNT_NOSYMFOLLOW = 0x200000, /* Linux 5.14 */
	MNT_RECURSIVE = 0x8000, /* mnt_set(), mnt_open_clone(): the mounts below as well */
};

/* A mount option of mnt_open_new(); a NULL value makes it a flag. A NULL key ends the list. A value
 * "/proc/self/fd/N" is given as the descriptor N itself where the file system takes that, so that
 * it doesn't matter whose /proc is there (overlayfs, Linux 6.13). */
struct mnt_option {
	const char *key, *value;
};

/* Let the verbs below work on kernels that lack one of their calls too, by mount(2): what they call
 * detached is then attached in a private place (mntold.h), which mnt_end() takes away. Returns 1
 * where that is so, else 0. Without it they fail there, ENOSYS. */
int mnt_begin(void);
void mnt_end(void);

/* A new, detached mount of file system `type` with `attributes` (fsopen(2), Linux 5.2). `options`
 * may be NULL. Returns a descriptor that the caller closes, and with it the mount unless attached;
 * -1 with errno, and in why.h what the file system says: EPERM where this user namespace may not
 * mount it, ENODEV where the kernel lacks it. */
int mnt_open_new(const char *type, int attributes, const struct mnt_option *options);

/* A detached copy of the mount at `path` below `dirfd` (as openat(2); "" for dirfd itself), with
 * MNT_RECURSIVE of all below it too (open_tree(2), Linux 5.2). A descriptor as above; -1 with
 * errno: EPERM without privilege over this mount namespace, EINVAL for a part of an inherited
 * tree. */
int mnt_open_clone(int dirfd, const char *path, int flags);

/* The same with `attributes`, and MNT_RECURSIVE among them, added to the copy (mnt_set()). */
int mnt_open_copy(int dirfd, const char *path, int attributes);

/* Add `attributes` to the mount `fd` (mount_setattr(2), Linux 5.12). 0, or -1 with errno. */
int mnt_set(int fd, int attributes);

/* Attach the detached mount `fd` over the directory or file `path` below `dirfd` (as openat(2); ""
 * for dirfd itself), not through a link at its end (move_mount(2)). On a target that is detached
 * itself this needs Linux 6.15, EINVAL before. 0, or -1. */
int mnt_attach(int fd, int dirfd, const char *path);

/* Attach the detached mount `fd` somewhere in this mount namespace, which is made private, for what
 * the kernel does only with attached mounts; it is used by its descriptor, and detached or the root
 * a moment later. 0, or -1. */
int mnt_stage(int fd);

/* Make the mounts of the tree `fd` private. A copy of a shared mount is its peer: what is attached
 * to the one shows up in the other. mount_setattr(2), Linux 5.12. */
int mnt_set_tree_private(int fd);

/* Have the user namespace `userns` map the ids of the mount `fd`, which is detached and never was
 * attached; with MNT_RECURSIVE in `flags` of all below too (mount_setattr(2), Linux 5.12). 0, or -1
 * with errno: EINVAL where the file system can't, EPERM where it isn't ours. */
int mnt_idmap(int fd, int userns, int flags);

/* Take the mount at the top of `fd` away, and all below it. 0, or -1 with errno. */
int mnt_detach(int fd);

#endif
