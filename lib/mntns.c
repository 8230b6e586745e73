/* SPDX-License-Identifier: ISC */
/* mntns - a mount namespace as a whole: its propagation, and its root */
#include "mntns.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <unistd.h>

#include "file.h"
#include "kernel.h"
#include "mnt.h"
#include "mountinfo.h"
#include "trace.h"
#include "why.h"

static const char *name_propagation(unsigned long how)
{
	return how == MS_PRIVATE ? "PRIVATE" : how == MS_SLAVE ? "SLAVE" : "SHARED";
}

static int set_all(unsigned long how)
{
	return traced(mount(NULL, "/", NULL, MS_REC | how, NULL), "mount(/, REC|%s)",
		      name_propagation(how));
}

/* Where we were before enter_top(). */
struct place {
	int root, here;
};

/* To enter the mount namespace that one is in leads to its own root, whatever chroot(2) has made of
 * it. */
static int enter_top(struct place *from)
{
	int self = sys_pidfd_open(getpid()), result = -1;

	from->root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	from->here = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (self >= 0 && from->root >= 0 && from->here >= 0)
		result = traced(setns(self, CLONE_NEWNS), "setns(%d, NEWNS)", self);
	return file_close(self, result);
}

static int leave_top(const struct place *from, int result)
{
	int saved = errno;

	if (fchdir(from->root) == 0 && chroot(".") == 0 && fchdir(from->here) == 0)
		errno = saved;
	else
		result = -1;
	file_close(from->root, 0);
	return file_close(from->here, result);
}

static int set_from_top(unsigned long how)
{
	struct place from;
	int result = enter_top(&from) < 0 ? -1 : set_all(how);

	return leave_top(&from, result);
}

int mntns_set_propagation(unsigned long how)
{
	if (set_all(how) == 0)
		return 0;
	return errno == EINVAL ? set_from_top(how) : -1;
}

/* The old root takes its place again; what was to be the new one comes to lie over it. */
static int pivot_back(int old)
{
	int saved = errno;

	if (fchdir(old) == 0)
		traced(sys_pivot_root(".", "."), "pivot_root(., .)");
	errno = saved;
	return file_close(old, -1);
}

static int pivot(int fd)
{
	int old = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);

	/* With both the same directory the old root comes to lie over the new one, at "/", so no
	 * directory is needed to put it in: pivot_root(2), "pivot_root(".", ".")". */
	if (old < 0 || fchdir(fd) < 0 || traced(sys_pivot_root(".", "."), "pivot_root(., .)") < 0)
		return file_close(old, -1);
	if (chdir("/") < 0 || traced(umount2(".", MNT_DETACH), "umount2(., DETACH)") < 0)
		return pivot_back(old);
	return file_close(old, 0);
}

/* Let go of what was mounted below the old root, where that is permitted. */
static void detach_below(int old, char *mounts)
{
	struct mountinfo entry;

	if (fchdir(old) == 0)
		while (mountinfo_next(&mounts, &entry))
			umount2(entry.point + 1, MNT_DETACH | UMOUNT_NOFOLLOW);
}

/* Lay it over the namespace's root, which stays below, out of reach: it is what `..` of the root
 * above it leads to, and what lies over it is that root again. */
static int cover_root(int fd)
{
	int old = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC), result = -1;
	char *mounts = mountinfo_read();

	if (old < 0 || mnt_attach(fd, old, "") < 0)
		goto out;
	if (fchdir(fd) == 0 && traced(chroot("."), "chroot(.)") == 0)
		result = 1;
	else
		mnt_detach(fd);
	if (result == 1 && mounts)
		detach_below(old, mounts);
	(void)!chdir("/");
out:
	free(mounts);
	return file_close(old, result);
}

int mntns_pivot(int fd, int alone)
{
	struct place from;
	int result = pivot(fd);

	if (result == 0 || errno != EINVAL)
		return result;
	/* In a chroot "/" is no mount point. */
	if (enter_top(&from) < 0)
		return leave_top(&from, (errno = EINVAL, -1));
	result = pivot(fd);
	if (result < 0 && errno == EINVAL && alone)
		result = cover_root(fd);
	else if (result < 0 && errno == EINVAL)
		why_set("pivot_root(2) refuses the root that is there");
	if (result < 0)
		return leave_top(&from, -1);
	file_close(from.root, 0);
	return file_close(from.here, result);
}
