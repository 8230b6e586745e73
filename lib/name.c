/* SPDX-License-Identifier: ISC */
/* name - the files that give a handle a name */
#include "name.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "ns.h"
#include "trace.h"
#include "why.h"

static int fail(int error, const char *why)
{
	why_set(why);
	errno = error;
	return -1;
}

int name_is_valid(const char *name)
{
	return *name && *name != '.' && *name != '-' && !strchr(name, '/') && strlen(name) <= 64 &&
	       strspn(name, "0123456789") != strcspn(name, ":");
}

/* The directory's path; -1 where this user has none. */
static int find_dir(char path[PATH_MAX])
{
	const char *runtime = getenv("XDG_RUNTIME_DIR");

	if (geteuid() == 0 && (!runtime || ns_is_initial(CLONE_NEWUSER)))
		runtime = "/run";
	if (!runtime || !*runtime)
		return fail(ENOENT, "XDG_RUNTIME_DIR is not set");
	if (snprintf(path, PATH_MAX, "%s/nskit", runtime) >= PATH_MAX)
		return fail(ENAMETOOLONG, "");
	return 0;
}

static int open_dir(int make)
{
	char path[PATH_MAX];
	struct stat st;
	int fd;

	if (find_dir(path) < 0)
		return -1;
	if (make && mkdir(path, geteuid() ? 0700 : 0755) < 0 && errno != EEXIST)
		return -1;
	fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 || !make)
		return fd;
	if (fstat(fd, &st) == 0 && st.st_uid == geteuid() && !(st.st_mode & (S_IWGRP | S_IWOTH)))
		return fd;
	close(fd);
	return fail(EPERM, "others can write to the directory of names");
}

/* Its line, without the newline. */
static int read_at(int dir, const char *file, char text[HANDLE_TEXT])
{
	int fd = openat(dir, file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	ssize_t length = fd < 0 ? -1 : read(fd, text, HANDLE_TEXT - 1);

	if (length < 0)
		return file_close(fd, -1);
	text[length] = '\0';
	text[strcspn(text, "\n")] = '\0';
	return file_close(fd, 0);
}

int name_read(const char *name, char text[HANDLE_TEXT])
{
	int dir = open_dir(0);

	return dir < 0 ? -1 : file_close(dir, read_at(dir, name, text));
}

/* Whether the file there is one that nothing is lost with: it names a process that is gone. */
static int is_stale(int dir, const char *file)
{
	struct handle handle;
	char text[HANDLE_TEXT];
	int gone;

	if (read_at(dir, file, text) < 0 || text[0] < '1' || text[0] > '9')
		return 0;
	if (handle_open(text, &handle) == 0) {
		handle_close(&handle);
		return 0;
	}
	gone = errno == ESTALE || errno == ESRCH;
	why_set("");
	return gone;
}

/* Under its final name it is never seen empty. */
static int write_at(int dir, const char *file, const char *text)
{
	char temporary[NAME_MAX + 1], line[HANDLE_TEXT + 1];
	int fd, result, length = snprintf(line, sizeof(line), "%s\n", text);

	snprintf(temporary, sizeof(temporary), ".nskit-%d", (int)getpid());
	fd = openat(dir, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return -1;
	result = file_write_all(fd, line, (size_t)length) < 0 || fchmod(fd, 0644) < 0 ? -1 : 0;
	file_close(fd, 0);
	if (result == 0)
		result = traced(linkat(dir, temporary, dir, file, 0), "link(%s)", file);
	return file_close(-1, unlinkat(dir, temporary, 0) < 0 ? -1 : result);
}

/* Locked, so that of two who find the same stale file only one replaces it. */
static int replace_at(int dir, const char *file, const char *text)
{
	struct stat st;

	if (flock(dir, LOCK_EX) < 0)
		return -1;
	if (fstatat(dir, file, &st, AT_SYMLINK_NOFOLLOW) == 0) {
		if (S_ISLNK(st.st_mode))
			return fail(ELOOP, "a link is in its place");
		if (!S_ISREG(st.st_mode) || !is_stale(dir, file))
			return fail(EEXIST, "");
		unlinkat(dir, file, 0);
	}
	return write_at(dir, file, text);
}

static int remove_at(int dir, const char *file, const char *text)
{
	char held[HANDLE_TEXT];

	if (flock(dir, LOCK_EX) < 0 || read_at(dir, file, held) < 0)
		return -1;
	if (*text && strcmp(text, held))
		return fail(ESTALE, "it names another");
	return traced(unlinkat(dir, file, 0), "unlink(%s)", file);
}

int name_write(const char *name, const char *text)
{
	int dir;

	if (!name_is_valid(name))
		return fail(EINVAL, "");
	dir = open_dir(1);
	return dir < 0 ? -1 : file_close(dir, replace_at(dir, name, text));
}

int name_remove(const char *name, const char *text)
{
	int dir = open_dir(0);

	return dir < 0 ? -1 : file_close(dir, remove_at(dir, name, text));
}

/* The directory of `path`, and its last component. */
static int open_parent(const char *path, const char **file)
{
	const char *slash = strrchr(path, '/');
	char dir[PATH_MAX];

	*file = slash ? slash + 1 : path;
	if (snprintf(dir, sizeof(dir), "%.*s", slash ? (int)(slash - path) + 1 : 1,
		     slash ? path : ".") >= PATH_MAX)
		return fail(ENAMETOOLONG, "");
	return open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

int name_write_file(const char *path, const char *text)
{
	const char *file;
	int dir = open_parent(path, &file);

	return dir < 0 ? -1 : file_close(dir, replace_at(dir, file, text));
}

int name_remove_file(const char *path, const char *text)
{
	const char *file;
	int dir = open_parent(path, &file);

	return dir < 0 ? -1 : file_close(dir, remove_at(dir, file, text));
}
