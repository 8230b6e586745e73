/* SPDX-License-Identifier: ISC */
/* mnt - the mount API as a few verbs */
#include "mnt.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>

#include "file.h"
#include "kernel.h"
#include "mntns.h"
#include "mntold.h"
#include "num.h"
#include "trace.h"
#include "why.h"

/* The log of a file system context: lines "e text", "w text", "i text"; the last error counts. */
static void keep_log(int fs)
{
	char line[256];
	ssize_t length;
	int saved = errno;

	while ((length = read(fs, line, sizeof(line) - 1)) > 0) {
		line[length] = '\0';
		if (line[0] == 'e' && line[1] == ' ')
			why_set(line + 2);
	}
	errno = saved;
}

/* The descriptor N of a value "/proc/self/fd/N", else -1. */
static int find_fd(const char *value)
{
	static const char prefix[] = "/proc/self/fd/";
	uint64_t fd;

	if (!value || strncmp(value, prefix, sizeof(prefix) - 1) ||
	    num_parse(value + sizeof(prefix) - 1, INT32_MAX, &fd) < 0)
		return -1;
	return (int)fd;
}

static int set_option(int fs, const struct mnt_option *option)
{
	enum kernel_fsconfig cmd =
		option->value ? KERNEL_FSCONFIG_SET_STRING : KERNEL_FSCONFIG_SET_FLAG;
	int file = find_fd(option->value), result;

	if (file >= 0) {
		result = traced(sys_fsconfig_fd(fs, option->key, file), "fsconfig(%d, %s, %d)", fs,
				option->key, file);
		if (result == 0 || errno != EINVAL)
			return result;
		/* Only a path will do. What the log says of the other is read away. */
		keep_log(fs);
		why_set("");
	}
	return traced(sys_fsconfig(fs, cmd, option->key, option->value), "fsconfig(%d, %s%s%s)", fs,
		      option->key, option->value ? "=" : "", option->value ? option->value : "");
}

/* 1: by mount(2). */
static int old;

int mnt_begin(void)
{
	old = mntold_is_needed();
	return old;
}

void mnt_end(void)
{
	mntold_end();
}

static int open_new(const char *type, int attributes, const struct mnt_option *options)
{
	int fs = traced(sys_fsopen(type), "fsopen(%s)", type), fd = -1, saved;

	if (fs < 0)
		return -1;
	why_set("");
	for (; options && options->key; options++)
		if (set_option(fs, options) < 0)
			goto out;
	if (sys_fsconfig(fs, KERNEL_FSCONFIG_CMD_CREATE, NULL, NULL) == 0)
		fd = sys_fsmount(fs, (unsigned int)attributes);
	traced(fd, "fsmount(%s)", type);
out:
	if (fd < 0)
		keep_log(fs);
	saved = errno;
	close(fs);
	errno = saved;
	return fd;
}

int mnt_open_new(const char *type, int attributes, const struct mnt_option *options)
{
	return (old ? mntold_open_new : open_new)(type, attributes, options);
}

static int open_clone(int dirfd, const char *path, int flags)
{
	unsigned int how = KERNEL_OPEN_TREE_CLONE | (unsigned int)(flags & MNT_RECURSIVE);

	return traced(sys_open_tree(dirfd, path, how | (*path ? 0 : AT_EMPTY_PATH)),
		      "open_tree(%s, CLONE%s)", *path ? path : "fd",
		      flags & MNT_RECURSIVE ? "|RECURSIVE" : "");
}

int mnt_open_clone(int dirfd, const char *path, int flags)
{
	return (old ? mntold_open_clone : open_clone)(dirfd, path, flags);
}

static int set(int fd, int attributes)
{
	struct kernel_mount_attr_args args = { .set = (uint64_t)(attributes & ~MNT_RECURSIVE) };

	return traced(sys_mount_setattr(fd, (unsigned int)(attributes & MNT_RECURSIVE), &args),
		      "mount_setattr(%d, %#x)", fd, (unsigned int)attributes);
}

