/* SPDX-License-Identifier: ISC */
/* rootfs - a root file system, assembled out of sight, attached once, and made the root */
#include "rootfs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statfs.h>

#include "file.h"
#include "kernel.h"
#include "mnt.h"
#include "mntns.h"
#include "why.h"

int rootfs_begin(struct rootfs *root, int fd)
{
	*root = (struct rootfs){ .fd = fd, .staged = mnt_begin(), .scratch = -1,
				 .empty = { -1, -1 } };
	return fd < 0 ? -1 : mnt_set_tree_private(fd);
}

int rootfs_begin_dir(struct rootfs *root, const char *dir)
{
	int fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);

	mnt_begin();
	fd = fd < 0 ? -1 : file_close(fd, mnt_open_clone(fd, "", MNT_RECURSIVE));
	if (rootfs_begin(root, fd) < 0)
		return why_fail(root->step, "take '%s' as a root", dir);
	return 0;
}

int rootfs_begin_live(struct rootfs *root)
{
	*root = (struct rootfs){ .scratch = -1, .empty = { -1, -1 }, .staged = 1, .live = 1 };
	root->fd = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	return root->fd < 0 ? why_fail(root->step, "open /") : 0;
}

static int stage_root(struct rootfs *root)
{
	if (!root->staged && mnt_stage(root->fd) < 0)
		return -1;
	root->staged = 1;
	return 0;
}

static int note_added(struct rootfs *root, int fd)
{
	int *added = realloc(root->added, (root->count + 1) * sizeof(*added));

	if (!added)
		return -1;
	root->added = added;
	added[root->count] = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	return added[root->count] < 0 ? -1 : (int)root->count++;
}

int rootfs_attach_at(struct rootfs *root, int fd, int target)
{
	if (root->live && note_added(root, fd) < 0)
		return -1;
	if (mnt_attach(fd, target, "") == 0)
		return 0;
	if (errno != EINVAL || root->staged || stage_root(root) < 0)
		return -1;
	return mnt_attach(fd, target, "");
}

int rootfs_attach(struct rootfs *root, int fd, int dirfd, const char *path)
{
	int dir = path_make_plain(dirfd, path, &root->trail);

	return dir < 0 ? -1 : file_close(dir, rootfs_attach_at(root, fd, dir));
}

int rootfs_clone(struct rootfs *root, int target, int flags)
{
	int fd = mnt_open_clone(target, "", flags);

	if (fd >= 0 || errno != EINVAL || root->staged || stage_root(root) < 0)
		return fd;
	return mnt_open_clone(target, "", flags);
}

int rootfs_check_below(const struct rootfs *root, int target)
{
	struct stat top, st;

	if (fstat(root->fd, &top) < 0 || fstat(target, &st) < 0)
		return -1;
	if (!file_is_same(&top, &st))
		return 0;
	why_set("it is the root itself");
	errno = EBUSY;
	return -1;
}

/* Whether the mount of a `type` may lie over `target`. */
static int check_target(const struct rootfs *root, int target, mode_t type)
{
	struct statfs fs;
	struct stat st;

	if (rootfs_check_below(root, target) < 0 || fstat(target, &st) < 0 ||
	    fstatfs(target, &fs) < 0)
		return -1;
	errno = S_ISDIR(st.st_mode) ? EISDIR : ENOTDIR;
	if (!S_ISDIR(type) != !S_ISDIR(st.st_mode))
		return -1;
	errno = ELOOP;
	if (S_ISLNK(st.st_mode))
		return -1;
	if (fs.f_type != KERNEL_PROC_MAGIC)
		return 0;
	why_set("it is, or a link leads to, a part of a mounted proc");
	errno = EPERM;
	return -1;
}

int rootfs_mount(struct rootfs *root, int fd, const char *path, mode_t type)
{
	int target = path_make(root->fd, path, type, &root->trail), result;

	if (target < 0)
		return -1;
	result = check_target(root, target, type);
	if (result == 0)
		result = rootfs_attach_at(root, fd, target);
	return file_close(target, result);
}

/* The scratch stays open till the end, attached nowhere: each file gets a mount of its own. */
static int open_scratch(struct rootfs *root)
{
	static const struct mnt_option options[] = { { "mode", "0755" }, { NULL, NULL } };

	if (root->scratch < 0)
		root->scratch = mnt_open_new("tmpfs", MNT_NOSUID | MNT_NODEV, options);
	return root->scratch < 0 ? -1 : 0;
}

/* Make `name` in the scratch and hand out an O_PATH descriptor of it. */
static int make_file(int scratch, const char *name, const char *content, size_t length, mode_t mode)
{
	int fd, result = 0;

	if (!content && mkdirat(scratch, name, mode) < 0)
		return -1;
	if (content) {
		fd = openat(scratch, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
		if (fd < 0)
			return -1;
		if (file_write_all(fd, content, length) < 0 || fchmod(fd, mode) < 0)
			result = -1;
		file_close(fd, result);
	}
	return result < 0 ? -1 : openat(scratch, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
}

/* A copy of a part of a detached mount takes Linux 6.15; before, the scratch is attached for it. It
 * can't be a second time: the next file gets a scratch of its own. */
static int clone_scratch(struct rootfs *root, int file)
{
	int fd = mnt_open_clone(file, "", 0);

	if (fd >= 0 || errno != EINVAL || mnt_stage(root->scratch) < 0)
		return fd;
	fd = mnt_open_clone(file, "", 0);
	if (mnt_detach(root->scratch) < 0)
		fd = file_close(fd, -1);
	root->scratch = file_close(root->scratch, -1);
	return fd;
}

int rootfs_open_file(struct rootfs *root, const char *content, size_t length, mode_t mode)
{
	char name[24];
	int file, fd;

	if (open_scratch(root) < 0)
		return -1;
	snprintf(name, sizeof(name), "%u", root->files++);
	file = make_file(root->scratch, name, content, length, mode);
	if (file < 0)
		return -1;
	fd = clone_scratch(root, file);
	return file_close(file, fd);
}

static void forget(struct rootfs *root)
{
	file_close(root->fd, 0);
	file_close(root->scratch, 0);
	file_close(root->empty[0], 0);
	file_close(root->empty[1], 0);
	while (root->count)
		file_close(root->added[--root->count], 0);
	free(root->added);
	root->added = NULL;
	root->fd = root->scratch = root->empty[0] = root->empty[1] = -1;
}

int rootfs_enter(struct rootfs *root, int alone)
{
	int result;

	if (stage_root(root) < 0)
		return why_fail(root->step, "attach the new root");
	result = mntns_pivot(root->fd, alone);
	if (result < 0)
		return why_fail(root->step, "make it the root");
	path_keep(&root->trail);
	forget(root);
	return result;
}

void rootfs_keep(struct rootfs *root)
{
	path_keep(&root->trail);
	forget(root);
	mnt_end();
}

void rootfs_close(struct rootfs *root)
{
	int saved = errno;

	if (root->staged && !root->live)
		mnt_detach(root->fd);
	for (size_t i = root->count; i-- > 0;)
		mnt_detach(root->added[i]);
	path_undo(&root->trail);
	forget(root);
	mnt_end();
	errno = saved;
}
