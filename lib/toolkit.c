/* SPDX-License-Identifier: ISC */
/* toolkit - the programs of the toolkit, where the root has changed */
#include "toolkit.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/sendfile.h>

#include "die.h"
#include "file.h"
#include "kernel.h"
#include "mnt.h"
#include "num.h"
#include "proc.h"
#include "text.h"
#include "why.h"

extern char **environ;

/* The programs of the toolkit, as the Makefile lists them. */
static const char *const programs[] = { NSKIT_PROGRAMS NULL };

int toolkit_is_program(const char *word)
{
	for (const char *const *name = programs; *name; name++)
		if (!strcmp(*name, word))
			return 1;
	return 0;
}

/* The file that we run from, as the kernel was given it, where that tells; else as /proc has it. A
 * /proc that is none could send us anywhere. */
static void find_own_file(char file[PATH_MAX])
{
	const char *given = (const char *)getauxval(AT_EXECFN);
	ssize_t length = -1;
	int self;

	if (given && *given == '/' && !strcmp(strrchr(given, '/') + 1, die_name()) &&
	    strlen(given) < PATH_MAX) {
		strcpy(file, given);
		return;
	}
	self = proc_open(0);
	if (self >= 0) {
		length = readlinkat(self, "exe", file, PATH_MAX - 1);
		close(self);
	}
	why_set("");
	file[length < 0 ? 0 : length] = '\0';
}

/* Where this program came from; "" where that can't be told. */
static void own_directory(char dir[PATH_MAX])
{
	char *slash;

	find_own_file(dir);
	slash = strrchr(dir, '/');
	if (slash)
		*slash = '\0';
}

/* A copy in memory that nobody can write to (memfd_create(2), Linux 3.17). */
static int open_copy(const char *path, const char *name)
{
	int seals = F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL;
	int from = open(path, O_RDONLY | O_CLOEXEC);
	int fd = from < 0 ? -1 : memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
	ssize_t copied = -1;

	while (fd >= 0 && (copied = sendfile(fd, from, NULL, 1 << 20)) > 0)
		continue;
	file_close(from, 0);
	return copied < 0 || fcntl(fd, F_ADD_SEALS, seals) < 0 ? file_close(fd, -1) : fd;
}

/* A program of the toolkit as a detached, read-only mount of its one file, or where the kernel has
 * none as a copy; where that isn't permitted, as the file, and `writable` is 1. */
static int open_program(const char *dir, const char *name, int *writable)
{
	char path[PATH_MAX];
	int fd;

	if (snprintf(path, sizeof(path), "%s/%s", dir, name) >= PATH_MAX)
		return -1;
	fd = mnt_open_clone(AT_FDCWD, path, 0);
	*writable = fd < 0 || mnt_set(fd, MNT_RDONLY | MNT_NOSUID) < 0;
	if (*writable && errno == ENOSYS) {
		file_close(fd, 0);
		fd = open_copy(path, name);
		*writable = fd < 0;
	}
	if (!*writable)
		return fd;
	if (fd >= 0)
		close(fd);
	return open(path, O_PATH | O_CLOEXEC);
}

/* Add `name` to the list, unless it is there. Returns whether whoever runs it could write to it. */
static int add_program(const char *dir, const char *name, char *list, size_t size)
{
	size_t length = strlen(list), known = strlen(name);
	int writable, fd;

	for (const char *at = list; (at = text_find(at, name)); at++)
		if (at[known] == '=' && (at == list || at[-1] == ' '))
			return 0;
	fd = open_program(dir, name, &writable);
	if (fd >= 0)
		snprintf(list + length, size - length, "%s%s=%d", length ? " " : "", name, fd);
	return fd < 0 || writable;
}

/* `self`, where it isn't NULL, is opened too: returns whether that could be written to. */
static int open_all(const char *self, char **argv)
{
	char dir[PATH_MAX], list[512] = "";
	int writable = 1;

	own_directory(dir);
	if (!*dir)
		return 1;
	if (self)
		writable = add_program(dir, self, list, sizeof(list));
	for (; *argv; argv++)
		if (toolkit_is_program(*argv))
			add_program(dir, *argv, list, sizeof(list));
	setenv(TOOLKIT_VARIABLE, list, 1);
	return writable;
}

void toolkit_open(char **argv)
{
	if (!getenv(TOOLKIT_VARIABLE))
		open_all(NULL, argv);
}

int toolkit_each(int (*take)(const char *name, int fd, void *to), void *to)
{
	char list[512];
	const char *env = getenv(TOOLKIT_VARIABLE);
	char *rest = list;

	if (!env || strlen(env) >= sizeof(list))
		return 0;
	strcpy(list, env);
	for (char *entry; (entry = strtok_r(rest, " ", &rest));) {
		char *number = strchr(entry, '=');
		uint64_t fd;

		if (!number || num_parse(number + 1, INT_MAX, &fd) < 0)
			continue;
		*number = '\0';
		if (take(entry, (int)fd, to) < 0)
			return -1;
	}
	return 0;
}
struct wanted {
	const char *name;
	int fd;
};

static int find(const char *name, int fd, void *to)
{
	struct wanted *wanted = to;

	fcntl(fd, F_SETFD, 0); /* all: the links behind need theirs */
	if (!strcmp(name, wanted->name))
		wanted->fd = fd;
	return 0;
}

void toolkit_exec(const char *name, char **argv)
{
	struct wanted wanted = { name, -1 };

	toolkit_each(find, &wanted);
	if (wanted.fd >= 0)
		sys_execveat(wanted.fd, "", argv, environ, AT_EMPTY_PATH);
}

void toolkit_restart(char **argv)
{
	if (!getenv(TOOLKIT_VARIABLE) && !open_all(die_name(), argv + 1))
		toolkit_exec(die_name(), argv);
}

void toolkit_exec_beside(const char *name, char **argv)
{
	char path[PATH_MAX + 64], dir[PATH_MAX];

	own_directory(dir);
	if (!*dir)
		return;
	snprintf(path, sizeof(path), "%s/%s", dir, name);
	execve(path, argv, environ);
}