int mnt_set(int fd, int attributes)
{
	return (old ? mntold_set : set)(fd, attributes);
}

int mnt_open_copy(int dirfd, const char *path, int attributes)
{
	int fd = mnt_open_clone(dirfd, path, attributes);

	return fd < 0 || mnt_set(fd, attributes) == 0 ? fd : file_close(fd, -1);
}

static int attach(int fd, int dirfd, const char *path)
{
	unsigned int flags = KERNEL_MOVE_MOUNT_F_EMPTY_PATH;

	if (*path)
		return traced(sys_move_mount(fd, "", dirfd, path, flags), "move_mount(%d, %s)", fd,
			      path);
	return traced(sys_move_mount(fd, "", dirfd, "", flags | KERNEL_MOVE_MOUNT_T_EMPTY_PATH),
		      "move_mount(%d, %d)", fd, dirfd);
}

int mnt_attach(int fd, int dirfd, const char *path)
{
	return (old ? mntold_attach : attach)(fd, dirfd, path);
}

int mnt_set_tree_private(int fd)
{
	struct kernel_mount_attr_args args = { .propagation = MS_PRIVATE };

	/* There all mounts are. */
	if (old)
		return 0;
	return traced(sys_mount_setattr(fd, KERNEL_AT_RECURSIVE, &args),
		      "mount_setattr(%d, RECURSIVE, PRIVATE)", fd);
}

/* Where doesn't matter, if it isn't "/" itself: best where nobody has anything. */
int mnt_stage(int fd)
{
	static const char *const places[] = { "/proc/fs", "/mnt", "/run", "/tmp",
					      "/dev", "/sys", "/proc", NULL };
	int result = -1;

	if (old)
		return 0;
	/* pivot_root(2) refuses a shared mount, and what is attached to one shows up elsewhere. */
	if (mntns_set_propagation(MS_PRIVATE) < 0)
		return -1;
	for (const char *const *place = places; *place && result < 0; place++) {
		result = mnt_attach(fd, AT_FDCWD, *place);
		if (result < 0 && errno != ENOENT && errno != ENOTDIR)
			break;
	}
	return result;
}

/* A file's mount has no other path than the one in a /proc of our pid namespace: the one that is
 * here, or one that is mounted nowhere. */
static int detach_file(int fd)
{
	int proc = open_new("proc", 0, NULL);
	char path[32];

	if (proc < 0)
		proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (proc < 0 || fchdir(proc) < 0)
		return file_close(proc, -1);
	snprintf(path, sizeof(path), "self/fd/%d", fd);
	return file_close(proc, traced(umount2(path, MNT_DETACH), "umount2(%s, DETACH)", path));
}

/* It was possible a moment ago, and what was detached can't be undone. */
static void go_back(int here)
{
	int saved = errno;

	(void)!fchdir(here);
	errno = saved;
}

/* From within, which needs no path; only where there is a way back. */
static int detach_dir(int fd, int here)
{
	int result;

	if (here < 0 || fchdir(here) < 0 || fchdir(fd) < 0)
		return -1;
	result = traced(umount2(".", MNT_DETACH), "umount2(%d, DETACH)", fd);
	go_back(here);
	return result;
}

int mnt_detach(int fd)
{
	int here = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	int result = detach_dir(fd, here);

	if (result < 0 && (errno == ENOTDIR || errno == EACCES)) {
		result = detach_file(fd);
		go_back(here);
	}
	return file_close(here, result);
}

int mnt_idmap(int fd, int userns, int flags)
{
	struct kernel_mount_attr_args args = { .set = KERNEL_MOUNT_ATTR_IDMAP,
					       .userns_fd = (uint64_t)userns };

	return traced(sys_mount_setattr(fd, (unsigned int)flags & KERNEL_AT_RECURSIVE, &args),
		      "mount_setattr(%d, IDMAP)", fd);
}
