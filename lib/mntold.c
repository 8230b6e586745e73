/* SPDX-License-Identifier: ISC */
/* mntold - the verbs of mnt.h by mount(2), for kernels without the mount API */
#include "mntold.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "file.h"
#include "kernel.h"
#include "mntns.h"
#include "mountinfo.h"
#include "trace.h"

enum { PATH = 64, DATA = 4096 /* a page: as much as mount(2) takes */ };

/* The tmpfs, -1: there is none yet; and how many mounts were made in it. */
static int workshop = -1;
static unsigned int count;

int mntold_is_needed(void)
{
	static int needed = -1;

	if (needed < 0)
		needed = (sys_fsopen("") < 0 && errno == ENOSYS) ||
			 (sys_fsconfig(-1, KERNEL_FSCONFIG_SET_FLAG, "", NULL) < 0 &&
			  errno == ENOSYS) ||
			 (sys_fsmount(-1, 0) < 0 && errno == ENOSYS) ||
			 (sys_open_tree(-1, "", 0) < 0 && errno == ENOSYS) ||
			 (sys_move_mount(-1, "", -1, "", 0) < 0 && errno == ENOSYS) ||
			 (sys_mount_setattr(-1, 0, &(struct kernel_mount_attr_args){ 0 }) < 0 &&
			  errno == ENOSYS);
	return needed;
}

static const char *name_fd(int fd, char path[PATH])
{
	snprintf(path, PATH, "/proc/self/fd/%d", fd);
	return path;
}

/* Over a directory of our own that nobody looks for anything in; should we be killed, it goes with
 * us, and so does what is mounted on it. It is private, so that nothing made in it shows up
 * elsewhere, and not taken along by a copy of what it lies in. */
