/* SPDX-License-Identifier: ISC */
/* ns - create, enter and identify namespaces */
#include "ns.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "file.h"
#include "kernel.h"
#include "nskind.h"
#include "proc.h"
#include "trace.h"
#include "why.h"

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

/* Whether the user namespace `above` is `below` or one of its ancestors. */
static int is_above(int above, int below)
{
	struct stat a, b;
	int found = 0;

	if (fstat(above, &a) < 0)
		return 0;
	for (int at = fcntl(below, F_DUPFD_CLOEXEC, 3), up; at >= 0; at = up) {
		found |= fstat(at, &b) == 0 && a.st_ino == b.st_ino;
		up = found ? -1 : ns_open_parent(at);
		close(at);
	}
	return found;
}

int ns_open_upper_owner(const int *fds, size_t count)
{
	int upper = -1;

	for (size_t i = 0; i < count; i++) {
		int owner = fds[i] < 0 ? -1 : ns_open_owner(fds[i]), lower = owner;

		if (owner >= 0 && (upper < 0 || is_above(owner, upper))) {
			lower = upper;
			upper = owner;
		}
		if (lower >= 0)
			close(lower);
	}
	if (upper < 0)
		errno = EPERM;
	return upper;
}

int ns_enter_owner(const int *fds, size_t count, ino_t *entered)
{
	int owner = ns_open_upper_owner(fds, count);
	struct stat st;

	if (owner < 0 || fstat(owner, &st) < 0)
		return file_close(owner, -1);
	/* Whoever has privilege in there may not look into us: we hold what is the caller's. */
	prctl(PR_SET_DUMPABLE, 0);
	*entered = st.st_ino;
	return file_close(owner, ns_enter(owner, CLONE_NEWUSER));
}

/* Enter what may be entered, of all kinds but user, and take it off `fds`. Returns the first kind
 * that may not, with errno, or 0. */
static int enter_possible(int fds[NSKIND_COUNT])
{
	int first = 0, error = 0;

	for (int i = 0; i < NSKIND_COUNT; i++) {
		if (fds[i] < 0 || nskinds[i].flag == CLONE_NEWUSER)
			continue;
		if (ns_enter(fds[i], nskinds[i].flag) == 0) {
			fds[i] = -1;
		} else if (!first) {
			first = nskinds[i].flag;
			error = errno;
		}
	}
	errno = error;
	return first;
}

/* The kind of the namespace that the user namespace with inode `owner` owns; else `otherwise`. */
static int find_owned(const int fds[NSKIND_COUNT], ino_t owner, int otherwise)
{
	for (int i = 0; i < NSKIND_COUNT; i++) {
		int fd = fds[i] < 0 ? -1 : ns_open_owner(fds[i]);
		struct stat st;

		if (fd >= 0 && file_close(fd, fstat(fd, &st)) == 0 && st.st_ino == owner)
			return nskinds[i].flag;
	}
	return otherwise;
}

int ns_enter_each(const int fds[NSKIND_COUNT], int *failed)
{
	int left[NSKIND_COUNT], user = -1, error;
	ino_t entered = 0;
	struct stat st;

	for (int i = 0; i < NSKIND_COUNT; i++) {
		left[i] = nskinds[i].flag == CLONE_NEWUSER ? -1 : fds[i];
		user = nskinds[i].flag == CLONE_NEWUSER ? fds[i] : user;
	}
	/* A lower user namespace has no privilege over what a higher one owns: down, one by one. */
	while ((*failed = enter_possible(left))) {
		error = errno;
		if (error == EPERM && ns_enter_owner(left, NSKIND_COUNT, &entered) == 0)
			continue;
		/* The uppermost is closed to us, or is ours and gives no privilege. */
		if (error == EPERM)
			*failed = find_owned(left, entered, *failed);
		errno = error;
		return -1;
	}
	if (user < 0 || (entered && fstat(user, &st) == 0 && st.st_ino == entered))
		return 0;
	*failed = CLONE_NEWUSER;
	return ns_enter(user, CLONE_NEWUSER);
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
			if (errno == ENOENT) {
				/* A zombie is in no namespaces any more. */
				why_set("it has ended, or /proc here hides it");
				errno = ESRCH;
			}
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
