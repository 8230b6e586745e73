/* SPDX-License-Identifier: ISC */
/*
 * walk - a path below a hostile root, followed step by step
 *
 * No component is ever given to the kernel but one name at a time, by O_NOFOLLOW, in a directory
 * that was reached the same way. Links are read and their text is walked. `..` is the directory
 * that we came from, kept open: whatever is renamed meanwhile, it leads nowhere else.
 */
#include "walk.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>

#include "file.h"
#include "kernel.h"

enum {
	LINKS_MAX = 40,		/* as the kernel's own, path_resolution(7) */
	PROC_ROOT_INODE = 1,	/* of every procfs */
};

struct walk {
	int dirs[PATH_MAX / 2];	/* from the root down to where we are, which may be a file */
	size_t depth;
	int links;		/* followed so far */
	char rest[PATH_MAX];	/* still to be walked; "" or with a slash first, after a step */
};

static int push(struct walk *walk, int fd)
{
	if (fd < 0)
		return -1;
	if (walk->depth == sizeof(walk->dirs) / sizeof(walk->dirs[0])) {
		errno = ENAMETOOLONG;
		return file_close(fd, -1);
	}
	walk->dirs[walk->depth++] = fd;
	return 0;
}

static void pop_to(struct walk *walk, size_t depth)
{
	while (walk->depth > depth)
		file_close(walk->dirs[--walk->depth], 0);
}

/* Put `text` before the rest. */
static int prepend(struct walk *walk, const char *text, size_t length)
{
	size_t rest = strlen(walk->rest);

	if (length + rest >= sizeof(walk->rest)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memmove(walk->rest + length, walk->rest, rest + 1);
	memcpy(walk->rest, text, length);
	return 0;
}

/* Take the first component of the rest. A slash at the end asks for a directory, as "." does.
 * Returns 1, or 0 where nothing is left; -1 with errno. */
static int take(struct walk *walk, char name[NAME_MAX + 1])
{
	size_t slashes = strspn(walk->rest, "/");
	char *from = walk->rest + slashes;
	size_t length = strcspn(from, "/");

	if (slashes + length == 0)
		return 0;
	if (length > NAME_MAX) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(name, length ? from : ".", length ? length : 1);
	name[length ? length : 1] = '\0';
	memmove(walk->rest, from + length, strlen(from + length) + 1);
	return 1;
}

/* Whether the link `fd` found in `dir` is not to be followed: on a mount that has MNT_NOSYMFOLLOW,
 * and the magic links of a procfs, whose text isn't what they lead to. All of those belong to a
 * process; the links at its top (self, thread-self, mounts, net) are plain. */
static int is_barred(int dir, int fd)
{
	struct statfs fs;
	struct stat above, st;

	if (fstatfs(fd, &fs) < 0 || fs.f_flags & KERNEL_ST_NOSYMFOLLOW)
		return 1;
	if (fs.f_type != KERNEL_PROC_MAGIC)
		return 0;
	return fstat(dir, &above) < 0 || fstat(fd, &st) < 0 || above.st_dev != st.st_dev ||
	       above.st_ino != PROC_ROOT_INODE;
}

static int follow(struct walk *walk, int dir, int fd)
{
	char text[PATH_MAX];
	ssize_t length;

	if (++walk->links > LINKS_MAX || is_barred(dir, fd)) {
		errno = ELOOP;
		return -1;
	}
	length = readlinkat(fd, "", text, sizeof(text));
	if (length < 0)
		return -1;
	if (*text == '/')
		pop_to(walk, 1);
	return prepend(walk, text, (size_t)length);
}

static int step(struct walk *walk, const char *name)
{
	int dots = !strcmp(name, ".") || !strcmp(name, "..");
	int dir = walk->dirs[walk->depth - 1];
	int fd = openat(dir, dots ? "." : name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;

	if (fd < 0)
		return -1;
	if (dots) { /* opened only to see whether this is a directory that may be searched */
		if (name[1] && walk->depth > 1)
			pop_to(walk, walk->depth - 1);
		return file_close(fd, 0);
	}
	if (fstat(fd, &st) < 0)
		return file_close(fd, -1);
	return S_ISLNK(st.st_mode) ? file_close(fd, follow(walk, dir, fd)) : push(walk, fd);
}

int walk_open(int root, const char *path)
{
	struct walk walk = { .depth = 0 };
	char name[NAME_MAX + 1];
	int left = -1, fd = -1;

	if (!*path) {
		errno = ENOENT;
		return -1;
	}
	if (push(&walk, openat(root, ".", O_PATH | O_DIRECTORY | O_CLOEXEC)) == 0 &&
	    prepend(&walk, path, strlen(path)) == 0)
		while ((left = take(&walk, name)) > 0 && (left = step(&walk, name)) == 0)
			continue;
	if (left == 0)
		fd = walk.dirs[--walk.depth];
	pop_to(&walk, 0);
	return fd;
}
