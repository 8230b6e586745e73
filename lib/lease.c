/* SPDX-License-Identifier: ISC */
/* lease - a holder that ends with the process that it was made for */
#include "lease.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>

#include "hold.h"
#include "kernel.h"
#include "name.h"
#include "netname.h"
#include "pin.h"
#include "sync.h"
#include "why.h"

int lease_open(pid_t pid)
{
	pid_t parent = pid ? pid : getppid();
	int pidfd = sys_pidfd_open(parent);

	/* Who has lost his parent is another's child, in a session that isn't his, for ever. */
	if (pidfd < 0 || pid || (getppid() == parent && getsid(parent) == getsid(0)))
		return pidfd;
	close(pidfd);
	why_set("the parent process is of another session: name the one that is meant");
	errno = ESRCH;
	return -1;
}

void lease_bind(void)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
}

/* Until the owner or the holder has ended, or somebody asks us to end. */
static void await(int owner, int holder)
{
	struct pollfd fds[] = { { owner, POLLIN, 0 }, { holder, POLLIN, 0 }, { -1, POLLIN, 0 } };
	sigset_t ends;

	sigemptyset(&ends);
	sigaddset(&ends, SIGTERM);
	sigaddset(&ends, SIGINT);
	sigaddset(&ends, SIGHUP);
	fds[2].fd = signalfd(-1, &ends, SFD_CLOEXEC);
	while (poll(fds, 3, -1) < 0 && errno == EINTR)
		continue;
}

/* From / on, a name is only found if it is absolute. */
static char *find_absolute(const char *path)
{
	return path ? realpath(path, NULL) : NULL;
}

void lease_keep(const struct lease *lease, int null, int done)
{
	int fds[] = { lease->owner, lease->pidfd, done };
	char *pidfile = find_absolute(lease->pidfile), *pin = find_absolute(lease->pin);
	char *files[NSKIND_COUNT];

	for (int i = 0; i < NSKIND_COUNT; i++)
		files[i] = find_absolute(lease->files[i]);

	/* Where nobody waits for that any more, the handle may have been told to nobody. */
	if (hold_detach("nsnew:lease", null, fds, 3) == 0 && sync_tell(fds[2]) == 0) {
		close(fds[2]);
		await(fds[0], fds[1]);
	}
	sys_pidfd_send_signal(fds[1], SIGKILL);
	while (waitpid(-1, NULL, 0) > 0 || errno == EINTR)
		continue;
	if (lease->name)
		name_remove(lease->name, lease->name_text);
	if (lease->netname)
		netname_remove(lease->netname, lease->pid);
	if (pidfile)
		name_remove_file(pidfile, lease->pidfile_text);
	if (pin)
		pin_remove_all(pin, lease->kinds);
	for (int i = 0; i < NSKIND_COUNT; i++)
		if (files[i])
			pin_remove(AT_FDCWD, files[i]);
	_exit(0);
}
