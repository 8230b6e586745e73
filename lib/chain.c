/* SPDX-License-Identifier: ISC */
/* chain - becoming PROG, or running it and ending as it does */
#include "chain.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "die.h"
#include "file.h"
#include "hint.h"
#include "kernel.h"
#include "mnt.h"
#include "num.h"
#include "trace.h"

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
 * The toolkit travels as descriptors, named in the environment: "=7" is the directory, "nshost=7
 * nsroot=8" are files. Only programs of ours see them.
 */
static const char toolkit[] = "NSKIT_TOOLKIT";

static int is_program(const char *word)
{
	for (const char *const *name = programs; *name; name++)
		if (!strcmp(*name, word))
			return 1;
	return 0;
}

/* Where this program came from; "" where that can't be told. */
static void own_directory(char dir[PATH_MAX])
{
	ssize_t length = readlink("/proc/self/exe", dir, PATH_MAX - 1);
	char *slash;

	dir[length < 0 ? 0 : length] = '\0';
	slash = strrchr(dir, '/');
	if (slash)
		*slash = '\0';
}

static void open_programs(const char *dir, char **argv, char *list, size_t size)
{
	for (; *argv; argv++) {
		char path[PATH_MAX];
		size_t length = strlen(list);
		int fd;

		if (!is_program(*argv) || snprintf(path, sizeof(path), "%s/%s", dir, *argv) >= PATH_MAX)
			continue;
		fd = open(path, O_PATH | O_CLOEXEC);
		if (fd >= 0)
			snprintf(list + length, size - length, "%s%s=%d", length ? " " : "", *argv, fd);
	}
}

void chain_open_toolkit(char **argv)
{
	char dir[PATH_MAX], list[512] = "";
	int fd;

	if (getenv(toolkit))
		return;
	own_directory(dir);
	if (!*dir)
		return;
	fd = mnt_open_clone(AT_FDCWD, dir, 0);
	if (fd >= 0 && mnt_set(fd, MNT_RDONLY | MNT_NOSUID) == 0)
		snprintf(list, sizeof(list), "=%d", fd);
	else
		open_programs(dir, argv, list, sizeof(list));
	setenv(toolkit, list, 1);
}

/* Execute `name` from the entry of the list that is `name=FD`, or "=FD", the directory. */
static void exec_from_toolkit(const char *name, char **argv)
{
	char list[512];
	const char *env = getenv(toolkit);
	char *rest = list;

	if (!env || strlen(env) >= sizeof(list))
		return;
	strcpy(list, env);
	for (char *entry; (entry = strtok_r(rest, " ", &rest));) {
		char *number = strchr(entry, '=');
		uint64_t fd;

		if (!number || num_parse(number + 1, INT_MAX, &fd) < 0)
			continue;
		*number = '\0';
		fcntl((int)fd, F_SETFD, 0);
		if (!*entry)
			sys_execveat((int)fd, name, argv, environ, 0);
		else if (!strcmp(entry, name))
			sys_execveat((int)fd, "", argv, environ, AT_EMPTY_PATH);
	}
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
			snprintf(file, sizeof(file), "%.*s%s%s", (int)length, path, length ? "/" : "", argv[0]);
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
	struct rlimit limit;

	if (sys_close_range(3, ~0U, KERNEL_CLOSE_RANGE_CLOEXEC) < 0 &&
	    getrlimit(RLIMIT_NOFILE, &limit) == 0)
		for (int fd = 3; fd < (int)limit.rlim_cur; fd++)
			fcntl(fd, F_SETFD, FD_CLOEXEC);
	for (int i = 0; i < kept_count; i++)
		fcntl(kept[i], F_SETFD, 0);
}

void chain_exec(char **argv)
{
	int found;

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

void chain_block_signals(struct chain_signals *caller)
{
	struct sigaction standard = { .sa_handler = SIG_DFL };
	sigset_t all;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &caller->mask);
	/* With SIGCHLD ignored, as some callers leave it, the kernel would reap PROG before we can. */
	sigaction(SIGCHLD, &standard, &caller->child);
}

