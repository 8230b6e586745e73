/* SPDX-License-Identifier: ISC */
/* path - what lies below a hostile root, found and made by descriptor */
#include "path.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "file.h"
#include "kernel.h"
#include "trace.h"
#include "walk.h"
#include "why.h"

enum { LINKS_MAX = 40 }; /* as the kernel's own, path_resolution(7) */

struct path_made {
	int parent;
	char *name;
	struct stat st;
};

/* A sandbox that is older than openat2(2) may answer EPERM to it, whatever is asked. The kernel
 * answers EINVAL to this. */
static int is_filtered(void)
{
	int saved = errno, filtered = syscall(SYS_openat2, -1, "", NULL, 0) < 0 && errno != EINVAL;

	errno = saved;
	return filtered;
}

int path_open(int root, const char *path)
{
	struct open_how how = {
		.flags = O_PATH | O_CLOEXEC,
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
	};
	int tries = 100, fd;

	/* EAGAIN: something was renamed meanwhile, so that `..` may have led out. Who does so all
	 * the time keeps us from nothing: a walk minds no renames. */
	do
		fd = sys_openat2(root, path, &how);
	while (fd < 0 && errno == EAGAIN && --tries);
	if (fd < 0 && (errno == ENOSYS || errno == EAGAIN || (errno == EPERM && is_filtered())))
		return walk_open(root, path);
	return fd;
}

