/* SPDX-License-Identifier: ISC */
/* apifs - the kernel's own file systems in a root: proc, sysfs, mqueue, cgroup */
#include "apifs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "mask.h"
#include "mnt.h"
#include "why.h"

enum { QUIET = MNT_NOSUID | MNT_NODEV | MNT_NOEXEC };

/* What tells of the hardware and the kernel's keys, or reaches the whole machine: the lists of the
 * OCI runtimes, for a /proc and a /sys whose root is not trusted. */
static const char *const proc_masked[] = {
	"acpi", "asound", "interrupts", "kcore", "keys", "latency_stats", "sched_debug", "scsi",
	"timer_list", "timer_stats", NULL
};
static const char *const proc_readonly[] = { "bus", "fs", "irq", "sys", "sysrq-trigger", NULL };
static const char *const sys_masked[] = { "devices/virtual/powercap", "firmware", NULL };

/* Whether the /proc that is mounted here shows the pid namespace that we are in. */
static int is_own_proc(void)
{
	char link[16];
	ssize_t length = readlink("/proc/self", link, sizeof(link) - 1);

	link[length < 0 ? 0 : length] = '\0';
	return atoi(link) == getpid();
}

static int open_proc(void)
{
	int fd = mnt_open_new("proc", QUIET, NULL);

	if (fd >= 0 || errno != EPERM)
		return fd;
	if (is_own_proc())
		return mnt_open_clone(AT_FDCWD, "/proc", MNT_RECURSIVE);
	errno = EPERM;
	return -1;
}

static int open_sysfs(void)
{
	int fd = mnt_open_new("sysfs", MNT_RDONLY | QUIET, NULL);

	if (fd >= 0 || errno != EPERM)
		return fd;
	return mnt_open_copy(AT_FDCWD, "/sys", MNT_RDONLY | QUIET | MNT_RECURSIVE);
}

/* Attach the mount that was opened as `fd`, and mask what is in it, by that descriptor: whatever
 * the root does with its names, these are the files. */
static int add(struct rootfs *root, int fd, const char *path, const char *const *masked,
	       const char *const *readonly)
{
	int result;

	if (fd < 0 || rootfs_attach(root, fd, root->fd, path) < 0) {
		why_fail(root->step, "mount /%s", path);
		return file_close(fd, -1);
	}
	result = mask_hide_all(root, fd, path, masked);
	if (result == 0)
		result = mask_protect_all(root, fd, path, readonly);
	return file_close(fd, result);
}

static const char *const nothing[] = { NULL };

int apifs_add_proc(struct rootfs *root, int masks)
{
	if (masks == APIFS_UNMASKED)
		return add(root, open_proc(), "proc", nothing, nothing);
	return add(root, open_proc(), "proc", proc_masked, proc_readonly);
}

int apifs_add_sysfs(struct rootfs *root, int masks)
{
	return add(root, open_sysfs(), "sys", masks == APIFS_UNMASKED ? nothing : sys_masked,
		   nothing);
}

/* Beside hierarchies of version 1 a cgroup2 mount would be an empty one: those are taken along. */
static int open_cgroup(int attributes)
{
	int fd = -1;

	if (access("/sys/fs/cgroup/cgroup.controllers", F_OK) == 0) {
		fd = mnt_open_new("cgroup2", attributes, NULL);
		if (fd >= 0 || errno != EPERM)
			return fd;
	}
	return mnt_open_copy(AT_FDCWD, "/sys/fs/cgroup", attributes | MNT_RECURSIVE);
}

int apifs_add_cgroup(struct rootfs *root, int writable)
{
	int fd = open_cgroup(QUIET | (writable ? 0 : MNT_RDONLY));
	int result = fd < 0 ? -1 : rootfs_mount(root, fd, "/sys/fs/cgroup", S_IFDIR);

	if (result < 0)
		why_fail(root->step, "mount /sys/fs/cgroup");
	return file_close(fd, result);
}

int apifs_add_mqueue(struct rootfs *root, int dirfd, const char *path)
{
	int fd = mnt_open_new("mqueue", QUIET, NULL);

	return fd < 0 ? -1 : file_close(fd, rootfs_attach(root, fd, dirfd, path));
}
