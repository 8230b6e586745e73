/* SPDX-License-Identifier: ISC */
/* ns - create, enter and identify namespaces */
#include "ns.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "file.h"
#include "kernel.h"
#include "nskind.h"
#include "proc.h"
#include "trace.h"

int ns_create(int flags)
{
	char names[NSKIND_NAMES];

	return traced(unshare(flags), "unshare(%s)", nskind_names(flags, names));
}

pid_t ns_create_child_in(int flags, int cgroup, int *pidfd)
{
	struct clone3_args args = {
		.flags = KERNEL_CLONE_INTO_CGROUP | CLONE_PIDFD | (unsigned int)flags,
		.pidfd = (uintptr_t)pidfd,
		.exit_signal = SIGCHLD,
		.cgroup = (uint64_t)cgroup,
	};
	char names[NSKIND_NAMES];
	pid_t pid = sys_clone3(&args);

	if (pid == 0)
		return 0;
	return traced(pid, "clone3(%s%sINTO_CGROUP)", nskind_names(flags, names), flags ? "|" : "");
}

pid_t ns_create_child(int flags, int *pidfd)
{
	struct clone3_args args = {
		.flags = (uint64_t)flags | CLONE_PIDFD,
		.pidfd = (uintptr_t)pidfd,
		.exit_signal = SIGCHLD,
	};
	char names[NSKIND_NAMES];
	pid_t pid = sys_clone3(&args);

	nskind_names(flags, names);
	if (pid == 0)
		return 0;
	if (traced(pid, "clone3(%s)", names) >= 0 || errno != ENOSYS)
		return pid;
	if (flags & CLONE_NEWTIME) {
		errno = EINVAL; /* to clone(2) this bit is a part of the signal's number */
		return -1;
	}
	/* Some sandboxes' filters hide clone3. The third argument is where clone puts the pidfd on
	 * every architecture but s390; the stack, 0, is a copy of ours. */
	pid = (pid_t)syscall(SYS_clone, flags | CLONE_PIDFD | SIGCHLD, 0, pidfd, 0, 0);
	return pid == 0 ? 0 : traced(pid, "clone(%s)", names);
}

int ns_enter_time(const struct ns_clocks *clocks)
{
	char text[80] = "";
	int procdir = proc_open(0), fd = -1, result = -1;

	if (procdir < 0)
		return -1;
	if (clocks->monotonic || clocks->boottime) {
		snprintf(text, sizeof(text), "monotonic %lld 0\nboottime %lld 0\n",
			 (long long)clocks->monotonic, (long long)clocks->boottime);
		if (file_write(procdir, "timens_offsets", text) < 0)
			goto out;
	}
	fd = openat(procdir, "ns/time_for_children", O_RDONLY | O_CLOEXEC);
	if (fd >= 0)
		result = ns_enter(fd, CLONE_NEWTIME);
out:
	file_close(fd, 0);
	return file_close(procdir, result);
}

int ns_enter(int fd, int flags)
{
	char names[NSKIND_NAMES];

	return traced(setns(fd, flags), "setns(%d, %s)", fd, nskind_names(flags, names));
}

ino_t ns_read_inode(int procdir, const char *name)
{
	char path[32];

	snprintf(path, sizeof(path), "ns/%s", name);
	return proc_read_inode(procdir, path);
}

int ns_find_differing(int procdir)
{
	int self = proc_open(0), flags = 0;

	if (self < 0)
		return -1;
	for (const struct nskind *kind = nskinds; kind < nskinds + NSKIND_COUNT; kind++) {
		ino_t ours = ns_read_inode(self, kind->name), theirs;

		if (!ours)
			continue;
		theirs = ns_read_inode(procdir, kind->name);
		if (!theirs) {
			if (errno == ENOENT)
				errno = ESRCH; /* a zombie is in no namespaces any more */
			return file_close(self, -1);
		}
		if (ours != theirs)
			flags |= kind->flag;
	}
	return file_close(self, flags);
}

int ns_open_owner(int fd)
{
	return ioctl(fd, KERNEL_NS_GET_USERNS);
}

int ns_open_parent(int fd)
{
	return ioctl(fd, KERNEL_NS_GET_PARENT);
}

int ns_read_type(int fd)
{
	struct statfs fs;

	/* Other drivers may have given the same number to something else. */
	if (fstatfs(fd, &fs) < 0)
		return -1;
	if (fs.f_type != KERNEL_NSFS_MAGIC) {
		errno = EINVAL;
		return -1;
	}
	return ioctl(fd, KERNEL_NS_GET_NSTYPE);
}

int ns_read_owner_uid(int fd, uid_t *uid)
{
	return ioctl(fd, KERNEL_NS_GET_OWNER_UID, uid);
}

/* Whether `procdir` is kthreadd's, who never left where the system began. In a pid namespace of
 * one's own 2 is anybody; only a kernel thread has no memory. */
static int is_kthreadd(int procdir)
{
	char text[64];

	return procdir >= 0 && file_read(procdir, "comm", text, sizeof(text)) > 0 &&
	       !strcmp(text, "kthreadd\n") && file_read(procdir, "maps", text, sizeof(text)) == 0;
}

int ns_is_initial(int flag)
{
	const struct nskind *kind = nskind_find_flag(flag);
	int self = proc_open(0), kthreadd = kind->initial ? -1 : proc_open(2);
	ino_t inode = self < 0 ? 0 : ns_read_inode(self, kind->name), initial = kind->initial;

	if (is_kthreadd(kthreadd))
		initial = ns_read_inode(kthreadd, kind->name);
	file_close(kthreadd, 0);
	return file_close(self, inode && inode == initial);
}
