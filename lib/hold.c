/* SPDX-License-Identifier: ISC */
/* hold - the small process that keeps namespaces alive */
#include "hold.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>

#include "kernel.h"
#include "sync.h"

int hold_begin(int sync)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	sigset_t all;

	/* To an init the kernel delivers no signal that would just kill it, unless it is blocked.
	 * From here on none may be lost: the handle is about to be told. */
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	if (null < 0 || chdir("/") < 0)
		return -1;
	for (int fd = 0; fd <= 2; fd++)
		if (dup2(null, fd) < 0)
			return -1;
	if (sync != 3 && dup2(sync, 3) < 0)
		return -1;
	if (sys_close_range(4, ~0U, 0) < 0)
		for (int fd = 4; fd < 1024; fd++)
			close(fd);
	setsid(); /* fails only for the leader of a group, as a pid namespace's init may not be */
	prctl(PR_SET_NAME, "nsnew:hold");
	umask(022);
	return 3;
}

int hold_confirm(int sync)
{
	int result = sync_tell(sync) < 0 ? -1 : sync_await(sync);

	close(sync);
	return result;
}

int hold_await(int sync)
{
	return sync_await(sync);
}

int hold_release(int sync)
{
	return sync_tell(sync);
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
