/* SPDX-License-Identifier: ISC */
/*
 * child - running PROG as a child, and ending as it does
 *
 * A signal that comes while the child sets up waits until PROG runs, and PROG doesn't run before
 * the parent holds nothing any more that is PROG's. For both, each end of a socket pair tells the
 * other by closing.
 */
#ifndef NSKIT_CHILD_H
#define NSKIT_CHILD_H

#include <signal.h>
#include <sys/types.h>

struct child {
	sigset_t mask;			/* as the caller left it to us */
	struct sigaction on_child;	/* its disposition of SIGCHLD */
	int sync[2];			/* the parent's end, the child's */
	int foreground;			/* the terminal's foreground process group was ours */
};

/* Before the fork: hold every signal back. Returns 0, or -1 with errno of socketpair(2). */
int child_begin(struct child *child);

/* In the child, when all is set up for PROG: wait for the parent, and give PROG the caller's signal
 * mask and dispositions. */
void child_start(struct child *child);

/* Wait for the child `pid`, pass on each signal that comes, stop and continue with it, and end as
 * it ended: its status, or by its signal, or 128 + the signal where that can't kill us. To a child
 * that is `init` of a pid namespace the kernel doesn't deliver a signal that it has no handler
 * for; then we do what the signal would have done. Closes every descriptor but the standard ones:
 * a pipe that is PROG's would never end. */
void child_wait(struct child *child, pid_t pid, int pidfd, int init) __attribute__((noreturn));

#endif
