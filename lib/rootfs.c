/* SPDX-License-Identifier: ISC */
/* rootfs - a root file system, assembled out of sight, attached once, and made the root */
#include "rootfs.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "devfs.h"
#include "file.h"
#include "kernel.h"
#include "mnt.h"

int rootfs_fail(struct rootfs *root, const char *format, ...)
{
	int saved = errno;
	va_list args;

	va_start(args, format);
	vsnprintf(root->step, sizeof(root->step), format, args);
	va_end(args);
	errno = saved;
	return -1;
}

int rootfs_open_dir(struct rootfs *root, const char *dir)
{
	int fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);

	*root = (struct rootfs){ .fd = -1 };
	if (fd < 0)
		return rootfs_fail(root, "open root directory '%s'", dir);
	root->fd = file_close(fd, mnt_open_clone(fd, "", MNT_RECURSIVE));
	if (root->fd < 0 || mnt_set_tree_private(root->fd) < 0)
		return rootfs_fail(root, "take '%s' as a root", dir);
	return 0;
}

/* Attach the root somewhere in the mount namespace. Where doesn't matter, for it is used only by
 * descriptor, and is at "/" a moment later: any directory that isn't "/" itself. */
static int stage(struct rootfs *root)
{
	static const char *const places[] = { "/tmp", "/run", "/mnt", "/dev", "/proc", NULL };

	/* pivot_root(2) refuses a shared mount, and what is attached to one shows up elsewhere. */
	if (mnt_set_propagation(MS_PRIVATE) < 0)
		return -1;
	for (const char *const *place = places; *place; place++) {
		root->staged = mnt_attach(root->fd, AT_FDCWD, *place) == 0;
		if (root->staged || (errno != ENOENT && errno != ENOTDIR))
			break;
	}
	return root->staged ? 0 : -1;
}

int rootfs_attach_at(struct rootfs *root, int fd, int target)
{
	if (mnt_attach(fd, target, "") == 0)
		return 0;
	if (errno != EINVAL || root->staged || stage(root) < 0)
		return -1;
	return mnt_attach(fd, target, "");
}

static void note_made(struct rootfs *root, const char *path)
{
	const char **made = root->made;

	while (*made)
		made++;
	if (made < root->made + 3)
		*made = path;
}

int rootfs_attach(struct rootfs *root, int fd, int dirfd, const char *path)
{
	struct stat st;
	int missing = dirfd == root->fd && fstatat(dirfd, path, &st, AT_SYMLINK_NOFOLLOW) < 0;
	int dir = file_open_dir(dirfd, path);

	if (dir < 0)
		return -1;
	if (missing)
		note_made(root, path);
	return file_close(dir, rootfs_attach_at(root, fd, dir));
}

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
	int fd = mnt_open_new("proc", MNT_NOSUID | MNT_NODEV | MNT_NOEXEC, NULL);

	if (fd >= 0 || errno != EPERM)
		return fd;
	if (is_own_proc())
		return mnt_open_clone(AT_FDCWD, "/proc", MNT_RECURSIVE);
	errno = EPERM;
	return -1;
}

static int open_sysfs(void)
{
	int readonly = MNT_RDONLY | MNT_NOSUID | MNT_NODEV | MNT_NOEXEC;
	int fd = mnt_open_new("sysfs", readonly, NULL);

	if (fd >= 0 || errno != EPERM)
		return fd;
	fd = mnt_open_clone(AT_FDCWD, "/sys", MNT_RECURSIVE);
	if (fd >= 0 && mnt_set(fd, readonly | MNT_RECURSIVE) < 0)
		return file_close(fd, -1);
	return fd;
}

/* Attach the mount that was opened as `fd`, which is closed. */
static int add(struct rootfs *root, int fd, const char *path)
{
	if (fd < 0 || file_close(fd, rootfs_attach(root, fd, root->fd, path)) < 0)
		return rootfs_fail(root, "mount /%s", path);
	return 0;
}

int rootfs_add_standard(struct rootfs *root)
{
	if (add(root, open_proc(), "proc") < 0 || add(root, open_sysfs(), "sys") < 0)
		return -1;
	return devfs_add(root);
}

int rootfs_enter(struct rootfs *root)
{
	if (!root->staged && stage(root) < 0)
		return rootfs_fail(root, "attach the new root");
	if (mnt_pivot(root->fd) < 0)
		return rootfs_fail(root, "make it the root");
	close(root->fd);
	return 0;
}

void rootfs_close(struct rootfs *root)
{
	int saved = errno;

	if (root->staged)
		mnt_detach(root->fd);
	for (const char **made = root->made; *made; made++)
		unlinkat(root->fd, *made, AT_REMOVEDIR);
	if (root->fd >= 0)
		close(root->fd);
	root->fd = -1;
	errno = saved;
}
