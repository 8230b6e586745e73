/* SPDX-License-Identifier: ISC */
/* overlay - directories as one, overlayfs */
#include "overlay.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "file.h"
#include "kernel.h"
#include "mnt.h"
#include "ns.h"
#include "why.h"

enum { NAME = sizeof("/proc/self/fd/2147483647") };

/* What a writable overlay has beside its lower layers. */
struct writable {
	int upper, work;
	int index;	/* refuse an upper that another overlay has, and one of another lower */
	int made_upper, made_work;
};

/* Before Linux 6.7: all lower layers in one option, which has room for 255 bytes. */
static int open_joined(struct mnt_option *options, char (*names)[NAME], size_t count)
{
	char joined[256];
	size_t length = 0;

	for (size_t i = 0; i < count; i++) {
		length += (size_t)snprintf(joined + length, sizeof(joined) - length, "%s%s",
					   i ? ":" : "", names[i]);
		if (length >= sizeof(joined)) {
			if (!*why_text())
				why_set("a layer is unfit, or this many need Linux 6.7");
			errno = E2BIG;
			return -1;
		}
	}
	/* The first option takes the place of the last lower layer. */
	options[count - 1] = (struct mnt_option){ "lowerdir", joined };
	return mnt_open_new("overlay", 0, options + count - 1);
}

/* One option for each lower layer, and then the others. */
static int open_named(struct mnt_option *options, char (*names)[NAME], size_t count,
		      const struct writable *to)
{
	struct mnt_option *next = options;
	int fd;

	for (size_t i = 0; i < count; i++)
		*next++ = (struct mnt_option){ "lowerdir+", names[i] };
	if (to) {
		snprintf(names[count], NAME, "/proc/self/fd/%d", to->upper);
		snprintf(names[count + 1], NAME, "/proc/self/fd/%d", to->work);
		*next++ = (struct mnt_option){ "upperdir", names[count] };
		*next++ = (struct mnt_option){ "workdir", names[count + 1] };
		if (to->index)
			*next++ = (struct mnt_option){ "index", "on" };
	}
	/* A user namespace can't write trusted.*, where whiteouts and opaque marks are kept. */
	if (!ns_is_initial(CLONE_NEWUSER))
		*next++ = (struct mnt_option){ "userxattr", NULL };
	*next = (struct mnt_option){ NULL, NULL };
	fd = mnt_open_new("overlay", 0, options);
	return fd >= 0 || errno != EINVAL ? fd : open_joined(options, names, count);
}

static int is_overlay(int dir)
{
	struct statfs fs;

	return fstatfs(dir, &fs) == 0 && fs.f_type == KERNEL_OVERLAYFS_MAGIC;
}

/* What the kernel says to its log alone. */
static void explain(const int *lower, size_t count)
{
	if (errno == EBUSY)
		why_set("another container has it");
	else if (errno == ESTALE)
		why_set("it holds the changes to another root");
	else if (errno == ELOOP) {
		why_set("one of the layers lies in another");
		errno = EINVAL; /* there is no link */
	}
	for (size_t i = 0; errno == EINVAL && i < count && !*why_text(); i++)
		if (is_overlay(lower[i]))
			why_set("a layer is an overlay itself, and the kernel stacks only two");
}

static int open_overlay(const int *lower, size_t count, const struct writable *to)
{
	struct mnt_option *options = calloc(count + 5, sizeof(*options));
	char (*names)[NAME] = calloc(count + 2, sizeof(*names));
	int fd = -1, saved;

	for (size_t i = 0; names && i < count; i++)
		snprintf(names[i], NAME, "/proc/self/fd/%d", lower[i]);
	if (options && names)
		fd = open_named(options, names, count, to);
	if (fd < 0 && !*why_text())
		explain(lower, count);
	saved = errno;
	free(options);
	free(names);
	errno = saved;
	return fd;
}

int overlay_open(const int *lower, size_t count, int upper, int work)
{
	struct writable to = { .upper = upper, .work = work };

	return open_overlay(lower, count, upper < 0 ? NULL : &to);
}

