/* SPDX-License-Identifier: ISC */
/* proc - what /proc tells about processes */
#ifndef NSKIT_PROC_H
#define NSKIT_PROC_H

#include <sys/types.h>

/* Open /proc/PID, or /proc/self for 0, as an O_PATH directory that the caller closes. -1 with errno
 * of open(2), or EXDEV where /proc is no procfs: whoever mounts another file system there could
 * show us any namespace as any process's. */
int proc_open(pid_t pid);

#endif
