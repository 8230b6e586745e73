/* SPDX-License-Identifier: ISC */
/* walk - a path below a root, one component at a time, for kernels without openat2(2) */
#include "walk.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>

#include "file.h"
#include "kernel.h"

enum { DEPTH = 256, LINKS = 40 };

/* The directories from the root to where we are, so that `..` is a step back on our own way. What
 * is renamed meanwhile can't lead out of it. */
struct walk {
	int fd[DEPTH];
	int depth;		/* fd[0] is the root, the caller's */
	int links;		/* that were followed */
	char rest[PATH_MAX];	/* of the path */
};

static int here(const struct walk *walk)
{
	return walk->fd[walk->depth];
}

static int check_dir(int fd)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return -1;
	errno = ENOTDIR;
	return S_ISDIR(st.st_mode) ? 0 : -1;
}

static void pop(struct walk *walk)
{
	if (walk->depth)
		file_close(walk->fd[walk->depth--], 0);
}

static int push(struct walk *walk, int fd)
{
	errno = ENAMETOOLONG;
	if (walk->depth == DEPTH - 1)
		return file_close(fd, -1);
	walk->fd[++walk->depth] = fd;
	return 0;
}

/* A link of proc leads by magic, unless it is one of the few whose text is all they are. */
static int is_magic(int dir, const char *name)
{
	static const char *const plain[] = { "self", "thread-self", "mounts", "net", NULL };
	struct statfs fs;

	if (fstatfs(dir, &fs) < 0 || fs.f_type != KERNEL_PROC_MAGIC)
		return 0;
	for (const char *const *entry = plain; *entry; entry++)
		if (!strcmp(*entry, name))
			return 0;
	return 1;
}

/* Put the text of the link `name` before the rest of the path. */
static int follow(struct walk *walk, const char *name)
{
	char text[PATH_MAX], rest[PATH_MAX];
	size_t left = strlen(walk->rest);
	ssize_t length = readlinkat(here(walk), name, text, sizeof(text) - 1);

	if (length < 0)
		return -1;
	text[length] = '\0';
	errno = ELOOP;
	if (++walk->links > LINKS || is_magic(here(walk), name))
		return -1;
	errno = ENAMETOOLONG;
	if ((size_t)length + left + 2 > sizeof(rest))
		return -1;
	text[length] = '/';
	memcpy(rest, text, (size_t)length + 1);
	memcpy(rest + length + 1, walk->rest, left + 1);
	memcpy(walk->rest, rest, (size_t)length + left + 2);
	while (*text == '/' && walk->depth)
		pop(walk);
	return 0;
}

/* One component. What is no directory is a step as well, and the next one fails on it. */
static int step(struct walk *walk, const char *name)
{
	struct stat st;
	int fd;

	if (!*name || !strcmp(name, ".") || !strcmp(name, "..")) {
		int result = check_dir(here(walk));

		if (result == 0 && !strcmp(name, ".."))
			pop(walk);
		return result;
	}
	fd = openat(here(walk), name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0)
		return file_close(fd, -1);
	if (!S_ISLNK(st.st_mode))
		return push(walk, fd);
	close(fd);
	return follow(walk, name);
}

static int walk_all(struct walk *walk)
{
	while (*walk->rest) {
		char name[NAME_MAX + 1];
		size_t length = strcspn(walk->rest, "/"), slash = walk->rest[length] == '/';

		errno = ENAMETOOLONG;
		if (length > NAME_MAX)
			return -1;
		memcpy(name, walk->rest, length);
		name[length] = '\0';
		memmove(walk->rest, walk->rest + length + slash,
			strlen(walk->rest + length + slash) + 1);
		if (step(walk, name) < 0)
			return -1;
	}
	return fcntl(here(walk), F_DUPFD_CLOEXEC, 3);
}

int walk_open(int root, const char *path)
{
	struct walk walk = { .fd = { root } };
	int fd;

	errno = strlen(path) < sizeof(walk.rest) ? ENOENT : ENAMETOOLONG;
	if (!*path || errno == ENAMETOOLONG)
		return -1;
	strcpy(walk.rest, path);
	fd = walk_all(&walk);
	while (walk.depth)
		file_close(walk.fd[walk.depth--], 0);
	return fd;
}
