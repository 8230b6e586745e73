/* SPDX-License-Identifier: ISC */
/* loop - a file as a block device */
#include "loop.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/loop.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "file.h"
#include "trace.h"
#include "why.h"

enum { LOOP_MAJOR = 7, MISC_MAJOR = 10, CONTROL_MINOR = 237, TRIES = 100 };

/* Open a device node and see that it is one of `kind` and number `major`. The one that /dev has
 * under that name may be a container's file. */
static int open_node(const char *path, int flags, mode_t kind, unsigned int number, struct stat *st)
{
	int fd = open(path, flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0) {
		if (errno == ENOENT)
			why_set("/dev here has no loop devices");
		if (errno == EACCES)
			errno = EPERM; /* as the mount that it is for would say */
		return -1;
	}
	if (fstat(fd, st) == 0 && (st->st_mode & S_IFMT) == kind && major(st->st_rdev) == number)
		return fd;
	why_set("the loop device in /dev here is something else");
	errno = ENODEV;
	return file_close(fd, -1);
}

static int open_control(void)
{
	struct stat st;
	int fd = open_node("/dev/loop-control", O_RDWR, S_IFCHR, MISC_MAJOR, &st);

	if (fd < 0 || minor(st.st_rdev) == CONTROL_MINOR)
		return fd;
	errno = ENODEV;
	return file_close(fd, -1);
}

/* Before Linux 5.8: first the file, then how. */
static int configure_in_steps(int device, const struct loop_config *config)
{
	int saved;

	if (traced(ioctl(device, LOOP_SET_FD, (int)config->fd), "ioctl(%d, LOOP_SET_FD, %d)",
		   device, (int)config->fd) < 0)
		return -1;
	if (traced(ioctl(device, LOOP_SET_STATUS64, &config->info),
		   "ioctl(%d, LOOP_SET_STATUS64, READ_ONLY|AUTOCLEAR)", device) == 0)
		return 0;
	saved = errno;
	ioctl(device, LOOP_CLR_FD, 0);
	errno = saved;
	return -1;
}

static int configure(int device, int fd)
{
	struct loop_config config = {
		.fd = (unsigned int)fd,
		.info.lo_flags = LO_FLAGS_READ_ONLY | LO_FLAGS_AUTOCLEAR,
	};

	if (traced(ioctl(device, LOOP_CONFIGURE, &config),
		   "ioctl(%d, LOOP_CONFIGURE, %d, READ_ONLY|AUTOCLEAR)", device, fd) == 0)
		return 0;
	if (errno != EINVAL && errno != ENOTTY)
		return -1;
	return configure_in_steps(device, &config);
}

/* Take the device that is free now: EBUSY where another is quicker. */
static int take(int control, int fd, char name[LOOP_NAME])
{
	int number = ioctl(control, LOOP_CTL_GET_FREE), device;
	struct stat st;

	if (traced(number, "ioctl(%d, LOOP_CTL_GET_FREE)", control) < 0)
		return -1;
	snprintf(name, LOOP_NAME, "/dev/loop%d", number);
	device = open_node(name, O_RDONLY, S_IFBLK, LOOP_MAJOR, &st);
	if (device < 0 || configure(device, fd) == 0)
		return device;
	return file_close(device, -1);
}

int loop_open(int fd, char name[LOOP_NAME])
{
	int control = open_control(), device = -1;

	if (control < 0)
		return -1;
	for (int tries = 0; tries < TRIES && device < 0; tries++) {
		device = take(control, fd, name);
		if (device < 0 && errno != EBUSY)
			break;
	}
	return file_close(control, device);
}
