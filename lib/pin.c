/* SPDX-License-Identifier: ISC */
/* pin - namespaces kept by files, without a process */
#include "pin.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

static int refuse_place(int dirfd, const char *path)
{
	struct stat st;

	if (refuse_link(dirfd, path) < 0)
		return -1;
	if (fstatat(dirfd, path, &st, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISDIR(st.st_mode))
		return 0;
	errno = EISDIR;
	return -1;
}

int pin_add(int procdir, const char *kind, int dirfd, const char *path)
{
	int made = openat(dirfd, path, O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0444);
	int saved;

	if (made < 0 && (errno != EEXIST || refuse_place(dirfd, path) < 0))
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

/* Take at most `most` mounts off `path`, then the file, if it is empty: nothing is lost with that,
 * be it the caller's. Returns how many there were, or -1 with errno. */
static int release(int dirfd, const char *path, int most)
{
	char place[PATH_MAX];
	struct stat st;
	int count = 0;

	if (fstatat(dirfd, path, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? 0 : -1;
	if (dirfd == AT_FDCWD || *path == '/')
		snprintf(place, sizeof(place), "%s", path);
	else
		snprintf(place, sizeof(place), "/proc/self/fd/%d/%s", dirfd, path);
	for (; count < most && umount2(place, MNT_DETACH | UMOUNT_NOFOLLOW) == 0; count++)
		traced(0, "umount2(%s, DETACH)", path);
	if (count < most && errno != EINVAL)
		return -1;
	if (count && fstatat(dirfd, path, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode) &&
	    st.st_size == 0 && unlinkat(dirfd, path, 0) < 0)
		return -1;
	return count;
}

/* The same for the kinds in `flags`, each with its name. An error keeps none from its turn. */
static int release_kinds(int dir, int flags, int most)
{
	int any = 0, error = 0;

	for (const struct nskind *kind = nskinds; kind < nskinds + NSKIND_COUNT; kind++) {
		int count = flags & kind->flag ? release(dir, kind->name, most) : 0;

		any |= count > 0;
		if (count < 0 && !error)
			error = errno;
	}
	if (error)
		errno = error;
	return error ? -1 : any;
}

void pin_remove(int dirfd, const char *path)
{
	release(dirfd, path, 1); /* what was bound there before is somebody else's */
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
	release_kinds(fd, flags, 1);
	close(fd);
	rmdir(dir);
	errno = saved;
}

int pin_add_all(int procdir, int flags, const char *dir)
{
	int made = mkdir(dir, 0700) == 0, fd, done = 0, saved;
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
	saved = errno;
	release_kinds(fd, done, 1);
	if (made)
		rmdir(dir);
	errno = saved;
	return file_close(fd, -1);
}

int pin_clear(const char *dir)
{
	struct stat st;
	int fd, any;

	if (stat(dir, &st) < 0)
		return errno == ENOENT ? 0 : -1;
	if (!S_ISDIR(st.st_mode))
		return 0;
	fd = open_dir(dir);
	if (fd < 0)
		return -1;
	any = file_close(fd, release_kinds(fd, ~0, INT_MAX));
	if (any <= 0)
		return any;
	/* What else was put there is not ours. */
	return rmdir(dir) < 0 && errno != ENOTEMPTY && errno != EBUSY ? -1 : 0;
}

int pin_is_pinned(int fd, const char *kind)
{
	FILE *mounts = fopen("/proc/self/mountinfo", "re");
	char wanted[48], *line = NULL;
	size_t size = 0;
	struct stat st = { 0 };
	int found = 0;

	fstat(fd, &st);
	snprintf(wanted, sizeof(wanted), " %s:[%llu] ", kind, (unsigned long long)st.st_ino);
	while (mounts && !found && getline(&line, &size, mounts) > 0)
		found = strstr(line, wanted) != NULL;
	free(line);
	if (mounts)
		fclose(mounts);
	return found;
}

/* The id of the mount namespace that this process is in; 0 where the kernel has none. */
static uint64_t read_id(void)
{
	int self = proc_open(0), fd = -1;
	uint64_t id = 0;

	if (self >= 0)
		fd = openat(self, "ns/mnt", O_RDONLY | O_CLOEXEC);
	if (fd < 0 || sys_ns_get_id(fd, &id) < 0)
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
