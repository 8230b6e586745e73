/* SPDX-License-Identifier: ISC */
/* ending - the end of processes that are held by pidfds */
#include "ending.h"

#include <errno.h>
#include <signal.h>
#include <sys/vfs.h>

#include "clock.h"
#include "kernel.h"
#include "sig.h"
#include "trace.h"

static void tell(struct member *one, int sig)
{
	int as = one->init && sig_find_default(sig) == SIGKILL && sig_is_default(one->pidfd, sig) ?
		 SIGKILL : sig;

	one->told = sig;
	one->error = 0;
	if (traced(sys_pidfd_send_signal(one->pidfd, as), "pidfd_send_signal(%d, %s)",
		   (int)one->pid, sig_name(as)) < 0 && errno != ESRCH)
		one->error = errno;
	if (as != SIGKILL && as != SIGSTOP)
		sys_pidfd_send_signal(one->pidfd, SIGCONT);
}

void ending_signal(struct members *members, int sig, int last)
{
	for (struct member *one = members->list; one < members->list + members->count; one++)
		if (!one->ended && one->told != sig && (last || !one->last))
			tell(one, sig);
}

size_t ending_wait(struct members *members, int last, int64_t end)
{
	struct pollfd *polls = members->polls;

	for (;;) {
		nfds_t left = 0;
		int got;

		for (struct member *one = members->list; one < members->list + members->count;
		     one++)
			if (!one->ended && (last || !one->last))
				polls[left++] = (struct pollfd){ one->pidfd, POLLIN, 0 };
		got = left ? poll(polls, left, clock_find_left(end)) : 0;
		if (!left || (got <= 0 && clock_read() >= end))
			return left;
		for (struct member *one = members->list; got > 0 && one < members->list +
		     members->count; one++)
			for (nfds_t i = 0; i < left; i++)
				one->ended |= polls[i].fd == one->pidfd && polls[i].revents;
	}
}

void ending_wait_reaped(struct members *members, int64_t end)
{
	for (struct member *one = members->list; one < members->list + members->count; one++) {
		struct pollfd reaped = { one->pidfd, 0, 0 };
		struct statfs fs;

		if (fstatfs(one->pidfd, &fs) == 0 && fs.f_type == KERNEL_PIDFS_MAGIC)
			poll(&reaped, 1, clock_find_left(end));
	}
}
