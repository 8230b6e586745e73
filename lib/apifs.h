/* SPDX-License-Identifier: ISC */
/* apifs - the kernel's own file systems in a root: proc, sysfs, mqueue, cgroup */
#ifndef NSKIT_APIFS_H
#define NSKIT_APIFS_H

#include "rootfs.h"

/* What apifs_add_proc() and apifs_add_sysfs() leave open in them. */
enum {
	APIFS_MASKED,		/* what an OCI runtime masks or makes read-only is so here */
	APIFS_UNMASKED,		/* all of it: a user namespace inside may then mount a new one */
};

/* Add a new /proc for the pid namespace we are in, or a read-only /sys for the network namespace we
 * are in. Where the kernel refuses a new one to a user namespace that doesn't own those, the one
 * that is here is taken along: it shows what we may see anyway. Each 0, or -1 with errno and
 * root->step: EPERM where even that would show another pid namespace, ENOTDIR where a link or a
 * file is in the way. */
int apifs_add_proc(struct rootfs *root, int masks);
int apifs_add_sysfs(struct rootfs *root, int masks);

/* Add the control groups below the one that our cgroup namespace begins at, in /sys/fs/cgroup: of
 * version 2 where that is, or the hierarchies that are mounted here. Read-only but with `writable`.
 * Without a namespace of one's own those that are here. */
int apifs_add_cgroup(struct rootfs *root, int writable);

/* Add the message queues of the IPC namespace we are in at `path`. */
int apifs_add_mqueue(struct rootfs *root, int dirfd, const char *path);

#endif
