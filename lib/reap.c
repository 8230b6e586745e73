/* SPDX-License-Identifier: ISC */
/* reap - the work of a process 1 */
#include "reap.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>

#include "clock.h"
#include "file.h"
#include "kernel.h"
#include "sig.h"
#include "sync.h"
#include "trace.h"

void reap_init(struct reap *reap)
{
	*reap = (struct reap){ .status = -1, .ready = -1, .started = { -1, -1 } };
	for (int sig = 1; sig < REAP_SIGNALS; sig++)
		reap->pass[sig] = (unsigned char)sig;
}

int reap_begin(struct reap *reap)
{
	if (job_begin(&reap->job, 1) < 0 ||
	    (reap->ready >= 0 && pipe2(reap->started, O_CLOEXEC) < 0))
		return -1;
	reap->parent = getpid();
	if (reap->parent != 1)
		prctl(PR_SET_CHILD_SUBREAPER, 1);
	return 0;
}

void reap_start(struct reap *reap)
{
	close(reap->job.sync[0]);
	job_enter(&reap->job);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != reap->parent)
		_exit(0);
	sync_await_end(reap->job.sync[1]); /* ours is closed by execve(2) */
	job_restore(&reap->job);
}

void reap_fail(const struct reap *reap)
{
	if (reap->ready >= 0)
		file_write_all(reap->started[1], "-", 1);
}

/* The pipe's end closes by execve(2), or without that after a byte of reap_fail(). */
static void tell_start(struct reap *reap)
{
	char byte;
	ssize_t got;

	while ((got = read(reap->started[0], &byte, 1)) < 0 && errno == EINTR)
		continue;
	if (got == 0)
		file_write_all(reap->ready, "\n", 1);
	close(reap->started[0]);
	close(reap->ready);
}

/* The socket pair's end is the last to go: the program starts then. */
static int let_go(struct reap *reap)
{
	int sync = reap->job.sync[0];

	file_close_from(3, (int[]){ sync, reap->ready, reap->started[0] }, reap->ready < 0 ? 1 : 3);
	reap->signals = sig_open_all(SFD_NONBLOCK);
	if (chdir("/") < 0 || reap->signals < 0 || close(sync) < 0)
		return -1;
	if (reap->ready >= 0)
		tell_start(reap);
	return 0;
}

static void forget(struct reap *reap, pid_t pid)
{
	for (size_t i = 0; i < reap->told_count; i++)
		if (reap->told[i] == pid)
			reap->told[i] = reap->told[--reap->told_count];
}

/* Whether our process group is watched by a shell that would continue it. The kernel knows: of a
 * group that nobody watches, it stops no process for the terminal's sake. */
static int is_watched(void)
{
	pid_t pid = fork();
	int status = 0;

	if (pid == 0) {
		sigset_t none;

		sigemptyset(&none);
		signal(SIGTSTP, SIG_DFL);
		sigprocmask(SIG_SETMASK, &none, NULL);
		raise(SIGTSTP);
		_exit(0);
	}
	if (pid < 0 || waitpid(pid, &status, WUNTRACED) < 0 || !WIFSTOPPED(status))
		return 0;
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	return 1;
}

/* The program has stopped, and whoever waits for us is to see it. At the terminal that is a shell,
 * which waits for our process group: others of it too, like the nsnew around us, must stop. As
 * process 1 we can't ourselves. */
static void stop(struct reap *reap, int sig)
{
	if (!reap->job.grouped) {
		raise(SIGSTOP);
		return;
	}
	/* A shell that brings a running job into the foreground sends it no signal. */
	if (((sig == SIGTTIN || sig == SIGTTOU) && job_lend_terminal(reap->prog)) ||
	    (sig == SIGTSTP && !is_watched())) {
		kill(-reap->prog, SIGCONT);
		return;
	}
	job_take_terminal();
	traced(kill(0, SIGSTOP), "kill(0, STOP)");
}

