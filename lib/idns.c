/* SPDX-License-Identifier: ISC */
/* idns - a user namespace that nobody is in, for the maps that it holds */
#include "idns.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "file.h"
#include "kernel.h"
#include "ns.h"
#include "proc.h"

static int write_maps(int procdir, const struct idmap *uids, const struct idmap *gids)
{
	if (idmap_write(procdir, "uid_map", uids) < 0)
		return -1;
	return idmap_write(procdir, "gid_map", gids);
}

int idns_open(const struct idmap *uids, const struct idmap *gids)
{
	int pidfd, procdir, fd = -1;
	pid_t pid = ns_create_child(CLONE_NEWUSER, &pidfd);

	if (pid < 0)
		return -1;
	/* It is only there to be in the namespace until that is open. */
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;)
			pause();
	}
	procdir = proc_open_pidfd(pidfd);
	if (procdir >= 0 && write_maps(procdir, uids, gids) == 0)
		fd = openat(procdir, "ns/user", O_RDONLY | O_CLOEXEC);
	file_close(procdir, 0);
	sys_pidfd_send_signal(pidfd, SIGKILL);
	waitpid(pid, NULL, 0);
	return file_close(pidfd, fd);
}
