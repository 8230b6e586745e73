/* SPDX-License-Identifier: ISC */
/*
 * reap - the work of a process 1: start a program, reap whatever ends, pass signals on, and when
 * the program has ended, end the rest
 *
 * Where the caller isn't process 1 of a pid namespace it becomes the reaper of its descendants
 * (PR_SET_CHILD_SUBREAPER, Linux 3.4): what its children leave behind becomes its child.
 */
#ifndef NSKIT_REAP_H
#define NSKIT_REAP_H

#include <stddef.h>
#include <sys/types.h>

#include "job.h"

enum { REAP_SIGNALS = 65 };

struct reap {
	unsigned char pass[REAP_SIGNALS]; /* as what each signal is passed on; 0: it isn't */
	struct job job;			/* the program, apart from us */
	int ready;			/* where to tell that the program has started; or -1 */
	int started[2];			/* a pipe whose second end execve(2) closes in the child */
	pid_t parent;			/* we, as the program knows us */
	int signals;			/* a signalfd of all */
	pid_t prog;
	int status;			/* of the program, -1 while it runs */
	pid_t *told;			/* after that: the children that a signal was sent to */
	size_t told_count;
};

/* Pass every signal on as it is, and tell nobody of the start. */
void reap_init(struct reap *reap);

/* Before the fork(2): hold every signal back, and be the reaper. The program is to have the
 * terminal where standard input and output are one whose foreground process group is ours. 0, or
 * -1 with errno of socketpair(2). */
int reap_begin(struct reap *reap);

/* In the child, when all is set up for the program: wait until the parent holds nothing more that
 * is the program's, and give it the terminal and the caller's signal mask and dispositions. It is
 * killed if the parent ends before it. */
void reap_start(struct reap *reap);

/* In the child, after that: it will never be the program. */
void reap_fail(const struct reap *reap);

/* In the parent: let go of every descriptor but the standard ones and of the working directory,
 * write a newline to `ready` once the program has started, and
 * reap and pass signals on until the child `prog` has ended. Returns its status, 128 + N for a
 * signal N, or -1 with errno of signalfd(2). A stop of the program at the terminal stops our
 * process group with it; a continue gives it the terminal back. */
int reap_wait(struct reap *reap, pid_t prog);

/* Then end all others: in a pid namespace whose process 1 we are every process there, else our
 * children, and theirs as they become ours. They get TERM, and those that are stopped CONT; after
 * `grace` milliseconds, or a signal that would end us, KILL. Returns when nobody is left. Without
 * a /proc and not as process 1 nobody is found. */
void reap_end_rest(struct reap *reap, int grace);

#endif
