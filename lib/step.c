/* SPDX-License-Identifier: ISC */
/* step - one step of a recipe, done to a root */
#include "step.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include "apifs.h"
#include "devfs.h"
#include "etc.h"
#include "file.h"
#include "kernel.h"
#include "mask.h"
#include "trace.h"
#include "why.h"

static int bind(struct recipe_step *step, struct rootfs *root)
{
	int fd = source_mount(&step->source, step->attributes), result = -1;

	if (fd >= 0 && mnt_set_tree_private(fd) == 0 &&
	    (!(step->attributes & ~MNT_RECURSIVE) || mnt_set(fd, step->attributes) == 0))
		result = rootfs_mount(root, fd, step->target, step->source.st.st_mode);
	if (result < 0)
		why_fail(root->step, "bind '%s' at '%s'", step->source.word, step->target);
	return file_close(fd, result);
}

/* The mode of the directory that it will cover, else everybody's, as the kernel's default is. */
static mode_t find_mode(const struct recipe_step *step, const struct rootfs *root)
{
	int fd = path_open(root->fd, step->target);
	struct stat st;
	mode_t mode = fd >= 0 && fstat(fd, &st) == 0 ? st.st_mode & 07777 : 01777;

	return (mode_t)file_close(fd, (int)mode);
}

static int add_tmpfs(struct recipe_step *step, struct rootfs *root)
{
	struct mnt_option *option = step->options;
	char mode[8];
	int fd, result;

	while (option->key)
		option++;
	snprintf(mode, sizeof(mode), "%o",
		 step->mode < 0 ? find_mode(step, root) : (unsigned int)step->mode);
	*option = (struct mnt_option){ "mode", mode };
	fd = mnt_open_new("tmpfs", step->attributes, step->options);
	result = fd < 0 ? -1 : rootfs_mount(root, fd, step->target, S_IFDIR);
	if (result < 0)
		why_fail(root->step, "mount a tmpfs at '%s'", step->target);
	return file_close(fd, result);
}

/* By a descriptor of it that can be used for that, and no path of anybody's /proc. */
static int set_mode(int dir, mode_t mode)
{
	int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 ? -1 : file_close(fd, fchmod(fd, mode));
}

static int add_dir(const struct recipe_step *step, struct rootfs *root)
{
	size_t made = root->trail.count;
	int dir = path_make(root->fd, step->target, S_IFDIR, &root->trail), result = 0;
	struct stat st;

	if (dir < 0 || fstat(dir, &st) < 0)
		return why_fail(root->step, "make directory '%s'", step->target);
	if (!S_ISDIR(st.st_mode)) {
		errno = ENOTDIR;
		result = -1;
	} else if (step->mode >= 0 && root->trail.count > made) {
		result = set_mode(dir, (mode_t)step->mode);
	}
	if (result < 0)
		why_fail(root->step, "make directory '%s'", step->target);
	return file_close(dir, result);
}

static int add_file(const struct recipe_step *step, struct rootfs *root)
{
	mode_t mode = step->mode < 0 ? 0644 : (mode_t)step->mode;
	int fd = rootfs_open_file(root, step->text, step->length, mode), result = -1;

	if (fd >= 0 && (!step->attributes || mnt_set(fd, step->attributes) == 0))
		result = rootfs_mount(root, fd, step->target, S_IFREG);
	if (result < 0)
		why_fail(root->step, "make file '%s'", step->target);
	return file_close(fd, result);
}

/* The same link may be there already. */
static int has_link(int dir, const char *name, const char *text)
{
	char there[PATH_MAX];
	ssize_t length = readlinkat(dir, name, there, sizeof(there));

	return length == (ssize_t)strlen(text) && !memcmp(there, text, (size_t)length);
}

static int add_symlink(const struct recipe_step *step, struct rootfs *root)
{
	const char *name;
	int dir = path_open_parent(root->fd, step->target, &root->trail, &name), result = -1;

	if (dir >= 0)
		result = traced(symlinkat(step->text, dir, name), "symlinkat(%s, %s)", step->text,
				name);
	if (result == 0)
		result = path_note(&root->trail, dir, name);
	else if (dir >= 0 && errno == EEXIST)
		result = has_link(dir, name, step->text) ? 0 : (errno = EEXIST, -1);
	if (result < 0)
		why_fail(root->step, "link '%s' to '%s'", step->target, step->text);
	return file_close(dir, result);
}

