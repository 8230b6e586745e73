/* SPDX-License-Identifier: ISC */
/* chain - becoming PROG */
#include "chain.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>

#include "die.h"
#include "file.h"
#include "hint.h"
#include "kernel.h"
#include "mnt.h"
#include "num.h"
#include "proc.h"
#include "trace.h"
#include "why.h"

extern char **environ;

/* The programs of the toolkit, as the Makefile lists them. */
static const char *const programs[] = { NSKIT_PROGRAMS NULL };

enum { KEPT_MAX = 64 };
static int kept[KEPT_MAX];
static int kept_count;

void chain_keep(int fd)
{
	if (kept_count == KEPT_MAX)
		refuse("more than %d descriptors to keep", KEPT_MAX);
	kept[kept_count++] = fd;
}

/*
 * The toolkit travels as descriptors, named in the environment: "nshost=7 nsroot=8". Only programs
 * of ours see them.
 */
static const char toolkit[] = CHAIN_TOOLKIT;

static int is_program(const char *word)
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

/* A program of the toolkit as a detached, read-only mount of its one file; where that isn't
 * permitted, as the file, and `writable` is 1. */
static int open_program(const char *dir, const char *name, int *writable)
{
	char path[PATH_MAX];
	int fd;

	if (snprintf(path, sizeof(path), "%s/%s", dir, name) >= PATH_MAX)
		return -1;
	fd = mnt_open_clone(AT_FDCWD, path, 0);
	*writable = fd < 0 || mnt_set(fd, MNT_RDONLY | MNT_NOSUID) < 0;
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

	for (const char *at = list; (at = strstr(at, name)); at++)
		if (at[known] == '=' && (at == list || at[-1] == ' '))
			return 0;
	fd = open_program(dir, name, &writable);
	if (fd >= 0)
		snprintf(list + length, size - length, "%s%s=%d", length ? " " : "", name, fd);
	return fd < 0 || writable;
}

/* `self`, where it isn't NULL, is opened too: returns whether that could be written to. */
static int open_toolkit(const char *self, char **argv)
{
	char dir[PATH_MAX], list[512] = "";
	int writable = 1;

	own_directory(dir);
	if (!*dir)
		return 1;
	if (self)
		writable = add_program(dir, self, list, sizeof(list));
	for (; *argv; argv++)
		if (is_program(*argv))
			add_program(dir, *argv, list, sizeof(list));
	setenv(toolkit, list, 1);
	return writable;
}

void chain_open_toolkit(char **argv)
{
	if (!getenv(toolkit))
		open_toolkit(NULL, argv);
}

/* Execute `name` from the entry of the list that is `name=FD`. */
static void exec_from_toolkit(const char *name, char **argv)
{
	char list[512];
	const char *env = getenv(toolkit);
	char *rest = list;
	int file = -1;

	if (!env || strlen(env) >= sizeof(list))
		return;
	strcpy(list, env);
	for (char *entry; (entry = strtok_r(rest, " ", &rest));) {
		char *number = strchr(entry, '=');
		uint64_t fd;

		if (!number || num_parse(number + 1, INT_MAX, &fd) < 0)
			continue;
		*number = '\0';
		fcntl((int)fd, F_SETFD, 0); /* all: the links behind need theirs */
		if (!strcmp(entry, name))
			file = (int)fd;
	}
	if (file >= 0)
		sys_execveat(file, "", argv, environ, AT_EMPTY_PATH);
}

void chain_restart(char **argv)
{
	if (!getenv(toolkit) && !open_toolkit(die_name(), argv + 1))
		exec_from_toolkit(die_name(), argv);
}

static int is_listed(const char *list, const char *name, size_t length)
{
	for (; *list; list += strcspn(list, ",") + (list[strcspn(list, ",")] == ','))
		if (strcspn(list, ",") == length && !strncmp(list, name, length))
			return 1;
	return 0;
}

void chain_clear_env(const char *keep)
{
	char **to = environ;

	for (char **from = environ; from && *from; from++) {
		size_t length = strcspn(*from, "=");

		if (is_listed(keep, *from, length) || is_listed(toolkit, *from, length))
			*to++ = *from;
	}
	if (to)
		*to = NULL;
}

static void exec_from_own_directory(const char *name, char **argv)
{
	char path[PATH_MAX + 64], dir[PATH_MAX];

	own_directory(dir);
	if (!*dir)
		return;
	snprintf(path, sizeof(path), "%s/%s", dir, name);
	execve(path, argv, environ);
}

/* Returns, with errno of execve(2), whether the file is there at all. */
static int exec_file(const char *file, char **argv)
{
	int there, error;

	execve(file, argv, environ);
	error = errno;
	there = access(file, F_OK) == 0;
	errno = error;
	return there;
}

/* execvp(3), but the same with every libc: a file that may not be executed doesn't end the search,
 * and is reported where nothing better is found. Returns as exec_file(). */
static int exec_from_path(char **argv)
{
	const char *path = getenv("PATH");
	int error = ENOENT, found = 0;

	for (path = path ? path : "/usr/local/bin:/usr/bin:/bin"; *argv[0]; path++) {
		size_t length = strcspn(path, ":");
		char file[PATH_MAX];

		if (length + strlen(argv[0]) + 2 < sizeof(file)) {
			snprintf(file, sizeof(file), "%.*s%s%s", (int)length, path,
				 length ? "/" : "", argv[0]);
			if (exec_file(file, argv)) {
				error = errno;
				found = 1;
			}
		}
		path += length;
		if (!*path || (found && error != EACCES))
			break;
	}
	errno = error;
	return found;
}

/* Close-on-exec for everything from 3 on, but what is to be kept. */
static void close_rest(void)
{
	file_set_cloexec_from(3);
	for (int i = 0; i < kept_count; i++)
		fcntl(kept[i], F_SETFD, 0);
}

/* The caller's shell, as a login shell, as unshare(1) and nsenter(1) have it. In a container it may
 * be missing. */
static void exec_shell(void)
{
	static char login[PATH_MAX];
	char *shell[] = { login, NULL };
	const char *file = getenv("SHELL");

	unsetenv(toolkit);
	for (int tries = file && *file ? 2 : 1; tries; tries--) {
		const char *slash;

		file = tries == 2 ? file : "/bin/sh";
		slash = strrchr(file, '/');
		snprintf(login, sizeof(login), "-%s", slash ? slash + 1 : file);
		trace_intent("execve(%s)", file);
		execve(file, shell, environ);
		if (errno != ENOENT)
			break;
	}
	warn("run a shell, '%s'", file);
	exit(errno == ENOENT ? EXIT_NOT_FOUND : EXIT_CANNOT_RUN);
}

void chain_exec(char **argv)
{
	int found;

	if (!argv[0]) {
		fflush(stdout);
		close_rest();
		exec_shell();
	}
	trace_intent("execve(%s)", argv[0]);
	fflush(stdout);
	close_rest();
	if (is_program(argv[0])) {
		exec_from_toolkit(argv[0], argv);
		close_rest();
		exec_from_own_directory(argv[0], argv);
	}
	unsetenv(toolkit);
	found = strchr(argv[0], '/') ? exec_file(argv[0], argv) : exec_from_path(argv);
	warn("run '%s'", argv[0]);
	if (found)
		hint_for(HINT_RUN, 0);
	exit(found ? EXIT_CANNOT_RUN : EXIT_NOT_FOUND);
}
