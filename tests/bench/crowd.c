/* SPDX-License-Identifier: ISC */
/*
 * crowd COUNT PROG... - run PROG while COUNT processes wait, each 20 in four namespaces
 *
 * Each has three descriptors, as one that a shell starts. They are gone when it ends, after PROG.
 */
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TOGETHER = 20, LEADERS = 1000 };

static void stay(int ready)
{
	close(ready);
	for (;;)
		pause();
}

/* One who dies with its parent. */
static pid_t start(void)
{
	pid_t pid = fork();

	if (pid < 0) {
		perror("crowd: fork");
		exit(1);
	}
	if (pid == 0)
		prctl(PR_SET_PDEATHSIG, SIGKILL);
	return pid;
}

static void lead(int count, int ready)
{
	if (unshare(CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWNET) < 0) {
		perror("crowd: unshare");
		_exit(1);
	}
	while (--count)
		if (start() == 0)
			stay(ready);
	stay(ready);
}

/* The leaders of all; their number. */
static int gather(int count, pid_t *leaders, int ends[2])
{
	int gathered = 0;

	for (int left = count; left > 0 && gathered < LEADERS; left -= TOGETHER) {
		leaders[gathered] = start();
		if (leaders[gathered++] == 0) {
			close(ends[0]);
			lead(left < TOGETHER ? left : TOGETHER, ends[1]);
		}
	}
	return gathered;
}

int main(int argc, char **argv)
{
	int count = argc < 3 ? 0 : atoi(argv[1]), ends[2], gathered, status;
	static pid_t leaders[LEADERS];
	pid_t pid;
	char byte;

	for (int fd = 3; fd < 256; fd++)
		close(fd);
	if (count < 1 || pipe(ends) < 0 || prctl(PR_SET_CHILD_SUBREAPER, 1) < 0)
		return 125;
	gathered = gather(count, leaders, ends);
	close(ends[1]);
	/* Its end is when the last of them has closed it. */
	if (read(ends[0], &byte, 1) != 0)
		return 125;
	close(ends[0]);
	pid = start();
	if (pid == 0) {
		execvp(argv[2], argv + 2);
		_exit(127);
	}
	waitpid(pid, &status, 0);
	/* With a leader all end that it leads, who become ours then. */
	while (gathered-- > 0)
		kill(leaders[gathered], SIGKILL);
	while (wait(NULL) > 0)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 125;
}
