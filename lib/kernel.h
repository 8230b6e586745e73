/* SPDX-License-Identifier: ISC */
/*
 * kernel - what the headers of glibc 2.36 and musl 1.2 lack
 *
 * System calls without a wrapper in either libc, and the numbers and structures of interfaces newer
 * than the headers. Each names the Linux release it came with: on an older kernel a missing call
 * answers ENOSYS, an unknown flag EINVAL, an unknown ioctl ENOTTY. All descriptors made here are
 * close-on-exec.
 */
#ifndef NSKIT_KERNEL_H
#define NSKIT_KERNEL_H

#include <fcntl.h>
#include <linux/openat2.h>
#include <sched.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* From 424 on every architecture has the same numbers. */
#ifndef SYS_pidfd_send_signal
#define SYS_pidfd_send_signal 424 /* Linux 5.1 */
#endif
#ifndef SYS_open_tree
#define SYS_open_tree 428 /* Linux 5.2, as the next four */
#define SYS_move_mount 429
#define SYS_fsopen 430
#define SYS_fsconfig 431
#define SYS_fsmount 432
#endif
#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434 /* Linux 5.3 */
#endif
#ifndef SYS_clone3
#define SYS_clone3 435 /* Linux 5.3 */
#endif
#ifndef SYS_close_range
#define SYS_close_range 436 /* Linux 5.9 */
#endif
#ifndef SYS_openat2
#define SYS_openat2 437 /* Linux 5.6 */
#endif
#ifndef SYS_pidfd_getfd
#define SYS_pidfd_getfd 438 /* Linux 5.6 */
#endif
#ifndef SYS_mount_setattr
#define SYS_mount_setattr 442 /* Linux 5.12 */
#endif

/* clone_namespaces(7): the kinds, where a libc is older than the kind. */
#ifndef CLONE_NEWCGROUP
#define CLONE_NEWCGROUP 0x02000000 /* Linux 4.6 */
#endif
#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x00000080 /* Linux 5.6 */
#endif
#ifndef CLONE_PIDFD
#define CLONE_PIDFD 0x00001000 /* Linux 5.2 */
#endif

/* clone3(2). The first published size ends before set_tid (Linux 5.5). */
#define KERNEL_CLONE_INTO_CGROUP (UINT64_C(1) << 33) /* Linux 5.7 */

struct clone3_args {
	uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls;
	uint64_t set_tid, set_tid_size, cgroup;
};

static inline pid_t sys_clone3(struct clone3_args *args)
{
	size_t size = args->flags & KERNEL_CLONE_INTO_CGROUP ? sizeof(*args) : 64;

	return (pid_t)syscall(SYS_clone3, args, size);
}

/* pidfd_open(2), waitid(2). */
#ifndef P_PIDFD
#define P_PIDFD 3 /* Linux 5.4 */
#endif

static inline int sys_pidfd_open(pid_t pid)
{
	return (int)syscall(SYS_pidfd_open, pid, 0);
}

static inline int sys_pidfd_send_signal(int pidfd, int sig)
{
	return (int)syscall(SYS_pidfd_send_signal, pidfd, sig, NULL, 0);
}

static inline int sys_pidfd_getfd(int pidfd, int fd)
{
	return (int)syscall(SYS_pidfd_getfd, pidfd, fd, 0);
}

/* close_range(2). */
#define KERNEL_CLOSE_RANGE_CLOEXEC 4 /* Linux 5.11 */

static inline int sys_close_range(unsigned int first, unsigned int last, int flags)
{
	return (int)syscall(SYS_close_range, first, last, flags);
}

/* openat2(2). */
#ifndef RESOLVE_CACHED
#define RESOLVE_CACHED 0x20 /* Linux 5.12 */
#endif

static inline int sys_openat2(int dirfd, const char *path, struct open_how *how)
{
	return (int)syscall(SYS_openat2, dirfd, path, how, sizeof(*how));
}

static inline int sys_execveat(int dirfd, const char *path, char **argv, char **env, int flags)
{
	return (int)syscall(SYS_execveat, dirfd, path, argv, env, flags);
}

