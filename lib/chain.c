/* SPDX-License-Identifier: ISC */
/* chain - becoming PROG */
#include "chain.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "die.h"
#include "file.h"
#include "hint.h"
#include "kernel.h"
#include "toolkit.h"
#include "trace.h"

extern char **environ;

enum { KEPT_MAX = 64 };
static int kept[KEPT_MAX];
static int kept_count;

/* What is PROG's environment alone: ours may be needed until then, to look up names. */
static const char *kept_names;
static char **variables;
static size_t variable_count;

void chain_keep(int fd)
{
	if (kept_count == KEPT_MAX)
		refuse("more than %d descriptors to keep", KEPT_MAX);
	kept[kept_count++] = fd;
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
	kept_names = keep;
}

void chain_add_env(char *word)
{
	if (*word == '=' || !strchr(word, '='))
		refuse("variable '%s' is not of the form NAME=VALUE", word);
	variables = realloc(variables, (variable_count + 1) * sizeof(*variables));
	if (!variables)
		die("remember the variable '%s'", word);
	variables[variable_count++] = word;
}

static void clear_env(const char *keep)
{
	char **to = environ;

	for (char **from = environ; from && *from; from++) {
		size_t length = strcspn(*from, "=");

		if (is_listed(keep, *from, length) || is_listed(TOOLKIT_VARIABLE, *from, length))
			*to++ = *from;
	}
	if (to)
		*to = NULL;
}

static void set_env(void)
{
	if (kept_names)
		clear_env(kept_names);
	for (size_t i = 0; i < variable_count; i++)
		putenv(variables[i]);
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
__attribute__((noreturn))
static void exec_shell(void)
{
	static char login[PATH_MAX];
	char *shell[] = { login, NULL };
	const char *file = getenv("SHELL");

	unsetenv(TOOLKIT_VARIABLE);
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

	set_env();
	if (!argv[0]) {
		fflush(stdout);
		close_rest();
		exec_shell();
	}
	trace_intent("execve(%s)", argv[0]);
	fflush(stdout);
	close_rest();
	if (toolkit_is_program(argv[0])) {
		toolkit_exec(argv[0], argv);
		close_rest();
		toolkit_exec_beside(argv[0], argv);
	}
	unsetenv(TOOLKIT_VARIABLE);
	found = strchr(argv[0], '/') ? exec_file(argv[0], argv) : exec_from_path(argv);
	warn("run '%s'", argv[0]);
	if (found)
		hint_for(HINT_RUN, 0);
	exit(found ? EXIT_CANNOT_RUN : EXIT_NOT_FOUND);
}
