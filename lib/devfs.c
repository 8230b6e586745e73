/* SPDX-License-Identifier: ISC */
/* devfs - a small /dev for a root file system */
#include "devfs.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "apifs.h"
#include "file.h"
#include "kernel.h"
#include "mnt.h"
#include "trace.h"
#include "why.h"

static const struct node {
	const char *name;
	unsigned int major, minor; /* the kernel's Documentation/admin-guide/devices.txt */
} nodes[] = {
	{ "null", 1, 3 }, { "zero", 1, 5 },    { "full", 1, 7 },
	{ "random", 1, 8 }, { "urandom", 1, 9 }, { "tty", 5, 0 },
};

static const struct {
	const char *name, *to;
} links[] = {
	{ "fd", "/proc/self/fd" },	 { "stdin", "/proc/self/fd/0" },
	{ "stdout", "/proc/self/fd/1" }, { "stderr", "/proc/self/fd/2" },
	{ "ptmx", "pts/ptmx" },
};

/* A detached mount of the node that is in /dev here. What it is, is checked: in a container that
 * we set up from outside, its /dev is anybody's. */
static int open_node(const struct node *node)
{
	char path[32];
	struct stat st;
	int fd;

	snprintf(path, sizeof(path), "/dev/%s", node->name);
	fd = mnt_open_clone(AT_FDCWD, path, 0);
	if (fd < 0)
		return -1;
	if (fstat(fd, &st) == 0 && S_ISCHR(st.st_mode) &&
	    st.st_rdev == makedev(node->major, node->minor))
		return fd;
	why_set("the one in /dev here is something else");
	errno = ENODEV;
	return file_close(fd, -1);
}

/* Attach the mount `source` of a device, which is closed, to a new file. */
static int bind_file(struct rootfs *root, int dev, const char *name, int source)
{
	int target, result;

	if (source < 0)
		return -1;
	if (mknodat(dev, name, S_IFREG | 0666, 0) < 0)
		return file_close(source, -1);
	target = openat(dev, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (target < 0)
		return file_close(source, -1);
	result = rootfs_attach_at(root, source, target);
	file_close(target, 0);
	return file_close(source, result);
}

static int add_nodes(struct rootfs *root, int dev)
{
	for (size_t i = 0; i < sizeof(nodes) / sizeof(nodes[0]); i++) {
		const struct node *node = &nodes[i];

		if (traced(mknodat(dev, node->name, S_IFCHR | 0666,
				   makedev(node->major, node->minor)),
			   "mknodat(/dev/%s)", node->name) == 0)
			continue;
		if (errno != EPERM || bind_file(root, dev, node->name, open_node(node)) < 0)
			return why_fail(root->step, "make /dev/%s", node->name);
	}
	return 0;
}

static int add_links(struct rootfs *root, int dev)
{
	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++)
		if (traced(symlinkat(links[i].to, dev, links[i].name), "symlinkat(%s, /dev/%s)",
			   links[i].to, links[i].name) < 0)
			return why_fail(root->step, "link /dev/%s to %s", links[i].name,
					links[i].to);
	return 0;
}

static int add_mount(struct rootfs *root, int dev, const char *name, int fd)
{
	int result;

	if (fd < 0)
		return why_fail(root->step, "mount /dev/%s", name);
	result = file_close(fd, rootfs_attach(root, fd, dev, name));
	return result < 0 ? why_fail(root->step, "mount /dev/%s", name) : 0;
}

static int add_mounts(struct rootfs *root, int dev)
{
	static const struct mnt_option pts[] = { { "ptmxmode", "0666" },
						 { "mode", "0620" },
						 { 0 } };
	static const struct mnt_option shm[] = { { "mode", "1777" }, { 0 } };
	int quiet = MNT_NOSUID | MNT_NODEV | MNT_NOEXEC;

	if (add_mount(root, dev, "pts", mnt_open_new("devpts", MNT_NOSUID | MNT_NOEXEC, pts)) < 0 ||
	    add_mount(root, dev, "shm", mnt_open_new("tmpfs", quiet, shm)) < 0)
		return -1;
	/* Not for a user namespace that doesn't own its IPC namespace, nor in every kernel. The
	 * queues themselves work without. */
	if (apifs_add_mqueue(root, dev, "mqueue") == 0 || errno == EPERM || errno == ENODEV)
		return 0;
	return why_fail(root->step, "mount /dev/mqueue");
}

/* A detached mount of the terminal `tty`, or -1 where that has no path here. By its path, for a
 * descriptor is of another mount namespace; and checked, for that path may be anybody's. */
static int open_terminal(int tty)
{
	struct stat wanted, st;
	char path[PATH_MAX];
	struct statfs fs;
	int fd;

	if (file_read_path(tty, path) < 0 || fstat(tty, &wanted) < 0)
		return -1;
	fd = mnt_open_clone(AT_FDCWD, path, 0);
	if (fd < 0)
		return -1;
	if (fstat(fd, &st) == 0 && file_is_same(&st, &wanted) && S_ISCHR(st.st_mode) &&
	    fstatfs(fd, &fs) == 0 && fs.f_type == KERNEL_DEVPTS_MAGIC)
		return fd;
	return file_close(fd, -1);
}

/* The first standard descriptor that is a terminal. */
static int find_terminal(void)
{
	for (int fd = 0; fd < 3; fd++)
		if (isatty(fd))
			return fd;
	return -1;
}

static int add_console(struct rootfs *root, int dev)
{
	int tty = find_terminal(), source = tty < 0 ? -1 : open_terminal(tty);

	if (source < 0)
		return 0;
	if (bind_file(root, dev, "console", source) < 0)
		return why_fail(root->step, "make /dev/console");
	return 0;
}

static int fill(struct rootfs *root, int dev, int console)
{
	if (add_nodes(root, dev) < 0 || add_links(root, dev) < 0 || add_mounts(root, dev) < 0)
		return -1;
	return console ? add_console(root, dev) : 0;
}

int devfs_add(struct rootfs *root, int console)
{
	static const struct mnt_option options[] = { { "mode", "0755" }, { 0 } };
	int dev = mnt_open_new("tmpfs", MNT_NOSUID, options), result;
	mode_t mask = umask(0);

	if (dev < 0 || rootfs_attach(root, dev, root->fd, "dev") < 0)
		result = why_fail(root->step, "mount /dev");
	else
		result = fill(root, dev, console);
	umask(mask);
	return file_close(dev, result);
}
