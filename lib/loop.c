/* SPDX-License-Identifier: ISC */
/* loop - a file as a block device, loop(4) */
#include "loop.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/loop.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "file.h"
#include "trace.h"
#include "why.h"

enum {
	LOOP_MAJOR = 7,
	CONTROL_MINOR = 237,	/* misc device, major 10 */
	MISC_MAJOR = 10,
	TRIES = 64,		/* others take devices too */
};

/* Open a device by its path, if it is the one that is meant: here /dev may be a container's. */
static int open_device(const char *path, mode_t type, unsigned int major, unsigned int minor)
{
	int fd = open(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return file_close(fd, -1);
	if ((st.st_mode & S_IFMT) == type && st.st_rdev == makedev(major, minor))
		return fd;
	why_set("the loop device in /dev here is something else");
	errno = ENODEV;
	return file_close(fd, -1);
}

/* Before Linux 5.8 in two steps. */
static int configure_old(int device, int file, const struct loop_config *config)
{
	if (ioctl(device, LOOP_SET_FD, file) < 0)
		return -1;
	if (ioctl(device, LOOP_SET_STATUS64, &config->info) == 0)
		return 0;
	ioctl(device, LOOP_CLR_FD, 0);
	return -1;
}

static int configure(int device, int file)
{
	struct loop_config config = {
		.fd = (unsigned int)file,
		.info.lo_flags = LO_FLAGS_READ_ONLY | LO_FLAGS_AUTOCLEAR,
	};
	int result = traced(ioctl(device, LOOP_CONFIGURE, &config), "ioctl(LOOP_CONFIGURE)");

	if (result < 0 && (errno == EINVAL || errno == ENOTTY))
		return configure_old(device, file, &config);
	return result;
}

int loop_open(int file, int *device)
{
	int control = open_device("/dev/loop-control", S_IFCHR, MISC_MAJOR, CONTROL_MINOR);
	int fd = -1;

	for (int i = 0; control >= 0 && i < TRIES; i++) {
		char path[32];

		*device = traced(ioctl(control, LOOP_CTL_GET_FREE), "ioctl(LOOP_CTL_GET_FREE)");
		snprintf(path, sizeof(path), "/dev/loop%d", *device);
		fd = *device < 0 ? -1 : open_device(path, S_IFBLK, LOOP_MAJOR,
						    (unsigned int)*device);
		if (fd < 0 || configure(fd, file) == 0)
			break;
		fd = file_close(fd, -1);
		if (errno != EBUSY)
			break;
	}
	return file_close(control, fd);
}
