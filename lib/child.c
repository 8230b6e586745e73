/* SPDX-License-Identifier: ISC */
/* child - running PROG as a child, and ending as it does */
#include "child.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "die.h"
#include "file.h"
#include "kernel.h"
#include "name.h"
#include "sig.h"
#include "sync.h"
#include "trace.h"

int child_begin(struct child *child, int apart)
{
	*child = (struct child){ 0 };
	return job_begin(&child->job, apart);
}

/* The parent closes its end only after it has seen ours close, by execve(2). */
static int has_parent(const struct child *child)
{
	char byte;

	return recv(child->job.sync[1], &byte, 1, MSG_DONTWAIT | MSG_PEEK) != 0;
}

void child_start(struct child *child, int death_signal)
{
	close(child->job.sync[0]); /* or the parent's end would seem to stay open */
	if (sync_await(child->job.sync[1]) < 0)
		_exit(EXIT_SELF);
	if (death_signal)
		prctl(PR_SET_PDEATHSIG, death_signal);
	if (death_signal && !has_parent(child))
		_exit(EXIT_SELF);
	job_enter(&child->job);
	job_restore(&child->job);
}

/* Pass a signal on that is for all of a group which was ours, were PROG not apart. */
static void forward_to_group(pid_t pid, int sig)
{
	job_lend_terminal(pid);
	traced(kill(-pid, sig), "kill(-%d, %s)", pid, sig_name(sig));
}

/* Returns the signal that the child is to die of in our hands, else 0. */
static int forward(const struct child *child, pid_t pid, int pidfd, int init,
		   const struct signalfd_siginfo *info)
{
	int sig = (int)info->ssi_signo;

	if (child->job.grouped && (sig == SIGCONT || info->ssi_code == SI_KERNEL)) {
		forward_to_group(pid, sig);
		return 0;
	}
	if (init && sig_is_default(pidfd, sig)) {
		int action = sig_find_default(sig);

		if (action)
			traced(sys_pidfd_send_signal(pidfd, action),
			       "pidfd_send_signal(%d, %s for %s)", pid, sig_name(action),
			       sig_name(sig));
		return action == SIGKILL ? sig : 0;
	}
	/* The terminal sends to its whole foreground group, and PROG is in it. (A sender out of our
	 * sight is 0, as no watcher is.) */
	if (info->ssi_code != SI_KERNEL &&
	    !(child->watcher && (pid_t)info->ssi_pid == child->watcher))
		traced(sys_pidfd_send_signal(pidfd, sig), "pidfd_send_signal(%d, %s)", pid,
		       sig_name(sig));
	return 0;
}

__attribute__((noreturn))
static void end_by_signal(int sig)
{
	struct sigaction standard = { .sa_handler = SIG_DFL };
	struct rlimit no_core = { 0, 0 };

	setrlimit(RLIMIT_CORE, &no_core); /* the core, where there is one, is PROG's */
	sigaction(sig, &standard, NULL);
	raise(sig);
	sig_unblock(sig);
	exit(128 + sig);
}

void child_end(const siginfo_t *info)
{
	if (info->si_code == CLD_EXITED)
		exit(info->si_status);
	end_by_signal(info->si_status);
}

/* Stop as PROG did: the shell that waits for us, and all others of our group, are to see it. */
static void stop(const struct child *child, pid_t pid, int sig)
{
	/* A shell that brings a running job into the foreground sends it no signal. */
	if (child->job.grouped && job_lend_terminal(pid)) {
		kill(-pid, SIGCONT);
		return;
	}
	if (child->job.grouped) {
		job_take_terminal();
		kill(0, sig == SIGSTOP ? SIGTSTP : sig); /* which is blocked here */
	}
	raise(SIGSTOP);
}

/* In the watcher: tell the parent what the terminal sends to the group. */
__attribute__((noreturn))
static void be_watcher(pid_t parent)
{
	struct signalfd_siginfo signal;
	int signals = sig_open_all(0);

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(0);
	while (read(signals, &signal, sizeof(signal)) == (ssize_t)sizeof(signal))
		if (signal.ssi_code == SI_KERNEL && signal.ssi_signo != SIGCONT)
			kill(parent, (int)signal.ssi_signo);
	_exit(0);
}

/* We are not in the group that has the terminal, and PROG, process 1, is deaf to what it has no
 * handler for: so that we hear of it, a process of ours is in that group. */
static void watch(struct child *child, pid_t pid)
{
	pid_t parent = getpid();

	setpgid(pid, pid);
	child->watcher = fork();
	if (child->watcher == 0)
		be_watcher(parent);
	if (child->watcher > 0)
		setpgid(child->watcher, pid);
}