/* open_tree(2), move_mount(2), fsopen(2), fsconfig(2), fsmount(2), mount_setattr(2). The kernel's
 * own <linux/mount.h> cannot be included beside glibc's <sys/mount.h>. */
#define KERNEL_OPEN_TREE_CLONE 1
#define KERNEL_OPEN_TREE_CLOEXEC O_CLOEXEC
#define KERNEL_AT_RECURSIVE 0x8000
#define KERNEL_MOVE_MOUNT_F_EMPTY_PATH 0x04
#define KERNEL_MOVE_MOUNT_T_EMPTY_PATH 0x40
#define KERNEL_FSOPEN_CLOEXEC 1
#define KERNEL_FSMOUNT_CLOEXEC 1

enum kernel_fsconfig {
	KERNEL_FSCONFIG_SET_FLAG = 0,
	KERNEL_FSCONFIG_SET_STRING = 1,
	KERNEL_FSCONFIG_SET_FD = 5,
	KERNEL_FSCONFIG_CMD_CREATE = 6,
};

/* mount(2). */
#define KERNEL_MS_NOSYMFOLLOW 256 /* Linux 5.10 */

enum kernel_mount_attr {
	KERNEL_MOUNT_ATTR_RDONLY = 0x01,
	KERNEL_MOUNT_ATTR_NOSUID = 0x02,
	KERNEL_MOUNT_ATTR_NODEV = 0x04,
	KERNEL_MOUNT_ATTR_NOEXEC = 0x08,
	KERNEL_MOUNT_ATTR_IDMAP = 0x100000,
};

struct kernel_mount_attr_args {
	uint64_t set, clear, propagation, userns_fd;
};

static inline int sys_open_tree(int dirfd, const char *path, unsigned int flags)
{
	return (int)syscall(SYS_open_tree, dirfd, path, flags | KERNEL_OPEN_TREE_CLOEXEC);
}

static inline int sys_move_mount(int from, const char *from_path, int to, const char *to_path,
				 unsigned int flags)
{
	return (int)syscall(SYS_move_mount, from, from_path, to, to_path, flags);
}

static inline int sys_fsopen(const char *type)
{
	return (int)syscall(SYS_fsopen, type, KERNEL_FSOPEN_CLOEXEC);
}

static inline int sys_fsconfig(int fd, enum kernel_fsconfig cmd, const char *key, const char *value)
{
	return (int)syscall(SYS_fsconfig, fd, cmd, key, value, 0);
}

static inline int sys_fsconfig_fd(int fd, const char *key, int value)
{
	return (int)syscall(SYS_fsconfig, fd, KERNEL_FSCONFIG_SET_FD, key, NULL, value);
}

static inline int sys_fsmount(int fd, unsigned int attr)
{
	return (int)syscall(SYS_fsmount, fd, KERNEL_FSMOUNT_CLOEXEC, attr);
}

static inline int sys_mount_setattr(int fd, unsigned int flags, struct kernel_mount_attr_args *args)
{
	return (int)syscall(SYS_mount_setattr, fd, "", flags | AT_EMPTY_PATH, args, sizeof(*args));
}

static inline int sys_pivot_root(const char *new_root, const char *put_old)
{
	return (int)syscall(SYS_pivot_root, new_root, put_old);
}

/* landlock_create_ruleset(2): a kernel takes a longer one than its own, where the rest is 0. */
#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444 /* Linux 5.13, as the next two */
#define SYS_landlock_add_rule 445
#define SYS_landlock_restrict_self 446
#endif

struct kernel_landlock_rules {
	uint64_t files;
	uint64_t net;	/* ABI 4, Linux 6.7 */
	uint64_t scopes; /* ABI 6, Linux 6.12 */
};

/* statx(2), of which one thing is asked for: the attributes. */
#define KERNEL_STATX_ATTR_MOUNT_ROOT 0x2000 /* Linux 5.8 */

struct kernel_statx {
	uint32_t mask, block_size;
	uint64_t attributes;
	uint64_t rest[30];
};

