/* SPDX-License-Identifier: ISC */
/*
 * floor - what a full container costs at the least
 *
 *   floor DIR NAME PROG
 *
 * Makes the system calls that build what `nsnew -a -- nsroot DIR -- nshost NAME -- PROG` builds as
 * root, or with NAME "" `nsroot DIR -- PROG`, and nothing else: no options, no checks, no messages,
 * no programs in between.
 */
#include "floor.h"

int main(int argc, char **argv)
{
	struct clone3_args args = {
		.flags = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC |
			 CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWTIME,
		.exit_signal = SIGCHLD,
	};
	siginfo_t info = { .si_status = 1 };

	if (argc < 4)
		return 125;
	/* The root alone, in the namespaces that we are in. */
	if (!*argv[2]) {
		furnish(argv[1], 0);
		execv(argv[3], argv + 3);
		return 127;
	}
	if (sys_clone3(&args) == 0) {
		mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL);
		close(attach("proc", NULL, NULL, PLAIN, AT_FDCWD, "/proc"));
		raise_lo();
		furnish(argv[1], 0);
		sethostname(argv[2], strlen(argv[2]));
		execv(argv[3], argv + 3);
		_exit(127);
	}
	waitid(P_ALL, 0, &info, WEXITED);
	return info.si_status;
}