static int open_workshop(void)
{
	static const char place[] = "/proc/self/task";

	if (workshop >= 0)
		return 0;
	if (mntns_set_propagation(MS_PRIVATE) < 0 ||
	    traced(mount("none", place, "tmpfs", 0, "mode=0700"), "mount(tmpfs, %s)", place) < 0)
		return -1;
	if (mount(NULL, place, NULL, MS_UNBINDABLE, NULL) == 0)
		workshop = open(place, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (workshop < 0)
		umount2(place, MNT_DETACH);
	return workshop < 0 ? -1 : 0;
}

/* A new directory or file in the workshop to mount on, and its path. */
static int make_place(mode_t type, char path[PATH])
{
	char name[16];

	if (open_workshop() < 0)
		return -1;
	snprintf(name, sizeof(name), "%u", count++);
	snprintf(path, PATH, "/proc/self/fd/%d/%s", workshop, name);
	if (S_ISDIR(type))
		return mkdirat(workshop, name, 0700);
	return mknodat(workshop, name, S_IFREG | 0600, 0);
}

/* The options as one string. Layers, each an option of its own there, are one here. */
static int join(const struct mnt_option *options, char data[DATA], const char **source)
{
	size_t used = 0;
	int layers = 0;

	for (*data = '\0'; options && options->key; options++) {
		int layer = !strcmp(options->key, "lowerdir+");
		const char *key = layer ? "lowerdir" : options->key;

		if (!strcmp(key, "source")) {
			*source = options->value;
			continue;
		}
		if (!strcmp(key, "ro"))
			continue; /* an attribute, too */
		if (layer && layers++)
			used += (size_t)snprintf(data + used, DATA - used, ":%s", options->value);
		else
			used += (size_t)snprintf(data + used, DATA - used, "%s%s%s%s",
						 used ? "," : "", key, options->value ? "=" : "",
						 options->value ? options->value : "");
		errno = E2BIG;
		if (used >= DATA)
			return -1;
	}
	return 0;
}

/* The four attributes have the same values in both worlds. */
static unsigned long find_flags(int attributes)
{
	return (unsigned long)(attributes & (MNT_RDONLY | MNT_NOSUID | MNT_NODEV | MNT_NOEXEC)) |
	       (attributes & MNT_NOSYMFOLLOW ? KERNEL_MS_NOSYMFOLLOW : 0);
}

int mntold_open_new(const char *type, int attributes, const struct mnt_option *options)
{
	char path[PATH], data[DATA];
	const char *source = "none";

	if (join(options, data, &source) < 0 || make_place(S_IFDIR, path) < 0)
		return -1;
	if (traced(mount(source, path, type, find_flags(attributes), data), "mount(%s, %s)", type,
		   data) < 0)
		return -1;
	return open(path, O_PATH | O_CLOEXEC);
}

int mntold_open_clone(int dirfd, const char *path, int flags)
{
	int source = *path ? openat(dirfd, path, O_PATH | O_CLOEXEC) : dirfd, fd = -1;
	unsigned long how = MS_BIND | (flags & MNT_RECURSIVE ? MS_REC : 0);
	char from[PATH], to[PATH];
	struct stat st;

	if (source >= 0 && fstat(source, &st) == 0 && make_place(st.st_mode, to) == 0 &&
	    traced(mount(name_fd(source, from), to, NULL, how, NULL), "mount(%s, BIND%s)",
		   *path ? path : from, flags & MNT_RECURSIVE ? "|REC" : "") == 0)
		fd = open(to, O_PATH | O_CLOEXEC);
	return *path ? file_close(source, fd) : fd;
}

/* A mount of its own has its attributes set as a whole: those that it has must be repeated, and in
 * a user namespace none may be missing. */
static int set_one(int fd, int attributes)
{
	unsigned long flags = MS_REMOUNT | MS_BIND | find_flags(attributes);
	struct statvfs has;
	char path[PATH];

	if (fstatvfs(fd, &has) < 0)
		return -1;
	flags |= has.f_flag & (MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_NOATIME |
			       MS_NODIRATIME);
	flags |= has.f_flag & ST_RELATIME ? MS_RELATIME : 0;
	flags |= has.f_flag & KERNEL_ST_NOSYMFOLLOW ? KERNEL_MS_NOSYMFOLLOW : 0;
	return traced(mount(NULL, name_fd(fd, path), NULL, flags, NULL), "mount(%s, REMOUNT|BIND)",
		      path);
}

/* Whether a mount on `mount`, other than `way`, lies at `point` or above it. What `mount` is on is
 * then in `above`, -1 for nothing. */
static int has_cover(int mount, int way, const char *point, int *above)
{
	char *text = mountinfo_read(), *rest = text;
	struct mountinfo entry;
	int has = 0;

	*above = -1;
	while (text && mountinfo_next(&rest, &entry)) {
		size_t length = strlen(entry.point);

		if (entry.mount == mount)
			*above = entry.parent == mount ? -1 : entry.parent;
		else if (entry.parent == mount && entry.mount != way &&
			 !strncmp(point, entry.point, length) &&
			 (point[length] == '/' || !point[length]))
			has = 1;
	}
	free(text);
	return has;
}

/* Whether another mount lies on it, or on a directory on the way to it. */
static int is_covered(const struct mountinfo *entry)
{
	int mount = entry->mount, way = -1, above;

	for (; mount >= 0; way = mount, mount = above)
		if (has_cover(mount, way, entry->point, &above))
			return 1;
	return 0;
}

/* Its path can't be relied on, for others may change what is on the way: what is opened has to be
 * the mount that was meant. One that is covered has no path, and nobody sees it. */
static int set_listed(const struct mountinfo *entry, int attributes)
{
	int fd = open(entry->point, O_PATH | O_NOFOLLOW | O_CLOEXEC);

	if (fd >= 0 && mountinfo_find(fd) == entry->mount)
		return file_close(fd, set_one(fd, attributes));
	file_close(fd, 0);
	errno = EAGAIN;
	return is_covered(entry) ? 0 : -1;
}

/* The mounts on the mount `parent`, and those on them. */
static int set_below(int parent, int attributes)
{
	char *text = mountinfo_read(), *rest = text;
	int result = text ? 0 : -1;
	struct mountinfo entry;

	while (result == 0 && mountinfo_next(&rest, &entry))
		if (entry.parent == parent && entry.mount != parent &&
		    (set_listed(&entry, attributes) < 0 || set_below(entry.mount, attributes) < 0))
			result = -1;
	free(text);
	return result;
}

int mntold_set(int fd, int attributes)
{
	int mount = attributes & MNT_RECURSIVE ? mountinfo_find(fd) : 0;

	if (mount < 0 || set_one(fd, attributes) < 0)
		return -1;
	return attributes & MNT_RECURSIVE ? set_below(mount, attributes) : 0;
}

int mntold_attach(int fd, int dirfd, const char *path)
{
	int target = *path ? openat(dirfd, path, O_PATH | O_NOFOLLOW | O_CLOEXEC) : dirfd, result;
	char from[PATH], to[PATH];

	if (target < 0)
		return -1;
	result = traced(mount(name_fd(fd, from), name_fd(target, to), NULL, MS_MOVE, NULL),
			"mount(%s, %s, MOVE)", from, to);
	return *path ? file_close(target, result) : result;
}

void mntold_end(void)
{
	if (workshop < 0)
		return;
	mnt_detach(workshop);
	workshop = file_close(workshop, -1);
}