static inline int sys_statx(int fd, struct kernel_statx *stx)
{
	return (int)syscall(SYS_statx, fd, "", AT_EMPTY_PATH, 0, stx);
}

/* ioctl_nsfs(2). */
#define KERNEL_NS_GET_USERNS _IO(0xb7, 1)		/* Linux 4.9 */
#define KERNEL_NS_GET_PARENT _IO(0xb7, 2)		/* Linux 4.9 */
#define KERNEL_NS_GET_NSTYPE _IO(0xb7, 3)		/* Linux 4.11 */
#define KERNEL_NS_GET_OWNER_UID _IO(0xb7, 4)		/* Linux 4.11 */
#define KERNEL_NS_GET_PID_FROM_PIDNS _IOR(0xb7, 6, int)	/* Linux 6.11 */
#define KERNEL_NS_GET_ID _IOR(0xb7, 13, uint64_t)	/* Linux 6.18 */
#define KERNEL_NS_MNT_GET_INFO _IOR(0xb7, 10, struct kernel_mnt_ns_info)	/* Linux 6.12 */
#define KERNEL_NS_MNT_GET_NEXT _IOR(0xb7, 11, struct kernel_mnt_ns_info)	/* Linux 6.12 */
#define KERNEL_NS_MNT_GET_PREV _IOR(0xb7, 12, struct kernel_mnt_ns_info)	/* Linux 6.12 */

struct kernel_mnt_ns_info {
	uint32_t size, mounts;
	uint64_t id;
};

/* A number, or a pointer, is what each takes. */
static inline int sys_ioctl_nsfs(int fd, unsigned long request, uintptr_t argument)
{
	return (int)syscall(SYS_ioctl, fd, request, argument);
}

/* listns(2), Linux 6.19. */
#ifndef SYS_listns
#define SYS_listns 470
#endif

struct kernel_ns_id_req {
	uint32_t size, spare;
	uint64_t id;		/* the last one had, 0 to begin */
	uint32_t kinds, spare2;
	uint64_t user_id;	/* only what this user namespace owns; 0: all */
};

static inline ssize_t sys_listns(const struct kernel_ns_id_req *request, uint64_t *ids,
				 size_t count)
{
	return syscall(SYS_listns, request, ids, count, 0);
}

/* To musl the request is an int, to glibc an unsigned long; to this one neither's warning fits. */
static inline int sys_ns_get_id(int fd, uint64_t *id)
{
	return (int)syscall(SYS_ioctl, fd, KERNEL_NS_GET_ID, id);
}

/* open_by_handle_at(2) of a namespace, Linux 6.18; by its id alone, the rest 0, since 6.19. */
#define KERNEL_FD_NSFS_ROOT (-10003)
#define KERNEL_FILEID_NSFS 0xf1

struct kernel_nsfs_handle {
	uint32_t bytes;		/* of what follows `type` */
	int32_t type;
	uint64_t id;
	uint32_t ns_type, inode;
};

static inline int sys_open_by_handle_at(int mount, struct kernel_nsfs_handle *handle, int flags)
{
	return (int)syscall(SYS_open_by_handle_at, mount, handle, flags);
}

/* ioctl_tty(2): the other side of a pseudo-terminal, without its path, Linux 4.13. */
#ifndef TIOCGPTPEER
#define TIOCGPTPEER _IO('T', 0x41)
#endif

/* File systems by statfs(2). */
#define KERNEL_CGROUP_MAGIC 0x27e0eb
#define KERNEL_CGROUP2_MAGIC 0x63677270
#define KERNEL_DEVPTS_MAGIC 0x1cd1
#define KERNEL_PROC_MAGIC 0x9fa0
#define KERNEL_NSFS_MAGIC 0x6e736673
#define KERNEL_TMPFS_MAGIC 0x01021994
#define KERNEL_OVERLAYFS_MAGIC 0x794c7630
#define KERNEL_ST_NOSYMFOLLOW 0x2000 /* of a mount, Linux 5.10 */
#define KERNEL_PIDFS_MAGIC 0x50494446 /* Linux 6.9: a pidfd's inode is its process's, for ever */

#endif
