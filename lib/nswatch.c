/* SPDX-License-Identifier: ISC */
/* nswatch - the same report again and again */
#include "nswatch.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "die.h"
#include "out.h"

/* Home, and clear to the end of the screen. */
static const char clear[] = "\033[H\033[J";

/* What doesn't fit would push the beginning off the screen. Two lines stay free: for what is said
 * of processes that can't be read, and where the cursor stands. */
static void clear_screen(void)
{
	struct winsize size;

	fputs(clear, stdout);
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 2)
		out_screen(size.ws_row - 2);
}

void nswatch_fork(int milliseconds)
{
	int terminal = isatty(STDOUT_FILENO), status;

	for (int round = 0;; round++) {
		pid_t pid = fork();

		if (pid < 0)
			die("start another look");
		if (pid == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			if (terminal)
				clear_screen();
			else if (round)
				putchar('\n');
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
