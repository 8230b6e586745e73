/* SPDX-License-Identifier: ISC */
/*
 * floor-box - what a confined container costs at the least
 *
 *   floor-box DIR NAME PROG
 *
 * Makes the system calls that build what the chain of `nsbox script --pids max DIR -- PROG` builds
 * as root: all namespaces with a map of all ids, a root, a name, few capabilities, a filter, and a
 * process 1 that waits for PROG. No options, no checks, no messages, no programs in between.
 */
#include "floor.h"

#include <linux/capability.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>

#include "cap.h"
#include "seccomp.h"
#include "secfilter.h"

static const uint64_t kept = 0xa00425fb; /* what nscap calls default, without mknod */

static void write_map(pid_t pid, const char *file)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, file);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (write(fd, "0 0 4294967295", 14) < 0)
		_exit(125);
	close(fd);
}

static void confine(void)
{
	static struct secfilter filter;
	uint64_t admin = (uint64_t)1 << CAP_SYS_ADMIN;

	secfilter_write(&filter, kept, 0);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	cap_raise(0, 0);
	cap_shrink_bounding(((uint64_t)1 << 41) - 1, kept);
	cap_limit(kept | admin, kept | admin);
	seccomp_set(filter.code, filter.length);
}

/* Process 1: wait for the one child. The descriptor is how signals would come. */
static int be_init(char **prog)
{
	siginfo_t info = { .si_status = 1 };
	sigset_t all;
	pid_t pid = fork();

	if (pid == 0) {
		execv(prog[0], prog);
		_exit(127);
	}
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	signalfd(-1, &all, SFD_CLOEXEC);
	waitid(P_ALL, 0, &info, WEXITED);
	return info.si_status;
}

int main(int argc, char **argv)
{
	struct clone3_args args = {
		.flags = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC |
			 CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWTIME | CLONE_NEWUSER,
		.exit_signal = SIGCHLD,
	};
	siginfo_t info = { .si_status = 1 };
	int ready[2];
	char byte;
	pid_t pid;

	if (argc < 4 || pipe(ready) < 0)
		return 125;
	pid = (pid_t)sys_clone3(&args);
	if (pid == 0) {
		close(ready[1]);
		if (read(ready[0], &byte, 1) < 0)
			_exit(125);
		close(ready[0]);
		mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL);
		close(attach("proc", NULL, NULL, PLAIN, AT_FDCWD, "/proc"));
		raise_lo();
		sethostname(argv[2], strlen(argv[2]));
		furnish(argv[1], 1);
		confine();
		_exit(be_init(argv + 3));
	}
	write_map(pid, "uid_map");
	write_map(pid, "gid_map");
	close(ready[1]);
	waitid(P_ALL, 0, &info, WEXITED);
	return info.si_status;
}