/* Whether the directory is in memory that nobody has but the root: no layer, nor a volume. */
static int is_own_memory(const struct recipe *recipe, int dir)
{
	struct statfs fs;
	struct stat st;
	int own = fstatfs(dir, &fs) == 0 && fs.f_type == KERNEL_TMPFS_MAGIC && fstat(dir, &st) == 0;

	for (size_t i = 0; own && i < recipe->layer_count; i++)
		own = recipe->layers[i].st.st_dev != st.st_dev;
	for (size_t i = 0; own && i < recipe->count; i++)
		own = recipe->steps[i].verb != RECIPE_BIND ||
		      recipe->steps[i].source.st.st_dev != st.st_dev;
	return own;
}

/* In memory that is the root's own a node is made; a directory of the user's gets none. */
static int make_node(const struct recipe_step *step, const struct recipe *recipe,
		     struct rootfs *root)
{
	const struct stat *st = &step->source.st;
	const char *name;
	mode_t mask = umask(0);
	int dir = path_open_parent(root->fd, step->target, &root->trail, &name), result = -1;

	errno = dir < 0 ? errno : EPERM;
	if (dir >= 0 && is_own_memory(recipe, dir))
		result = traced(mknodat(dir, name, st->st_mode, st->st_rdev), "mknodat(%s)", name);
	if (result == 0)
		result = path_note(&root->trail, dir, name);
	umask(mask);
	return file_close(dir, result);
}

static int add_device(struct recipe_step *step, const struct recipe *recipe, struct rootfs *root)
{
	int fd, result;

	if (make_node(step, recipe, root) == 0)
		return 0;
	if (errno != EPERM && errno != EEXIST)
		return why_fail(root->step, "make device '%s'", step->target);
	fd = source_mount(&step->source, 0);
	result = fd < 0 ? -1 : rootfs_mount(root, fd, step->target, S_IFREG);
	if (result < 0)
		why_fail(root->step, "make device '%s'", step->target);
	return file_close(fd, result);
}

static int add_mqueue(struct rootfs *root)
{
	int dev = path_make_plain(root->fd, "dev", &root->trail);
	int result = dev < 0 ? -1 : apifs_add_mqueue(root, dev, "mqueue");

	if (result < 0)
		why_fail(root->step, "mount /dev/mqueue");
	return file_close(dev, result);
}

/* The mount point that is to go, by a descriptor of what is mounted there. */
static int open_mounted(const struct recipe_step *step, struct rootfs *root)
{
	int fd = path_open(root->fd, step->target);
	struct kernel_statx stx;

	if (fd < 0 || sys_statx(fd, &stx) < 0 || rootfs_check_below(root, fd) < 0) {
		why_fail(root->step, "unmount '%s'", step->target);
		return file_close(fd, -1);
	}
	if (stx.attributes & KERNEL_STATX_ATTR_MOUNT_ROOT)
		return fd;
	errno = EINVAL;
	why_fail(root->step, "unmount '%s', where nothing is mounted", step->target);
	return file_close(fd, -1);
}

static int check_umount(const struct recipe_step *step, struct rootfs *root)
{
	int fd = open_mounted(step, root);

	return fd < 0 ? -1 : file_close(fd, 0);
}

int step_umount(const struct recipe_step *step, struct rootfs *root)
{
	int fd = open_mounted(step, root), result;

	if (fd < 0)
		return -1;
	result = mnt_detach(fd);
	if (result < 0)
		why_fail(root->step, "unmount '%s'", step->target);
	return file_close(fd, result);
}

int step_do(struct recipe_step *step, const struct recipe *recipe, struct rootfs *root)
{
	switch (step->verb) {
	case RECIPE_BIND: return bind(step, root);
	case RECIPE_TMPFS: return add_tmpfs(step, root);
	case RECIPE_PROC: return apifs_add_proc(root, recipe->masks);
	case RECIPE_SYSFS: return apifs_add_sysfs(root, recipe->masks);
	case RECIPE_DEV: return devfs_add(root, recipe->console);
	case RECIPE_MQUEUE: return add_mqueue(root);
	case RECIPE_CGROUP: return apifs_add_cgroup(root, !(step->attributes & MNT_RDONLY));
	case RECIPE_DIR: return add_dir(step, root);
	case RECIPE_FILE: return add_file(step, root);
	case RECIPE_SYMLINK: return add_symlink(step, root);
	case RECIPE_MASK: return mask_hide(root, step->target);
	case RECIPE_READONLY: return mask_protect(root, step->target);
	case RECIPE_DEVICE: return add_device(step, recipe, root);
	case RECIPE_ETC: return etc_add(root, step->text);
	case RECIPE_UMOUNT: return check_umount(step, root);
	}
	return -1;
}
