/* SPDX-License-Identifier: ISC */
/* pin - namespaces kept by files, without a process */
#include "pin.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "file.h"
#include "kernel.h"
#include "mnt.h"
#include "nskind.h"
#include "proc.h"
#include "trace.h"
#include "why.h"

/* Opened, the link's target is the namespace itself; a copy of its one mount is then attached. */
static int bind_file(int procdir, const char *kind, int dirfd, const char *path)
{
	char link[32];
	int ns, mount;

	snprintf(link, sizeof(link), "ns/%s", kind);
	ns = openat(procdir, link, O_RDONLY | O_CLOEXEC);
	if (ns < 0)
		return -1;
	mount = file_close(ns, mnt_open_clone(ns, "", 0));
	return mount < 0 ? -1 : file_close(mount, mnt_attach(mount, dirfd, path));
}

/* What somebody else has put there may lead anywhere. */
static int refuse_link(int dirfd, const char *path)
{
	struct stat st;

	if (fstatat(dirfd, path, &st, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISLNK(st.st_mode))
		return 0;
	why_set("a link is in its place");
	errno = EEXIST;
	return -1;
}

int pin_add(int procdir, const char *kind, int dirfd, const char *path)
{
	int made = openat(dirfd, path, O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0444);
	int saved;

	if (made < 0 && (errno != EEXIST || refuse_link(dirfd, path) < 0))
		return -1;
	file_close(made, 0);
	if (bind_file(procdir, kind, dirfd, path) == 0)
		return 0;
	saved = errno;
	if (made >= 0)
		unlinkat(dirfd, path, 0);
	errno = saved;
	return -1;
}

void pin_remove(int dirfd, const char *path)
{
	char place[PATH_MAX];
	struct stat st;

	if (dirfd == AT_FDCWD || *path == '/')
		snprintf(place, sizeof(place), "%s", path);
	else
		snprintf(place, sizeof(place), "/proc/self/fd/%d/%s", dirfd, path);
	if (traced(umount2(place, MNT_DETACH | UMOUNT_NOFOLLOW), "umount2(%s, DETACH)", path) < 0)
		return;
	/* Nothing is lost with an empty file, be it the caller's. */
	if (fstatat(dirfd, path, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode) &&
	    st.st_size == 0)
		unlinkat(dirfd, path, 0);
}

static int open_dir(const char *dir)
{
	return refuse_link(AT_FDCWD, dir) < 0 ?
	       -1 : open(dir, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

void pin_remove_all(const char *dir, int flags)
{
	int fd = open_dir(dir), saved = errno;

	if (fd < 0)
		return;
	for (const struct nskind *kind = nskinds; kind < nskinds + NSKIND_COUNT; kind++)
		if (flags & kind->flag)
			pin_remove(fd, kind->name);
	close(fd);
	rmdir(dir);
	errno = saved;
}

int pin_add_all(int procdir, int flags, const char *dir)
{
	int made = mkdir(dir, 0700) == 0, fd, done = 0;
	const struct nskind *kind = nskinds;

	if (!made && errno != EEXIST)
		return -1;
	fd = open_dir(dir);
	for (; fd >= 0 && kind < nskinds + NSKIND_COUNT; kind++) {
		if (!(flags & kind->flag))
			continue;
		if (pin_add(procdir, kind->name, fd, kind->name) < 0)
			break;
		done |= kind->flag;
	}
	if (fd >= 0 && kind == nskinds + NSKIND_COUNT)
		return file_close(fd, 0);
	for (kind = nskinds; kind < nskinds + NSKIND_COUNT; kind++)
		if (done & kind->flag)
			pin_remove(fd, kind->name);
	if (made)
		rmdir(dir);
	return file_close(fd, -1);
}

/* The id of the mount namespace that this process is in; 0 where the kernel has none. */
static uint64_t read_id(void)
{
	int self = proc_open(0), fd = -1;
	uint64_t id = 0;

	if (self >= 0)
		fd = openat(self, "ns/mnt", O_RDONLY | O_CLOEXEC);
	if (fd < 0 || syscall(SYS_ioctl, fd, KERNEL_NS_GET_ID, &id) < 0)
		id = 0;
	file_close(fd, 0);
	return file_close(self, 0) ? 0 : id;
}

/* In a child: whether a mount namespace made on this CPU has a later id than `ours`. */
static int is_later_here(uint64_t ours, int user)
{
	struct sigaction standard = { .sa_handler = SIG_DFL }, callers;
	int status = -1;
	pid_t pid;

	sigaction(SIGCHLD, &standard, &callers); /* ignored, it would leave nothing to wait for */
	pid = fork();
	if (pid == 0)
		_exit(unshare(CLONE_NEWNS | (user ? CLONE_NEWUSER : 0)) < 0 || read_id() < ours);
	if (pid > 0)
		waitpid(pid, &status, 0);
	sigaction(SIGCHLD, &callers, NULL);
	return pid > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

void pin_choose_cpu(int user, cpu_set_t *before)
{
	uint64_t ours = read_id();
	cpu_set_t one;

	CPU_ZERO(before);
	if (!ours || sched_getaffinity(0, sizeof(*before), before) < 0)
		return;
	for (size_t cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (!CPU_ISSET(cpu, before))
			continue;
		CPU_ZERO(&one);
		CPU_SET(cpu, &one);
		if (sched_setaffinity(0, sizeof(one), &one) == 0 && is_later_here(ours, user))
			return;
	}
}

void pin_restore_cpu(const cpu_set_t *before)
{
	if (CPU_COUNT(before))
		sched_setaffinity(0, sizeof(*before), before);
}
