/* SPDX-License-Identifier: ISC */
/* child - running PROG as a child, and ending as it does */
#ifndef NSKIT_CHILD_H
#define NSKIT_CHILD_H

#include <signal.h>
#include <sys/types.h>

/* Signal mask and dispositions as the caller left them to us. */
struct child_signals {
	sigset_t mask;
	struct sigaction child;
};

/* Before the fork: hold every signal back, so that none is lost between the fork and the wait.
 * In the child: give PROG what the caller had. */
void child_block_signals(struct child_signals *caller);
void child_restore_signals(const struct child_signals *caller);

/* Wait for the child `pid`, pass on each signal that comes, stop and continue with it, and end as
 * it ended: its status, or by its signal, or 128 + the signal where that can't kill us. To a child
 * that is `init` of a pid namespace the kernel doesn't deliver a signal that it has no handler
 * for; then we do what the signal would have done. */
void child_wait(pid_t pid, int pidfd, int init) __attribute__((noreturn));

#endif
