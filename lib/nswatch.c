/* SPDX-License-Identifier: ISC */
/* nswatch - the same report again and again */
#include "nswatch.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "die.h"

/* Home, and clear to the end of the screen. */
static const char clear[] = "\033[H\033[J";

void nswatch_fork(int milliseconds)
{
	int terminal = isatty(STDOUT_FILENO), status;

	for (int round = 0;; round++) {
		pid_t pid = fork();

		if (pid < 0)
			die("start another look");
		if (pid == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			fputs(terminal ? clear : round ? "\n" : "", stdout);
			return;
		}
		while (waitpid(pid, &status, 0) < 0)
			if (errno != EINTR)
				die("wait for a look");
		if (!WIFEXITED(status) || WEXITSTATUS(status) == EXIT_SELF)
			exit(EXIT_SELF);
		poll(NULL, 0, milliseconds);
	}
}
