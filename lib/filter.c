/* SPDX-License-Identifier: ISC */
/* filter - the seccomp filters of another process */
#include "filter.h"

#include <errno.h>
#include <linux/filter.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#include "kernel.h"
#include "seccomp.h"

#ifndef PTRACE_SECCOMP_GET_FILTER
#define PTRACE_SECCOMP_GET_FILTER 0x420c /* Linux 4.4 */
#endif

struct filter {
	unsigned short length;
	struct sock_filter *code;
};

/* glibc takes an enum for the request, musl an int. */
static long trace(long request, pid_t pid, size_t address, void *data)
{
	return syscall(SYS_ptrace, request, pid, address, data);
}

/* The kernel counts from the oldest, and answers with the number of instructions. */
static int read_one(pid_t pid, struct filters *filters)
{
	long length = trace(PTRACE_SECCOMP_GET_FILTER, pid, filters->count, NULL);
	struct filter *grown;
	struct sock_filter *code;

	if (length < 0)
		return -1;
	grown = realloc(filters->list, (filters->count + 1) * sizeof(*grown));
	code = grown ? calloc((size_t)length, sizeof(*code)) : NULL;
	if (grown)
		filters->list = grown;
	if (!code)
		return -1;
	if (trace(PTRACE_SECCOMP_GET_FILTER, pid, filters->count, code) != length) {
		free(code);
		return -1;
	}
	grown[filters->count++] = (struct filter){ (unsigned short)length, code };
	return 0;
}

/* Returns the signal that it was about to get, which is to go on with it, or 0; -1 with errno. */
static int stop(pid_t pid)
{
	int status;

	if (trace(PTRACE_SEIZE, pid, 0, NULL) < 0 || trace(PTRACE_INTERRUPT, pid, 0, NULL) < 0 ||
	    waitpid(pid, &status, __WALL) < 0)
		return -1;
	if (WIFSTOPPED(status))
		return status >> 16 ? 0 : WSTOPSIG(status);
	errno = ESRCH;
	return -1;
}

static int read_all(pid_t pid, int pidfd, struct filters *filters)
{
	/* Before we held it the number may have passed to another; now it can't. */
	if (sys_pidfd_send_signal(pidfd, 0) < 0 && errno != EPERM)
		return -1;
	while (read_one(pid, filters) == 0)
		continue;
	return errno == ENOENT ? 0 : -1;
}

int filter_read(pid_t pid, int pidfd, struct filters *filters)
{
	int sig = stop(pid), result, error;

	*filters = (struct filters){ NULL, 0 };
	if (sig < 0)
		return -1;
	result = read_all(pid, pidfd, filters);
	error = errno;
	/* Always: PROG would be the tracer after us. */
	syscall(SYS_ptrace, PTRACE_DETACH, pid, NULL, (long)sig);
	errno = error;
	if (result < 0)
		filter_free(filters);
	return result;
}

int filter_set(const struct filters *filters)
{
	for (size_t i = 0; i < filters->count; i++)
		if (seccomp_set(filters->list[i].code, filters->list[i].length) < 0)
			return -1;
	return 0;
}

void filter_free(struct filters *filters)
{
	int saved = errno;

	while (filters->count)
		free(filters->list[--filters->count].code);
	free(filters->list);
	filters->list = NULL;
	errno = saved;
}
