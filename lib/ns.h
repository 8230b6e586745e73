/* SPDX-License-Identifier: ISC */
/* ns - create, enter and identify namespaces: clone(2), unshare(2), setns(2), ioctl_nsfs(2) */
#ifndef NSKIT_NS_H
#define NSKIT_NS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "nskind.h"

/* Create namespaces for the calling process (unshare(2)); those of CLONE_NEWPID and CLONE_NEWTIME
 * wait for its first child. Returns 0, or -1 with errno: EPERM (no CAP_SYS_ADMIN, or in a chroot),
 * ENOSPC (a limit in /proc/sys/user, or 32 levels of nesting), EINVAL (a kind the kernel lacks). */
int ns_create(int flags);

/* Fork a child that is born in new namespaces (clone3(2), Linux 5.3; before that clone(2)). Returns
 * its pid and in `pidfd` a descriptor the caller closes; 0 in the child; -1 with errno as above,
 * also EINVAL for CLONE_NEWTIME before Linux 6.3. The child's clocks are then not to be shifted any
 * more: only a time namespace without a process takes offsets. */
pid_t ns_create_child(int flags, int *pidfd);

/* The same, in the version 2 control group with the directory `cgroup` (Linux 5.7). -1 with errno:
 * EBADF where that is none, ENOSYS, EINVAL or E2BIG where the kernel can't. */
pid_t ns_create_child_in(int flags, int cgroup, int *pidfd);

/* Clock offsets of a time namespace, in seconds, time_namespaces(7). */
struct ns_clocks {
	int64_t monotonic, boottime;
};

/* Enter the time namespace that ns_create() made for the first child (Linux 5.6), with its offsets
 * set first: whoever enters freezes them. Returns 0, or -1 with errno: ERANGE where a clock would
 * go below zero. */
int ns_enter_time(const struct ns_clocks *clocks);

/* Enter what `fd` names (setns(2)): one namespace for an nsfs descriptor, or for a pidfd the kinds
 * in `flags` of its process, all or none (Linux 5.8). Returns 0, or -1 with errno of setns(2). */
int ns_enter(int fd, int flags);

/* Enter the namespaces `fds`, in the order of nskinds[], -1 where there is none. What we may enter
 * as we are comes first. For the rest the user namespaces that own it are entered, from the
 * uppermost down, whether a process is in them or not; and last the one in `fds`. Returns 0, or -1
 * with errno of setns(2) and the kind that it was about, as CLONE_NEWxxx, in `failed`. */
int ns_enter_each(const int fds[NSKIND_COUNT], int *failed);

/* Open, or enter, the user namespace that owns one of the namespaces `fds` and is above those that
 * own the others (Linux 4.9); -1 among them is passed over. Entered, its inode is in `entered`, and
 * we are not dumpable any more. Returns a descriptor that the caller closes, or 0; -1 with errno,
 * EPERM where all lie outside of our own. */
int ns_open_upper_owner(const int *fds, size_t count);
int ns_enter_owner(const int *fds, size_t count, ino_t *entered);

/* The inode of namespace file `name` ("net", "pid_for_children") of the process with the directory
 * `procdir`: equal inodes are the same namespace. 0 where it can't be read, with errno. */
ino_t ns_read_inode(int procdir, const char *name);

/* The kinds, as CLONE_NEW flags, in which the process of `procdir` is elsewhere than we are. A kind
 * that the kernel lacks doesn't differ. -1 with errno where its namespaces can't be read. */
int ns_find_differing(int procdir);

/* The user namespace that owns the namespace `fd` (Linux 4.9), or the parent of a user or pid
 * namespace. Returns a descriptor that the caller closes; -1 with errno EPERM where it lies outside
 * the caller's own. */
int ns_open_owner(int fd);
int ns_open_parent(int fd);

/* The kind of the namespace `fd` as its CLONE_NEW flag (Linux 4.11); -1 with errno EINVAL where
 * `fd` is no namespace. */
int ns_read_type(int fd);

/* The user who created the user namespace `fd` (Linux 4.11). Returns 0, or -1 with errno. */
int ns_read_owner_uid(int fd, uid_t *uid);

/* 1 where `flag`'s namespace of this process is the one that the system booted with, else 0, also
 * where that can't be told. */
int ns_is_initial(int flag);

#endif