/* Reap all that has ended: several children share one SIGCHLD. Returns whether any is left. */
static int reap_all(struct reap *reap)
{
	siginfo_t info = { 0 };
	int result;

	while ((result = waitid(P_ALL, 0, &info, WEXITED | WSTOPPED | WNOHANG)) == 0 &&
	       info.si_pid) {
		if (info.si_code == CLD_STOPPED) {
			if (info.si_pid == reap->prog && reap->status < 0)
				stop(reap, info.si_status);
		} else {
			forget(reap, info.si_pid);
			if (info.si_pid == reap->prog && reap->status < 0)
				reap->status = info.si_status +
					       (info.si_code == CLD_EXITED ? 0 : 128);
		}
		info.si_pid = 0;
	}
	return result == 0;
}

/* What the terminal sends to its foreground group the program has already where our group is its
 * own. Where it has another, ours was brought into the foreground. */
static void pass(const struct reap *reap, const struct signalfd_siginfo *info)
{
	int sig = (int)info->ssi_signo, as = reap->pass[sig];
	int from_terminal = info->ssi_code == SI_KERNEL;
	pid_t to = reap->prog;

	if (sig == SIGCHLD || !as || (from_terminal && !reap->job.grouped))
		return;
	if (reap->job.grouped && (from_terminal || sig == SIGCONT)) {
		job_lend_terminal(reap->prog);
		to = -reap->prog;
	}
	traced(kill(to, as), "kill(%d, %s)", (int)to, sig_name(as));
}

int reap_wait(struct reap *reap, pid_t prog)
{
	struct pollfd poll_signals = { .events = POLLIN };

	reap->prog = prog;
	if (let_go(reap) < 0)
		return -1;
	poll_signals.fd = reap->signals;
	while (reap_all(reap), reap->status < 0) {
		struct signalfd_siginfo info;

		if (read(reap->signals, &info, sizeof(info)) == (ssize_t)sizeof(info))
			pass(reap, &info);
		else
			poll(&poll_signals, 1, -1);
	}
	if (reap->job.grouped)
		job_take_terminal();
	return reap->status;
}

/* To a child, once. That it is one, the kernel says: numbers in /proc may be anybody's. */
static void tell_child(struct reap *reap, pid_t pid, int sig)
{
	siginfo_t info;
	pid_t *told;

	if (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) < 0)
		return;
	for (size_t i = 0; i < reap->told_count; i++)
		if (reap->told[i] == pid && sig != SIGKILL)
			return;
	traced(kill(pid, sig), "kill(%d, %s)", (int)pid, sig_name(sig));
	kill(pid, SIGCONT);
	told = realloc(reap->told, (reap->told_count + 1) * sizeof(*told));
	if (!told)
		return;
	reap->told = told;
	reap->told[reap->told_count++] = pid;
}

static void tell_children(struct reap *reap, int sig)
{
	DIR *dir = opendir("/proc");
	struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9')
			tell_child(reap, atoi(entry->d_name), sig);
	if (dir)
		closedir(dir);
}

/* Wait for a child or a signal, at most until `end`. 0 where there is no more patience: at `end`,
 * or by a signal that would end us. Who was sent into our pid namespace from outside is nobody's
 * child here, and its end is seen by looking again. */
static int await(const struct reap *reap, int64_t end, int children)
{
	struct pollfd signals = { reap->signals, POLLIN, 0 };
	struct signalfd_siginfo info;
	int left = clock_find_left(end);

	if (!left)
		return 0;
	poll(&signals, 1, children || left < 20 ? left : 20);
	while (read(reap->signals, &info, sizeof(info)) == (ssize_t)sizeof(info))
		if (sig_find_default((int)info.ssi_signo) == SIGKILL)
			return 0;
	return 1;
}

void reap_end_rest(struct reap *reap, int grace)
{
	int first = getpid() == 1, sig = grace ? SIGTERM : SIGKILL, children;
	int64_t end = clock_read() + grace;

	while ((children = reap_all(reap)) || (first && kill(-1, 0) == 0)) {
		if (!first)
			tell_children(reap, sig);
		else if (sig)
			traced(kill(-1, sig), "kill(-1, %s)", sig_name(sig));
		if (first && sig == SIGTERM)
			kill(-1, SIGCONT);
		if (first)
			sig = 0; /* said once */
		if (!await(reap, end, children)) {
			sig = SIGKILL;
			end = INT64_MAX;
		}
	}
	free(reap->told);
	reap->told = NULL;
}
