/* SPDX-License-Identifier: ISC */
/* command - a shell command that is run beside PROG, and doesn't outlive its purpose */
#ifndef NSKIT_COMMAND_H
#define NSKIT_COMMAND_H

#include <signal.h>
#include <sys/types.h>

struct command {
	pid_t pid;	/* the shell, a child */
	int pidfd;
};

/* Run `text` with sh -c, the signal mask `mask`, $NSKIT_HANDLE, and no standard input. Results on
 * standard output are of nsnew and PROG; the command's go to standard error. What it leaves behind
 * becomes our child (PR_SET_CHILD_SUBREAPER, Linux 3.4). 0, or -1 with errno. */
int command_start(struct command *command, const char *text, const char *handle,
		  const sigset_t *mask);

/* Wait until it has ended: its status, as of waitpid(2). -1 where one of the `count` of `reasons`
 * becomes readable before, or closes: then it is for nothing. */
int command_await(const struct command *command, const int *reasons, int count);

/* End it, by TERM and a second later by KILL, and all that it has started. */
void command_end(const struct command *command);

#endif
