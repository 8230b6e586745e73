/* SPDX-License-Identifier: ISC */
/* command - a shell command that is run beside PROG, and doesn't outlive its purpose */
#include "command.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "die.h"
#include "file.h"
#include "kernel.h"
#include "ns.h"
#include "sig.h"
#include "toolkit.h"
#include "trace.h"

enum { GRACE = 1000 }; /* milliseconds */

__attribute__((noreturn))
static void become(const char *text, const char *handle, const sigset_t *mask)
{
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

	prctl(PR_SET_PDEATHSIG, SIGTERM);
	dup2(null, STDIN_FILENO);
	dup2(STDERR_FILENO, STDOUT_FILENO);
	file_set_cloexec_from(3);
	setenv("NSKIT_HANDLE", handle, 1);
	unsetenv(TOOLKIT_VARIABLE);
	sig_restore(mask);
	trace_intent("execve(sh -c %s)", text);
	execl("/bin/sh", "sh", "-c", text, (char *)NULL);
	die("run a shell for '%s'", text);
}

int command_start(struct command *command, const char *text, const char *handle,
		  const sigset_t *mask)
{
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	command->pid = ns_create_child(0, &command->pidfd);
	if (command->pid == 0)
		become(text, handle, mask);
	return command->pid < 0 ? -1 : 0;
}

static int reap(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -1;
	return status;
}

int command_await(const struct command *command, const int *reasons, int count)
{
	struct pollfd fds[4] = { { .fd = command->pidfd, .events = POLLIN } };

	for (int i = 0; i < count; i++)
		fds[i + 1] = (struct pollfd){ .fd = reasons[i], .events = POLLIN };
	while (poll(fds, (nfds_t)count + 1, -1) < 0 && errno == EINTR)
		continue;
	return fds[0].revents ? reap(command->pid) : -1;
}

/* Kill the children that /proc lists. That a number is our child's, which nobody else reaps, is
 * asked: /proc may be of another pid namespace. Returns how many there were. */
static int kill_children(void)
{
	char text[4096], *next = text;
	int count = 0;

	if (file_read(AT_FDCWD, "/proc/thread-self/children", text, sizeof(text)) <= 0)
		return 0;
	for (long pid; (pid = strtol(next, &next, 10)) > 0;) {
		siginfo_t info;

		if (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) < 0)
			continue;
		kill((pid_t)pid, SIGKILL);
		count++;
	}
	return count;
}

void command_end(const struct command *command)
{
	struct pollfd end = { .fd = command->pidfd, .events = POLLIN };

	kill(command->pid, SIGTERM);
	poll(&end, 1, GRACE);
	kill(command->pid, SIGKILL);
	reap(command->pid);
	/* Each that dies leaves us its own. */
	while (kill_children())
		while (waitpid(-1, NULL, 0) < 0 && errno == EINTR)
			continue;
}
