/* SPDX-License-Identifier: ISC */
/*
 * child - running PROG as a child, and ending as it does
 *
 * PROG begins when the parent holds nothing any more that is PROG's. A signal that comes before
 * waits for it, but one that would end a program ends us both. The two tell each other over a
 * socket pair, and see there when the other has died.
 *
 * A PROG with another pid namespace doesn't see the process group that it shares with its caller,
 * and what it can't see it can't give the terminal back to. So on a terminal it gets a group of its
 * own, and we do for it what a shell does for a job. What the terminal sends to that group, a
 * watcher in it tells us.
 */
#ifndef NSKIT_CHILD_H
#define NSKIT_CHILD_H

#include <signal.h>
#include <sys/types.h>

#include "job.h"

struct child {
	struct job job;
	pid_t watcher;	/* a child of ours in PROG's own process group; or 0 */
	pid_t helper;	/* another child, which is done when PROG starts; or 0 */
	const char *name, *name_text; /* a name (name.h) that ends with the child; NULL: none */
};

/* Before the fork: hold every signal back. `apart`: PROG will be in another pid namespace. Returns
 * 0, or -1 with errno of socketpair(2). */
int child_begin(struct child *child, int apart);

/* In the child, when all is set up for PROG, and its ids are final: wait for the parent, and give
 * PROG the caller's signal mask and dispositions. From here on the end of the parent sends it
 * `death_signal`, unless that is 0; where the parent has ended already, so does the child. */
void child_start(struct child *child, int death_signal);

/* In the parent, where the child is never to become PROG: kill it, let the helper clear up, and
 * remove the name. Closes every descriptor but the standard ones. */
void child_kill(const struct child *child, pid_t pid);

/* In the parent: let the child begin, and wait until it has become PROG, or ended. */
void child_release(struct child *child, pid_t pid);

/* Do that, wait for the child `pid`, pass on each signal that comes, stop and continue with it, and
 * end as it ended: its status, or by its signal, or 128 + the signal where that can't kill us. To a
 * child that is `init` of a pid namespace the kernel doesn't deliver a signal that it has no
 * handler for; then we do what the signal would have done. Closes every descriptor but the standard
 * ones: a pipe that is PROG's would never end. */
void child_wait(struct child *child, pid_t pid, int pidfd, int init) __attribute__((noreturn));

/* End as a child ended, as waitid(2) tells it. */
void child_end(const siginfo_t *info) __attribute__((noreturn));

#endif