int path_note(struct path_trail *trail, int parent, const char *name)
{
	struct path_made made = { .parent = fcntl(parent, F_DUPFD_CLOEXEC, 0) }, *grown;
	int saved;

	if (made.parent >= 0 && fstatat(parent, name, &made.st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    (made.name = strdup(name)) &&
	    (grown = realloc(trail->made, (trail->count + 1) * sizeof(*grown)))) {
		trail->made = grown;
		trail->made[trail->count++] = made;
		return 0;
	}
	saved = errno;
	free(made.name);
	if (unlinkat(parent, name, 0) < 0 && errno == EISDIR)
		unlinkat(parent, name, AT_REMOVEDIR);
	errno = saved;
	return file_close(made.parent, -1);
}

static int make(int parent, const char *name, mode_t type)
{
	mode_t mask = umask(0);
	int result = S_ISDIR(type) ? traced(mkdirat(parent, name, 0755), "mkdirat(%s)", name) :
		     traced(mknodat(parent, name, S_IFREG | 0644, 0), "mknodat(%s)", name);

	umask(mask);
	return result;
}

/* Open `name`, made where it is missing; another may have made it meanwhile, or it is a link. */
static int open_made(int parent, const char *name, mode_t type, struct path_trail *trail)
{
	if (make(parent, name, type) == 0) {
		if (path_note(trail, parent, name) < 0)
			return -1;
	} else if (errno != EEXIST) {
		return -1;
	}
	return openat(parent, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
}

int path_make_plain(int dir, const char *name, struct path_trail *trail)
{
	int flags = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, fd = openat(dir, name, flags);

	if (fd >= 0 || errno != ENOENT)
		return fd;
	fd = open_made(dir, name, S_IFDIR, trail);
	if (fd < 0) {
		why_set("the directory is missing, and can't be made");
		return -1;
	}
	return file_close(fd, openat(dir, name, flags));
}

static int make_below(int root, const char *path, mode_t type, struct path_trail *trail, int links);

/* The last component, `name`, is the link `link`, which leads nowhere: make what it leads to. */
static int make_linked(int root, const char *path, const char *name, int link, mode_t type,
		       struct path_trail *trail, int links)
{
	char text[PATH_MAX], *whole;
	ssize_t length = readlinkat(link, "", text, sizeof(text) - 1);
	size_t above;
	int fd = -1;

	errno = length < 0 ? errno : ELOOP;
	if (length < 0 || !links)
		return -1;
	text[length] = '\0';
	above = *text == '/' ? 0 : (size_t)(name - path);
	whole = malloc(above + (size_t)length + 1);
	if (whole) {
		memcpy(whole, path, above);
		memcpy(whole + above, text, (size_t)length + 1);
		fd = make_below(root, whole, type, trail, links - 1);
	}
	free(whole);
	return fd;
}

/* Open `path`, whose last component `name` lies in `dir`, made where it is missing. */
static int make_next(int root, const char *path, int dir, const char *name, mode_t type,
		     struct path_trail *trail, int links)
{
	int link, fd;
	struct stat st;

	if (!strcmp(name, ".."))
		return path_open(root, path);
	link = openat(dir, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (link < 0 && errno == ENOENT)
		link = open_made(dir, name, type, trail);
	if (link < 0 || fstat(link, &st) < 0)
		return file_close(link, -1);
	if (!S_ISLNK(st.st_mode))
		return link;
	fd = path_open(root, path);
	if (fd < 0 && errno == ENOENT)
		fd = make_linked(root, path, name, link, type, trail, links);
	return file_close(link, fd);
}

/* Each name is made as the kernel sees it alone, without the slash behind it: with one, it would
 * follow a link, out of the root. */
static int make_below(int root, const char *path, mode_t type, struct path_trail *trail, int links)
{
	int fd = path_open(root, path), dir;
	size_t length = strlen(path), start, end;
	char part[PATH_MAX];

	if (fd >= 0 || errno != ENOENT || !length || length >= sizeof(part))
		return fd;
	if (path[length - 1] == '/' && !S_ISDIR(type)) {
		errno = EISDIR;
		return -1;
	}
	fd = path_open(root, "/");
	memcpy(part, path, length + 1);
	for (start = strspn(path, "/"); fd >= 0 && path[start]; start = end) {
		size_t stop = start + strcspn(path + start, "/");

		end = stop + strspn(path + stop, "/");
		part[stop] = '\0';
		dir = fd;
		fd = make_next(root, part, dir, part + start, path[end] ? S_IFDIR : type, trail,
			       links);
		file_close(dir, 0);
		part[stop] = path[stop];
	}
	return fd;
}

int path_make(int root, const char *path, mode_t type, struct path_trail *trail)
{
	return make_below(root, path, type, trail, LINKS_MAX);
}

int path_open_parent(int root, const char *path, struct path_trail *trail, const char **name)
{
	const char *slash = strrchr(path, '/');
	char *above;
	int fd;

	*name = slash ? slash + 1 : path;
	if (!**name || !strcmp(*name, ".") || !strcmp(*name, "..")) {
		errno = EINVAL;
		return -1;
	}
	if (!slash)
		return path_open(root, ".");
	above = strndup(path, (size_t)(*name - path));
	fd = above ? path_make(root, above, S_IFDIR, trail) : -1;
	free(above);
	return fd;
}

static void empty(struct path_trail *trail)
{
	free(trail->made);
	*trail = (struct path_trail){ 0 };
}

static void forget(struct path_made *made)
{
	file_close(made->parent, 0);
	free(made->name);
}

/* Whether that name is still what was made, or lies below a mount: that went onto what was made. */
static int is_there(const struct path_made *made)
{
	int fd = openat(made->parent, made->name, O_PATH | O_NOFOLLOW | O_CLOEXEC), is = 0;
	struct kernel_statx stx;
	struct stat st;

	if (fd >= 0 && fstat(fd, &st) == 0)
		is = file_is_same(&st, &made->st);
	if (!is && fd >= 0 && sys_statx(fd, &stx) == 0)
		is = !!(stx.attributes & KERNEL_STATX_ATTR_MOUNT_ROOT);
	return file_close(fd, is);
}

static void take_away(const struct path_made *made)
{
	if (!is_there(made))
		return;
	unlinkat(made->parent, made->name, S_ISDIR(made->st.st_mode) ? AT_REMOVEDIR : 0);
}

void path_undo(struct path_trail *trail)
{
	int saved = errno;

	while (trail->count) {
		take_away(&trail->made[--trail->count]);
		forget(&trail->made[trail->count]);
	}
	empty(trail);
	errno = saved;
}

void path_keep(struct path_trail *trail)
{
	while (trail->count)
		forget(&trail->made[--trail->count]);
	empty(trail);
}