/* The directory `name` of `dir`, never through a link; made with owner and mode of `like`, where
 * that isn't NULL, if it is missing. */
static int open_layer(int dir, const char *name, const struct stat *like, int *made)
{
	int fd;

	*made = mkdirat(dir, name, 0700) == 0;
	if (!*made && errno != EEXIST)
		return -1;
	fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 || !*made || !like)
		return fd;
	/* An owner that this user namespace doesn't map becomes its root. */
	if (fchown(fd, like->st_uid, like->st_gid) < 0 && errno != EINVAL && errno != EPERM)
		return file_close(fd, -1);
	return fchmod(fd, like->st_mode & 07777) < 0 ? file_close(fd, -1) : fd;
}

/* Take back what was made, and what the kernel made in it. */
static void remove_made(int dir, const struct writable *to)
{
	static const char *const inner[] = { "work/work", "work/index", "work" };
	int saved = errno;

	for (size_t i = 0; to->made_work && i < sizeof(inner) / sizeof(inner[0]); i++)
		unlinkat(dir, inner[i], AT_REMOVEDIR);
	if (to->made_upper)
		unlinkat(dir, "upper", AT_REMOVEDIR);
	errno = saved;
}

static int open_in(const int *lower, size_t count, int dir, int index)
{
	struct writable to = { .upper = -1, .work = -1, .index = index };
	struct stat top;
	int fd = -1;

	if (fstat(lower[0], &top) == 0)
		to.upper = open_layer(dir, "upper", &top, &to.made_upper);
	if (to.upper >= 0)
		to.work = open_layer(dir, "work", NULL, &to.made_work);
	if (to.work >= 0)
		fd = open_overlay(lower, count, &to);
	file_close(to.upper, 0);
	file_close(to.work, 0);
	if (fd < 0)
		remove_made(dir, &to);
	return fd;
}

int overlay_open_in(const int *lower, size_t count, int dir)
{
	return open_in(lower, count, dir, 0);
}

int overlay_open_scratch(const int *lower, size_t count)
{
	static const struct mnt_option options[] = { { "mode", "0700" }, { NULL, NULL } };
	int scratch = mnt_open_new("tmpfs", 0, options), fd, saved;

	if (scratch < 0)
		return -1;
	fd = open_in(lower, count, scratch, 0);
	/* Before Linux 6.15 no layer may be detached. */
	if (fd < 0 && errno == EINVAL && !*why_text() && mnt_stage(scratch) == 0) {
		fd = open_in(lower, count, scratch, 0);
		saved = errno;
		mnt_detach(scratch);
		errno = saved;
	}
	return file_close(scratch, fd);
}

/* Whether the directory `dir` is `top` or, on the same file system, below it. -1 with errno. */
static int is_within(int dir, const struct stat *top)
{
	struct stat here, last = { 0 };
	int fd = openat(dir, ".", O_PATH | O_DIRECTORY | O_CLOEXEC), up, result = 0;

	while (fd >= 0 && fstat(fd, &here) == 0 && here.st_dev == top->st_dev) {
		result = file_is_same(&here, top);
		if (result || file_is_same(&here, &last)) /* of the root, `..` is itself */
			break;
		last = here;
		up = openat(fd, "..", O_PATH | O_DIRECTORY | O_CLOEXEC);
		close(fd);
		fd = up;
	}
	return fd < 0 ? -1 : file_close(fd, result);
}

/* The kernel looks only for the reverse, a layer within `dir`. */
static int refuse_within(const int *lower, size_t count, int dir)
{
	struct stat top;

	for (size_t i = 0; i < count; i++) {
		int within = fstat(lower[i], &top) < 0 ? -1 : is_within(dir, &top);

		if (within > 0) {
			why_set("it lies in a layer that is below it");
			errno = EINVAL;
		}
		if (within)
			return -1;
	}
	return 0;
}

int overlay_open_kept(const int *lower, size_t count, int dir)
{
	return refuse_within(lower, count, dir) < 0 ? -1 : open_in(lower, count, dir, 1);
}
