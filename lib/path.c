/* SPDX-License-Identifier: ISC */
/* path - paths below a root whose contents are hostile */
#include "path.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "file.h"
#include "kernel.h"
#include "trace.h"
#include "why.h"
#include "walk.h"

enum { TRIES = 1000, LINKS = 40 };

/* `name` is of the directory `dir`, an inode of its own. */
struct path_made {
	int dir;
	char *name;
	dev_t dev;
	ino_t ino;
	mode_t mode;
};

int path_open(int root, const char *path)
{
	struct open_how how = {
		.flags = O_PATH | O_CLOEXEC,
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
	};
	int fd, tries = TRIES;

	/* EAGAIN: something was renamed while `..` was looked at. */
	do
		fd = sys_openat2(root, path, &how);
	while (fd < 0 && errno == EAGAIN && --tries);
	return fd < 0 && errno == ENOSYS ? walk_open(root, path) : fd;
}

int path_note(struct path_trail *trail, int dir, const char *name)
{
	struct path_made *made = realloc(trail->made, (trail->count + 1) * sizeof(*made));
	struct stat st;

	if (made) {
		trail->made = made;
		made += trail->count;
		*made = (struct path_made){ .dir = fcntl(dir, F_DUPFD_CLOEXEC, 3) };
		made->name = made->dir < 0 ? NULL : strdup(name);
		if (made->name && fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0) {
			made->dev = st.st_dev;
			made->ino = st.st_ino;
			made->mode = st.st_mode;
			trail->count++;
			return 0;
		}
		free(made->name);
		file_close(made->dir, 0);
	}
	if (unlinkat(dir, name, 0) < 0)
		unlinkat(dir, name, AT_REMOVEDIR);
	return -1;
}

/* Make `name` in the directory `dir`, and open it, or what somebody made there just now. */
static int make(int dir, const char *name, mode_t type, struct path_trail *trail)
{
	mode_t mask = umask(0);
	int made = S_ISDIR(type) ? traced(mkdirat(dir, name, 0755), "mkdirat(%s)", name) :
				   traced(mknodat(dir, name, S_IFREG | 0644, 0), "mknodat(%s)", name);

	umask(mask);
	if (made < 0 && errno != EEXIST)
		return -1;
	if (made == 0 && path_note(trail, dir, name) < 0)
		return -1;
	return openat(dir, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
}

/* Split `path` into the directory it lies in, as a copy in `dir`, and the last component. */
static const char *split(const char *path, char dir[PATH_MAX])
{
	size_t length = strlen(path), start;

	while (length && path[length - 1] == '/')
		length--;
	for (start = length; start && path[start - 1] != '/';)
		start--;
	errno = length >= PATH_MAX ? ENAMETOOLONG : EINVAL;
	if (length >= PATH_MAX || start == length || !strcmp(path + start, ".") ||
	    !strcmp(path + start, ".."))
		return NULL;
	snprintf(dir, PATH_MAX, "%.*s", (int)start, path);
	/* A slash at its end would be a name to make. */
	for (size_t end = start; end > 1 && dir[end - 1] == '/';)
		dir[--end] = '\0';
	if (!start)
		strcpy(dir, ".");
	return path + start;
}

static int make_below(int root, const char *path, mode_t type, struct path_trail *trail, int links);

static int open_parent(int root, const char *path, struct path_trail *trail, const char **name,
		       int links)
{
	char dir[PATH_MAX];

	*name = split(path, dir);
	return *name ? make_below(root, dir, S_IFDIR, trail, links) : -1;
}

/* `name` of `dir`, whose path is `path`, is a link that leads nowhere: make what it leads to. */
static int make_linked(int root, const char *path, int dir, const char *name, mode_t type,
		       struct path_trail *trail, int links)
{
	char text[PATH_MAX], whole[2 * PATH_MAX];
	ssize_t length = readlinkat(dir, name, text, sizeof(text) - 1);

	if (length < 0)
		return -1;
	text[length] = '\0';
	errno = ELOOP;
	if (!links)
		return -1;
	if (*text == '/')
		return make_below(root, text, type, trail, links - 1);
	memcpy(whole, path, (size_t)(name - path));
	memcpy(whole + (name - path), text, (size_t)length + 1);
	errno = ENAMETOOLONG;
	return strlen(whole) < PATH_MAX ? make_below(root, whole, type, trail, links - 1) : -1;
}

static int make_below(int root, const char *path, mode_t type, struct path_trail *trail, int links)
{
	int fd = path_open(root, path), dir;
	const char *name;
	struct stat st;

	if (fd >= 0 || errno != ENOENT)
		return fd;
	dir = open_parent(root, path, trail, &name, links);
	if (dir < 0)
		return -1;
	fd = make(dir, name, type, trail);
	if (fd >= 0 && fstat(fd, &st) == 0 && S_ISLNK(st.st_mode)) {
		close(fd);
		fd = make_linked(root, path, dir, name, type, trail, links);
	}
	return file_close(dir, fd);
}

int path_make(int root, const char *path, mode_t type, struct path_trail *trail)
{
	return make_below(root, path, type, trail, LINKS);
}

int path_open_parent(int root, const char *path, struct path_trail *trail, const char **name)
{
	return open_parent(root, path, trail, name, LINKS);
}

int path_make_plain(int dir, const char *name, struct path_trail *trail)
{
	int fd = openat(dir, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;

	if (fd < 0 && errno == ENOENT) {
		fd = make(dir, name, S_IFDIR, trail);
		if (fd < 0)
			why_set("the directory is missing, and can't be made");
	}
	if (fd < 0 || fstat(fd, &st) < 0)
		return file_close(fd, -1);
	if (S_ISDIR(st.st_mode))
		return fd;
	errno = ENOTDIR;
	return file_close(fd, -1);
}

/* Whether that name is still what was made, or lies below a mount: that went onto what was made. */
static int is_there(const struct path_made *made)
{
	int fd = openat(made->dir, made->name, O_PATH | O_NOFOLLOW | O_CLOEXEC), is = 0;
	struct kernel_statx stx;
	struct stat st;

	if (fd >= 0 && fstat(fd, &st) == 0)
		is = st.st_dev == made->dev && st.st_ino == made->ino;
	if (!is && fd >= 0 && sys_statx(fd, &stx) == 0)
		is = !!(stx.attributes & KERNEL_STATX_ATTR_MOUNT_ROOT);
	return file_close(fd, is);
}

static void drop(struct path_trail *trail, int removes)
{
	while (trail->count) {
		struct path_made *made = &trail->made[--trail->count];

		if (removes && is_there(made))
			unlinkat(made->dir, made->name, S_ISDIR(made->mode) ? AT_REMOVEDIR : 0);
		close(made->dir);
		free(made->name);
	}
	free(trail->made);
	trail->made = NULL;
}

void path_undo(struct path_trail *trail)
{
	int saved = errno;

	drop(trail, 1);
	errno = saved;
}

void path_keep(struct path_trail *trail)
{
	drop(trail, 0);
}