void chain_restore_signals(const struct chain_signals *caller)
{
	sigaction(SIGCHLD, &caller->child, NULL);
	sigprocmask(SIG_SETMASK, &caller->mask, NULL);
}

/* Whether `sig` is in the mask that the line `name` of a /proc/PID/status shows. */
static int in_mask(const char *status, const char *name, int sig)
{
	const char *line = strstr(status, name);

	return line && strtoull(line + strlen(name), NULL, 16) >> (sig - 1) & 1;
}

/* Whether the process has neither handled, ignored nor blocked `sig`. */
static int takes_default(pid_t pid, int sig)
{
	char path[32], status[4096];

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	if (file_read(AT_FDCWD, path, status, sizeof(status)) < 0)
		return 0;
	return !in_mask(status, "\nSigCgt:\t", sig) && !in_mask(status, "\nSigIgn:\t", sig) &&
	       !in_mask(status, "\nSigBlk:\t", sig);
}

/* What to send an init without a handler in place of `sig`, for what it does by default, signal(7);
 * 0: nothing. The kernel delivers these even to an init. */
static int default_action(int sig)
{
	switch (sig) {
	case SIGCONT:
		return SIGCONT;
	case SIGURG:
	case SIGWINCH:
		return 0;
	case SIGTSTP:
	case SIGTTIN:
	case SIGTTOU:
		return SIGSTOP;
	default:
		return SIGKILL;
	}
}

/* Returns the signal that the child is to die of in our hands, else 0. */
static int forward(pid_t pid, int pidfd, int init, const siginfo_t *info)
{
	int sig = info->si_signo;

	if (init && takes_default(pid, sig)) {
		int action = default_action(sig);

		if (action)
			traced(sys_pidfd_send_signal(pidfd, action), "pidfd_send_signal(%d, %s for %s)", pid,
			       strsignal(action), strsignal(sig));
		return action == SIGKILL ? sig : 0;
	}
	/* The terminal sends to its whole foreground group, and PROG is in it. */
	if (info->si_code != SI_KERNEL)
		traced(sys_pidfd_send_signal(pidfd, sig), "pidfd_send_signal(%d, %s)", pid,
		       strsignal(sig));
	return 0;
}

static void end_by_signal(int sig)
{
	struct sigaction standard = { .sa_handler = SIG_DFL };
	struct rlimit no_core = { 0, 0 };
	sigset_t just;

	setrlimit(RLIMIT_CORE, &no_core); /* the core, where there is one, is PROG's */
	sigaction(sig, &standard, NULL);
	sigemptyset(&just);
	sigaddset(&just, sig);
	raise(sig);
	sigprocmask(SIG_UNBLOCK, &just, NULL);
	exit(128 + sig);
}

/* What is open for PROG is not ours to hold: a pipe would never end. */
static int close_all_but(int fd)
{
	if (dup2(fd, 3) == 3 && sys_close_range(4, ~0U, 0) == 0)
		return 3;
	return fd;
}

void chain_wait(pid_t pid, int pidfd, int init)
{
	siginfo_t info;
	sigset_t all;
	int cause = 0;

	pidfd = close_all_but(pidfd);
	sigfillset(&all);
	for (;;) {
		if (sigwaitinfo(&all, &info) < 0)
			continue;
		if (info.si_signo != SIGCHLD) {
			int sig = forward(pid, pidfd, init, &info);

			cause = sig ? sig : cause;
			continue;
		}
		info.si_pid = 0;
		if (waitid(P_PID, (id_t)pid, &info, WEXITED | WSTOPPED | WNOHANG) < 0 || !info.si_pid)
			continue;
		if (info.si_code == CLD_STOPPED)
			raise(SIGSTOP);
		else if (info.si_code == CLD_EXITED)
			exit(info.si_status);
		else
			end_by_signal(cause && info.si_status == SIGKILL ? cause : info.si_status);
	}
}
