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

/* A mount option of mnt_open_new(); a NULL value makes it a flag. A NULL key ends the list. */
struct mnt_option {
	const char *key, *value;
};

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

/* Give every mount of this mount namespace the propagation `how`, MS_PRIVATE, MS_SLAVE or MS_SHARED
 * (mount_namespaces(7)). Private: no mount made here shows up elsewhere, and none from elsewhere
 * here. In a chroot too, whose "/" is no mount point: that takes CAP_SYS_CHROOT and Linux 5.8. 0,
 * or -1 with errno. */
int mnt_set_propagation(unsigned long how);

/* Make the mounts of the tree `fd` private. A copy of a shared mount is its peer: what is attached
 * to the one shows up in the other. mount_setattr(2), Linux 5.12. */
int mnt_set_tree_private(int fd);

/* Make the attached mount `fd` the root of this mount namespace and of all processes in it, and
 * let go of the old one (pivot_root(2)). 0, or -1 with errno: EINVAL where `/` is no mount point or
 * is shared. */
int mnt_pivot(int fd);

int mnt_idmap(int fd, int userns, int flags);
static inline void mnt_end(void) {}
/* Take the mount at the top of `fd` away, and all below it. 0, or -1 with errno. */
int mnt_detach(int fd);

#endif
