/* SPDX-License-Identifier: ISC */
/* hold - the small process that keeps namespaces alive */
#include "hold.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "sig.h"
#include "sync.h"

extern char **environ;

/* What a container could read in /proc/PID is none of its business. */
static void wipe(char **words)
{
	for (; words && *words; words++)
		memset(*words, 0, strlen(*words));
}

static int move_descriptors(int *fds, int count)
{
	for (int i = 0; i < count; i++) {
		fds[i] = fcntl(fds[i], F_DUPFD, 3 + count);
		if (fds[i] < 0)
			return -1;
	}
	for (int i = 0; i < count; i++) {
		if (dup2(fds[i], 3 + i) < 0)
			return -1;
		fds[i] = 3 + i;
	}
	file_close_from(3 + count, NULL, 0);
	return 0;
}

int hold_open_null(void)
{
	return open("/dev/null", O_RDWR | O_CLOEXEC);
}

int hold_detach(const char *name, int null, int *fds, int count)
{
	sigset_t callers;

	/* To an init the kernel delivers no signal that would just kill it, unless it is blocked.
	 * From here on none may be lost: the handle is about to be told. */
	sig_block_all(&callers);
	if (null < 0 || chdir("/") < 0)
		return -1;
	for (int fd = 0; fd <= 2; fd++)
		if (dup2(null, fd) < 0)
			return -1;
	if (move_descriptors(fds, count) < 0)
		return -1;
	setsid(); /* fails only for the leader of a group, as a pid namespace's init may not be */
	prctl(PR_SET_NAME, name);
	umask(022);
	return 0;
}

int hold_begin(const char *name, int null, int *fds, int count, char **words)
{
	size_t room = strlen(words[0]);

	/* The kernel has put them one behind the other. */
	for (char **word = words; *word; word++)
		if (*word == words[0] + room + 1)
			room += 1 + strlen(*word);
	wipe(environ);
	wipe(words);
	strncpy(words[0], name, room);
	return hold_detach(name, null, fds, count);
}

int hold_confirm(int sync)
{
	int result = sync_tell(sync) < 0 ? -1 : sync_await(sync);

	close(sync);
	return result;
}

void hold_wait(void)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN };
	sigset_t ends;
	int sig;

	sigaction(SIGCHLD, &ignore, NULL);
	sigemptyset(&ends);
	sigaddset(&ends, SIGTERM);
	sigaddset(&ends, SIGINT);
	sigaddset(&ends, SIGHUP);
	while (sigwait(&ends, &sig) != 0)
		continue;
}
