/* SPDX-License-Identifier: ISC */
/* proc - what /proc tells about processes */
#include "proc.h"

#include <errno.h>
#include <stdio.h>
#include <sys/vfs.h>

#include "kernel.h"
#include "why.h"

int proc_open(pid_t pid)
{
	char path[32] = "/proc/self";
	struct statfs fs;
	int fd;

	if (pid)
		snprintf(path, sizeof(path), "/proc/%d", (int)pid);
	fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	if (fstatfs(fd, &fs) < 0 || fs.f_type != KERNEL_PROC_MAGIC) {
		close(fd);
		why_set("/proc is not a proc file system");
		errno = EXDEV;
		return -1;
	}
	return fd;
}
