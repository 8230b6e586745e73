/* SPDX-License-Identifier: ISC */
/* child - running PROG as a child, and ending as it does */
#include "child.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "file.h"
#include "kernel.h"
#include "trace.h"

void child_block_signals(struct child_signals *caller)
{
	struct sigaction standard = { .sa_handler = SIG_DFL };
	sigset_t all;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &caller->mask);
	/* With SIGCHLD ignored, as some callers leave it, the kernel would reap PROG before we can. */
	sigaction(SIGCHLD, &standard, &caller->child);
}

void child_restore_signals(const struct child_signals *caller)
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

void child_wait(pid_t pid, int pidfd, int init)
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
		else if (info.si_code == CLD_KILLED || info.si_code == CLD_DUMPED)
			end_by_signal(cause && info.si_status == SIGKILL ? cause : info.si_status);
	}
}
