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

/* Who is to be waited for, in the order of the list. Those that may not be signalled are counted in
 * `stuck`. */
static nfds_t choose(struct members *members, int last, size_t *stuck)
{
	nfds_t left = 0;

	*stuck = 0;
	for (size_t i = 0; i < members->count; i++) {
		const struct member *one = &members->list[i];

		if (one->ended || (one->last && !last))
			continue;
		if (one->error)
			++*stuck;
		else
			members->polls[left++] = (struct pollfd){ one->pidfd, POLLIN, 0 };
	}
	return left;
}

size_t ending_wait(struct members *members, int last, int64_t end)
{
	for (;;) {
		size_t stuck;
		nfds_t left = choose(members, last, &stuck), at = 0;
		int got = left ? poll(members->polls, left, clock_find_left(end)) : 0;

		if (!left || (got <= 0 && clock_read() >= end))
			return left + stuck;
		for (size_t i = 0; got > 0 && i < members->count && at < left; i++)
			if (members->polls[at].fd == members->list[i].pidfd)
				members->list[i].ended = members->polls[at++].revents != 0;
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
