/* SPDX-License-Identifier: ISC */
/* name - the files that give a handle a name */
#include "name.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "ns.h"
#include "num.h"
#include "proc.h"
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

/* The pid namespace that we are in, whose numbers ours are; 0 where that can't be told. */
static unsigned long long find_numbers(void)
{
	int self = proc_open(0);
	ino_t inode = self < 0 ? 0 : ns_read_inode(self, "pid");

	file_close(self, 0);
	why_set("");
	return inode;
}

/* The first line, and of a name the second, the pid namespace of its number; 0: it has none. */
static int read_at(int dir, const char *file, char text[HANDLE_TEXT], unsigned long long *numbers)
{
	int fd = openat(dir, file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	char lines[2 * HANDLE_TEXT], *rest = lines;
	ssize_t length = fd < 0 ? -1 : read(fd, lines, sizeof(lines) - 1);

	if (length < 0)
		return file_close(fd, -1);
	lines[length] = '\0';
	snprintf(text, HANDLE_TEXT, "%s", strsep(&rest, "\n"));
	*numbers = rest ? num_read(rest) : 0;
	return file_close(fd, 0);
}

int name_read(const char *name, char text[HANDLE_TEXT])
{
	unsigned long long numbers = 0;
	int dir = open_dir(0);

	if (dir < 0 || file_close(dir, read_at(dir, name, text, &numbers)) < 0)
		return -1;
	return numbers && numbers != find_numbers() ?
	       fail(EXDEV, "it is a name in another pid namespace") : 0;
}

/* Whether the file there is one that nothing is lost with: it names a process that is gone. */
static int is_stale(int dir, const char *file)
{
	unsigned long long numbers = 0;
	struct handle handle;
	char text[HANDLE_TEXT] = "";
	int gone;

	if (read_at(dir, file, text, &numbers) < 0 || text[0] < '1' || text[0] > '9' ||
	    (numbers && numbers != find_numbers()))
		return 0;
	/* One that only waits to be reaped is gone as well. */
	if (handle_open(text, &handle) == 0) {
		gone = poll(&(struct pollfd){ handle.pidfd, POLLIN, 0 }, 1, 0) > 0;
		handle_close(&handle);
		return gone;
	}
	gone = errno == ESTALE || errno == ESRCH;
	why_set("");
	return gone;
}

/* Give an open file without a name this one; by its descriptor alone only root may (Linux 6.10: all
 * who opened it). */
static int link_open(int fd, int dir, const char *file)
{
	char path[32];

	if (linkat(fd, "", dir, file, AT_EMPTY_PATH) == 0)
		return 0;
	if (errno != ENOENT)
		return -1;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return linkat(AT_FDCWD, path, dir, file, AT_SYMLINK_FOLLOW);
}

/* Under its name it is never seen empty. Before, it has none where the file system can do that, so
 * that nothing is left of one who is killed; else a temporary one. */
static int write_at(int dir, const char *file, const char *text)
{
	int fd = openat(dir, ".", O_WRONLY | O_TMPFILE | O_CLOEXEC, 0600), result;
	char temporary[32] = "";

	if (fd < 0) {
		snprintf(temporary, sizeof(temporary), ".nskit-%d", (int)getpid());
		fd = openat(dir, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
			    0600);
	}
	if (fd < 0)
		return -1;
	result = file_write_all(fd, text, strlen(text)) < 0 || fchmod(fd, 0644) < 0 ? -1 : 0;
	if (result == 0)
		result = traced(*temporary ? linkat(dir, temporary, dir, file, 0) :
				link_open(fd, dir, file), "link(%s)", file);
	if (*temporary && unlinkat(dir, temporary, 0) < 0)
		result = -1;
	return file_close(fd, result);
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
	unsigned long long numbers;
	char held[HANDLE_TEXT];

	if (flock(dir, LOCK_EX) < 0 || read_at(dir, file, held, &numbers) < 0)
		return -1;
	if (*text && strcmp(text, held))
		return fail(ESTALE, "it names another");
	return traced(unlinkat(dir, file, 0), "unlink(%s)", file);
}

int name_write(const char *name, const char *text)
{
	char lines[2 * HANDLE_TEXT];
	int dir;

	if (!name_is_valid(name))
		return fail(EINVAL, "");
	snprintf(lines, sizeof(lines), "%s\n%llu\n", text, find_numbers());
	dir = open_dir(1);
	return dir < 0 ? -1 : file_close(dir, replace_at(dir, name, lines));
}

int name_remove(const char *name, const char *text)
{
	int dir = open_dir(0);

	return dir < 0 ? -1 : file_close(dir, remove_at(dir, name, text));
}

void name_remove_all(const char *text)
{
	int fd = open_dir(0);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);

	for (const struct dirent *entry; dir && (entry = readdir(dir));)
		if (name_is_valid(entry->d_name))
			remove_at(fd, entry->d_name, text);
	if (dir)
		closedir(dir);
}

void name_each(void (*visit)(const char *name, void *context), void *context)
{
	int fd = open_dir(0);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);

	why_set("");
	for (const struct dirent *entry; dir && (entry = readdir(dir));)
		if (name_is_valid(entry->d_name))
			visit(entry->d_name, context);
	if (dir)
		closedir(dir);
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
	char line[HANDLE_TEXT + 1];
	const char *file;
	int dir = open_parent(path, &file);

	snprintf(line, sizeof(line), "%s\n", text);
	return dir < 0 ? -1 : file_close(dir, replace_at(dir, file, line));
}

int name_remove_file(const char *path, const char *text)
{
	const char *file;
	int dir = open_parent(path, &file);

	return dir < 0 ? -1 : file_close(dir, remove_at(dir, file, text));
}
