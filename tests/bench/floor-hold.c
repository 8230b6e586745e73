/* SPDX-License-Identifier: ISC */
/*
 * floor-hold - what a held container costs at the least
 *
 * Makes the system calls that leave what `nsnew --hold -a` leaves as root, prints the process that
 * holds it, and does nothing else: no options, no checks, no messages.
 */
#include <fcntl.h>
#include <net/if.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "kernel.h"

static void mount_proc(void)
{
	int fs = sys_fsopen("proc"), mount;

	sys_fsconfig(fs, KERNEL_FSCONFIG_CMD_CREATE, NULL, NULL);
	mount = sys_fsmount(fs, KERNEL_MOUNT_ATTR_NOSUID | KERNEL_MOUNT_ATTR_NODEV |
				KERNEL_MOUNT_ATTR_NOEXEC);
	sys_move_mount(mount, "", AT_FDCWD, "/proc", KERNEL_MOVE_MOUNT_F_EMPTY_PATH);
}

static void raise_lo(void)
{
	struct ifreq lo = { .ifr_name = "lo", .ifr_flags = IFF_UP | IFF_LOOPBACK };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	ioctl(fd, SIOCSIFFLAGS, &lo);
}

static int hold(int sync)
{
	int null = open("/dev/null", O_RDWR), sig;
	sigset_t ends;

	mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL);
	raise_lo();
	mount_proc();
	for (int fd = 0; fd <= 2; fd++)
		dup2(null, fd);
	dup2(sync, 3);
	sys_close_range(4, ~0U, 0);
	setsid();
	prctl(PR_SET_NAME, "floor:hold");
	write(3, "", 1);
	close(3);
	sigemptyset(&ends);
	sigaddset(&ends, SIGTERM);
	sigprocmask(SIG_SETMASK, &ends, NULL);
	return sigwait(&ends, &sig);
}

int main(void)
{
	int sync[2], pidfd;
	struct clone3_args args = {
		.flags = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS |
			 CLONE_NEWCGROUP | CLONE_NEWTIME | CLONE_PIDFD,
		.pidfd = (uintptr_t)&pidfd,
		.exit_signal = SIGCHLD,
	};
	char byte;
	pid_t pid;

	socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sync);
	pid = sys_clone3(&args);
	if (pid == 0)
		return hold(sync[1]);
	read(sync[0], &byte, 1);
	printf("%d\n", (int)pid);
	return 0;
}
