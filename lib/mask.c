/* SPDX-License-Identifier: ISC */
/* mask - files and directories of a root that are hidden, or can't be written */
#include "mask.h"

#include <errno.h>
#include <sys/stat.h>

#include "file.h"
#include "mnt.h"
#include "why.h"

/* A new empty file or directory that can't be written. */
static int make_empty(struct rootfs *root, int dir)
{
	int fd = rootfs_open_file(root, dir ? NULL : "", 0, dir ? 0555 : 0444);

	return fd < 0 || mnt_set(fd, MNT_RDONLY) == 0 ? fd : file_close(fd, -1);
}

/* An empty file or directory, as `target` is one: copies of one, where the kernel copies a detached
 * mount (Linux 6.15). */
static int open_empty(struct rootfs *root, int target)
{
	struct stat st;
	int *empty, fd;

	if (fstat(target, &st) < 0)
		return -1;
	empty = &root->empty[S_ISDIR(st.st_mode)];
	if (*empty < 0)
		*empty = make_empty(root, S_ISDIR(st.st_mode));
	fd = *empty < 0 ? -1 : mnt_open_clone(*empty, "", 0);
	return fd >= 0 || errno != EINVAL ? fd : make_empty(root, S_ISDIR(st.st_mode));
}

static int open_protected(struct rootfs *root, int target)
{
	int fd = rootfs_clone(root, target, MNT_RECURSIVE);

	if (fd >= 0 && mnt_set(fd, MNT_RDONLY | MNT_RECURSIVE) < 0)
		return file_close(fd, -1);
	return fd;
}

typedef int open_cover(struct rootfs *root, int target);

enum { NOT_THERE = 1 };

/* Lay what `open` makes for it over `path` below `dir`. NOT_THERE, with errno, where that can't be
 * reached: then nobody inside can. */
static int cover(struct rootfs *root, int dir, const char *path, open_cover *open)
{
	int target = path_open(dir, path), fd = -1, result = -1;

	if (target < 0)
		return errno == ENOENT || errno == EACCES ? NOT_THERE : -1;
	if (rootfs_check_below(root, target) == 0)
		fd = open(root, target);
	if (fd >= 0)
		result = file_close(fd, rootfs_attach_at(root, fd, target));
	return file_close(target, result);
}

static int cover_all(struct rootfs *root, int dir, const char *where, const char *const *names,
		     open_cover *open, const char *what)
{
	for (; *names; names++)
		if (cover(root, dir, *names, open) < 0)
			return why_fail(root->step, "%s /%s/%s", what, where, *names);
	return 0;
}

int mask_hide_all(struct rootfs *root, int dir, const char *where, const char *const *names)
{
	return cover_all(root, dir, where, names, open_empty, "mask");
}

int mask_protect_all(struct rootfs *root, int dir, const char *where, const char *const *names)
{
	return cover_all(root, dir, where, names, open_protected, "make read-only");
}

int mask_hide(struct rootfs *root, const char *path)
{
	if (cover(root, root->fd, path, open_empty) == 0)
		return 0;
	return why_fail(root->step, "mask '%s'", path);
}

int mask_protect(struct rootfs *root, const char *path)
{
	if (cover(root, root->fd, path, open_protected) == 0)
		return 0;
	return why_fail(root->step, "make '%s' read-only", path);
}
