/* SPDX-License-Identifier: ISC */
/* sig - signals by name, and what a process would do with one */
#include "sig.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>

#include "file.h"
#include "kernel.h"
#include "num.h"
#include "proc.h"

/* The numbers differ between architectures, the names don't. */
static const struct {
	const char *name;
	int sig;
} names[] = {
	{ "HUP", SIGHUP }, { "INT", SIGINT }, { "QUIT", SIGQUIT }, { "ILL", SIGILL },
	{ "TRAP", SIGTRAP }, { "ABRT", SIGABRT }, { "BUS", SIGBUS }, { "FPE", SIGFPE },
	{ "KILL", SIGKILL }, { "USR1", SIGUSR1 }, { "SEGV", SIGSEGV }, { "USR2", SIGUSR2 },
	{ "PIPE", SIGPIPE }, { "ALRM", SIGALRM }, { "TERM", SIGTERM }, { "CHLD", SIGCHLD },
	{ "CONT", SIGCONT }, { "STOP", SIGSTOP }, { "TSTP", SIGTSTP }, { "TTIN", SIGTTIN },
	{ "TTOU", SIGTTOU }, { "URG", SIGURG }, { "XCPU", SIGXCPU }, { "XFSZ", SIGXFSZ },
	{ "VTALRM", SIGVTALRM }, { "PROF", SIGPROF }, { "WINCH", SIGWINCH }, { "IO", SIGIO },
	{ "POLL", SIGPOLL }, { "PWR", SIGPWR }, { "SYS", SIGSYS },
#ifdef SIGSTKFLT
	{ "STKFLT", SIGSTKFLT },
#endif
};

/* RTMIN is what users and their shells call so, and these are glibc's (kill -l RTMIN is 34): it
 * keeps the kernel's first two for itself, musl three. A static program is to mean the same. */
enum { NAMES = sizeof(names) / sizeof(names[0]), RTMIN = 34, RTMAX = 64 };

static int parse_realtime(const char *text)
{
	int64_t offset = 0;
	int up = !strncmp(text, "RTMIN", 5);

	if (!up && strncmp(text, "RTMAX", 5))
		return -1;
	text += 5;
	if (*text && (*text != (up ? '+' : '-') || num_parse_signed(text + 1, RTMAX, &offset) < 0))
		return -1;
	offset = up ? RTMIN + offset : RTMAX - offset;
	return offset >= RTMIN && offset <= RTMAX ? (int)offset : -1;
}

int sig_parse(const char *text)
{
	uint64_t number;
	int sig;

	if (num_parse(text, RTMAX, &number) == 0 && number)
		return (int)number;
	if (!strncmp(text, "SIG", 3))
		text += 3;
	for (size_t i = 0; i < NAMES; i++)
		if (!strcmp(names[i].name, text))
			return names[i].sig;
	sig = parse_realtime(text);
	errno = EINVAL;
	return sig;
}

const char *sig_name(int sig)
{
	static char text[16];

	for (size_t i = 0; i < NAMES; i++)
		if (names[i].sig == sig)
			return names[i].name;
	if (sig >= RTMIN && sig <= RTMAX)
		snprintf(text, sizeof(text), "RTMIN+%d", sig - RTMIN);
	else
		snprintf(text, sizeof(text), "%d", sig);
	return text;
}

/* The kernel's set of signals is the first 8 bytes of libc's. */
enum { KERNEL_SET = 8 };

void sig_block_all(sigset_t *before)
{
	sigset_t all;

	memset(&all, 0xff, sizeof(all));
	memset(before, 0, sizeof(*before));
	syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, before, KERNEL_SET);
}

void sig_restore(const sigset_t *mask)
{
	syscall(SYS_rt_sigprocmask, SIG_SETMASK, mask, NULL, KERNEL_SET);
}

void sig_unblock(int sig)
{
	uint64_t just = (uint64_t)1 << (sig - 1);

	syscall(SYS_rt_sigprocmask, SIG_UNBLOCK, &just, NULL, KERNEL_SET);
}

int sig_open_all(int flags)
{
	sigset_t all;

	memset(&all, 0xff, sizeof(all));
	return signalfd(-1, &all, flags | SFD_CLOEXEC);
}

/* Whether `sig` is in the mask that the line `name` of a /proc/PID/status shows. */
static int in_mask(const char *status, const char *name, int sig)
{
	const char *line = strstr(status, name);

	return line && strtoull(line + strlen(name), NULL, 16) >> (sig - 1) & 1;
}

int sig_is_default(int pidfd, int sig)
{
	char status[4096], call[256];
	int dir = proc_open_pidfd(pidfd), is;

	is = dir >= 0 && file_read(dir, "status", status, sizeof(status)) > 0 &&
	     !in_mask(status, "\nSigCgt:\t", sig) && !in_mask(status, "\nSigIgn:\t", sig) &&
	     !in_mask(status, "\nSigBlk:\t", sig) &&
	     !(file_read(dir, "syscall", call, sizeof(call)) > 0 &&
	       atoi(call) == SYS_rt_sigtimedwait);
	return file_close(dir, is);
}

int sig_find_default(int sig)
{
	switch (sig) {
	case SIGCONT:
		return SIGCONT;
	case SIGURG:
	case SIGWINCH:
	case SIGCHLD:
		return 0;
	case SIGTSTP:
	case SIGTTIN:
	case SIGTTOU:
	case SIGSTOP:
		return SIGSTOP;
	default:
		return SIGKILL;
	}
}
