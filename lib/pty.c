/* SPDX-License-Identifier: ISC */
/* pty - a terminal of PROG's own: making it */
#include "pty.h"

#include <errno.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>

#include "file.h"
#include "kernel.h"
#include "trace.h"

/* pts/ptmx of a devpts: nothing may be mounted over it. */
static int open_master(int devpts)
{
	struct open_how how = {
		.flags = O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_XDEV,
	};
	struct statfs fs;
	int fd;

	if (fstatfs(devpts, &fs) < 0 || fs.f_type != KERNEL_DEVPTS_MAGIC) {
		errno = ENODEV;
		return -1;
	}
	fd = sys_openat2(devpts, "ptmx", &how);
	if (fd < 0 && errno == ENOSYS)
		fd = openat(devpts, "ptmx", O_RDWR | O_NOCTTY | O_NOFOLLOW | O_CLOEXEC);
	return traced(fd, "open(/dev/pts/ptmx)");
}

/* /dev and /dev/pts may be links that somebody inside made. */
static int open_devpts(void)
{
	struct open_how how = {
		.flags = O_PATH | O_DIRECTORY | O_CLOEXEC,
		.resolve = RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
	};
	int fd = sys_openat2(AT_FDCWD, "/dev/pts", &how);

	if (fd < 0 && errno == ENOSYS)
		fd = open("/dev/pts", O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return fd;
}

/* Before the mount namespace changes, /dev is the caller's to believe. */
static int open_spare(void)
{
	return open("/dev/ptmx", O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
}

int pty_begin(struct pty *pty)
{
	pty->guard = 0;
	pty->master = pty->slave = -1;
	pty->spare = open_spare();
	pty->terminal = tcgetattr(STDIN_FILENO, &pty->modes) == 0 &&
			tcgetpgrp(STDIN_FILENO) == getpgrp();
	if (!pty->terminal)
		return 0;
	pty->raw = pty->modes;
	cfmakeraw(&pty->raw);
	pty->guard = pty_start_guard(pty);
	return pty->guard < 0 ? -1 : 0;
}

/* The slave without its path (Linux 4.13): inside, that may be anything. */
static int open_slave(int master)
{
	int unlocked = 0;

	if (ioctl(master, TIOCSPTLCK, &unlocked) < 0)
		return -1;
	return traced(ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC),
		      "ioctl(%d, TIOCGPTPEER)", master);
}

static int copy_modes(const struct pty *pty)
{
	struct termios modes = pty->modes;
	struct winsize size;

	/* What comes from a pipe is not to be shown again. */
	if (!pty->terminal) {
		if (tcgetattr(pty->slave, &modes) < 0)
			return -1;
		modes.c_lflag &= ~(tcflag_t)ECHO;
	}
	if (tcsetattr(pty->slave, TCSANOW, &modes) < 0)
		return -1;
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (ioctl(fd, TIOCGWINSZ, &size) == 0)
			return ioctl(pty->slave, TIOCSWINSZ, &size);
	return 0;
}

int pty_open(struct pty *pty)
{
	int devpts = open_devpts();

	pty->master = devpts < 0 ? -1 : file_close(devpts, open_master(devpts));
	if (pty->master < 0) {
		pty->master = pty->spare;
		pty->spare = -1;
	}
	file_close(pty->spare, 0);
	pty->spare = -1;
	if (pty->master < 0)
		return -1;
	pty->slave = open_slave(pty->master);
	return pty->slave < 0 ? -1 : copy_modes(pty);
}

int pty_enter(const struct pty *pty)
{
	close(pty->master);
	/* Not where ids have changed already: then it is theirs. */
	if (fchown(pty->slave, geteuid(), (gid_t)-1) < 0 && errno != EPERM && errno != EINVAL)
		return -1;
	if (setsid() < 0 || traced(ioctl(pty->slave, TIOCSCTTY, 0), "ioctl(TIOCSCTTY)") < 0)
		return -1;
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (dup2(pty->slave, fd) < 0)
			return -1;
	close(pty->slave);
	return 0;
}