/* Whether the child has ended; stops with it meanwhile. Others, whom a program before us left, are
 * only reaped. */
static int has_ended(const struct child *child, pid_t pid, siginfo_t *info)
{
	for (;;) {
		info->si_pid = 0;
		if (waitid(P_ALL, 0, info, WEXITED | WSTOPPED | WNOHANG) < 0 || !info->si_pid)
			return 0;
		if (info->si_code == CLD_STOPPED) {
			/* A process 1 can't stop, but it can stop its group, with our watcher. */
			if (info->si_pid == pid || info->si_pid == child->watcher)
				stop(child, pid, info->si_status);
		} else if (info->si_pid == pid) {
			return 1;
		}
	}
}

/* What would end PROG were it there already: the caller neither ignores nor blocks it. */
static int is_fatal(const struct child *child, int sig)
{
	struct sigaction action;

	return !sigismember(&child->job.mask, sig) && sigaction(sig, NULL, &action) == 0 &&
	       action.sa_handler == SIG_DFL;
}

/* Until PROG has started, or is never to. Returns the signal that has come before, of those that
 * people and systems end a program with, else 0: any other waits. */
static int await_start(const struct child *child)
{
	static const int ends[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM };
	struct signalfd_siginfo signal = { 0 };
	struct pollfd fds[2] = { { .fd = child->job.sync[0], .events = POLLIN } };
	sigset_t fatal;

	sigemptyset(&fatal);
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (is_fatal(child, ends[i]))
			sigaddset(&fatal, ends[i]);
	fds[1] = (struct pollfd){ .fd = signalfd(-1, &fatal, SFD_CLOEXEC), .events = POLLIN };
	while (poll(fds, 2, -1) < 0 && errno == EINTR)
		continue;
	if (!fds[0].revents && read(fds[1].fd, &signal, sizeof(signal)) < 0)
		signal.ssi_signo = 0;
	close(fds[1].fd);
	return (int)signal.ssi_signo;
}

static void remove_name(const struct child *child)
{
	if (child->name)
		name_remove(child->name, child->name_text);
}

void child_kill(const struct child *child, pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	file_close_from(3, NULL, 0); /* the helper's among them, which waits for its end */
	if (child->helper)
		waitpid(child->helper, NULL, 0);
	remove_name(child);
}

/* End what was to become PROG, and then as it would have. */
__attribute__((noreturn))
static void give_up(const struct child *child, pid_t pid, int sig)
{
	child_kill(child, pid);
	end_by_signal(sig);
}

static void start(const struct child *child, pid_t pid)
{
	int cause;

	sync_tell(child->job.sync[0]);
	cause = await_start(child);
	if (cause)
		give_up(child, pid, cause);
	close(child->job.sync[0]);
}

void child_release(struct child *child, pid_t pid)
{
	close(child->job.sync[1]);
	start(child, pid);
}

void child_wait(struct child *child, pid_t pid, int pidfd, int init)
{
	struct signalfd_siginfo signal;
	siginfo_t info;
	int signals, cause = 0;

	close(child->job.sync[1]);
	if (child->job.grouped && init)
		watch(child, pid);
	file_close_from(3, (int[]){ pidfd, child->job.sync[0] }, 2);
	start(child, pid);
	/* Not sigwaitinfo(2): it unblocks what it waits for, and to an nsnew around us we would
	 * look as if we had no use for it. */
	signals = sig_open_all(0);
	do {
		if (read(signals, &signal, sizeof(signal)) != (ssize_t)sizeof(signal)) {
			signal.ssi_signo = SIGCHLD;
		} else if (signal.ssi_signo != SIGCHLD) {
			int sig = forward(child, pid, pidfd, init, &signal);

			cause = sig ? sig : cause;
		}
	} while (signal.ssi_signo != SIGCHLD || !has_ended(child, pid, &info));
	/* A shell that was PROG may leave the terminal to a group that is gone: whoever called us
	 * would be stopped at the next read. */
	if (child->job.foreground)
		job_take_terminal();
	if (child->watcher > 0)
		kill(child->watcher, SIGKILL);
	remove_name(child);
	if (info.si_code == CLD_EXITED)
		exit(info.si_status);
	cause = cause && info.si_status == SIGKILL ? cause : info.si_status;
	/* A script that called us is to see Ctrl-C too, as it would in one group with PROG. */
	if (child->job.grouped && (cause == SIGINT || cause == SIGQUIT))
		kill(0, cause);
	end_by_signal(cause);
}
