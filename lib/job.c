/* SPDX-License-Identifier: ISC */
/* job - a program run as a child, with the caller's signals and terminal */
#include "job.h"

#include <unistd.h>

#include "sig.h"
#include "sync.h"

/* Whether standard input is a terminal whose foreground process group is ours. Where the group is
 * outside of our pid namespace it has no number here, nor has that of a shell there. But with
 * SIGTTIN blocked reading fails in the background, and reading nothing takes nothing away. */
static int has_terminal(void)
{
	pid_t group = getpgrp();
	char nothing;

	return tcgetpgrp(STDIN_FILENO) == group &&
	       (group > 0 || read(STDIN_FILENO, &nothing, 0) == 0);
}

int job_begin(struct job *job, int apart)
{
	struct sigaction standard = { .sa_handler = SIG_DFL };

	if (sync_open(job->sync) < 0)
		return -1;
	sig_block_all(&job->mask);
	job->foreground = has_terminal();
	/* With a pager behind us in a pipe, our group has the terminal for both. */
	job->grouped = apart && job->foreground && isatty(STDOUT_FILENO);
	/* Ignored, as some callers leave it, children would be reaped before we see them. */
	sigaction(SIGCHLD, &standard, &job->on_child);
	return 0;
}

void job_enter(const struct job *job)
{
	if (job->grouped && setpgid(0, 0) == 0)
		job_take_terminal();
}

void job_restore(const struct job *job)
{
	sigaction(SIGCHLD, &job->on_child, NULL);
	sig_restore(&job->mask);
}

int job_lend_terminal(pid_t group)
{
	return has_terminal() && tcsetpgrp(STDIN_FILENO, group) == 0;
}

void job_take_terminal(void)
{
	pid_t group = getpgrp();

	if (group > 0)
		tcsetpgrp(STDIN_FILENO, group);
}
