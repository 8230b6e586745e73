/* SPDX-License-Identifier: ISC */
/*
 * job - a program run as a child, with the caller's signals and terminal
 *
 * What child.h and reap.h have in common. The parent blocks every signal, and the child gives back
 * what the caller had. At a terminal a program that doesn't see its caller's process group can't
 * give the terminal back to it: so it gets a group of its own, and the parent lends it the terminal
 * and takes it back, as a shell does for a job.
 */
#ifndef NSKIT_JOB_H
#define NSKIT_JOB_H

#include <signal.h>
#include <sys/types.h>

struct job {
	sigset_t mask;			/* as the caller left it to us */
	struct sigaction on_child;	/* its disposition of SIGCHLD */
	int sync[2];			/* the parent's end, the child's */
	int foreground;			/* the terminal's foreground process group was ours */
	int grouped;			/* the program gets its own process group there */
};

/* Before the fork: hold every signal back, and make a socket pair for the two (sync.h). `apart`: at
 * a terminal, where standard input and output are one and our group is in its foreground, the
 * program gets a group of its own. 0, or -1 with errno of socketpair(2). */
int job_begin(struct job *job, int apart);

/* In the child: lead that group, with the terminal, where there is to be one. */
void job_enter(const struct job *job);

/* In the child, last: the caller's signal mask and disposition of SIGCHLD. */
void job_restore(const struct job *job);

/* In the parent, or a child that has blocked SIGTTIN and SIGTTOU as it has: give the process group
 * `group` the terminal that ours has got. Returns whether it had it. */
int job_lend_terminal(pid_t group);

/* Give our own process group the terminal, whoever has it. Where our group has no number in this
 * pid namespace it can't be done here: whoever waits for us outside does it. */
void job_take_terminal(void);

#endif
