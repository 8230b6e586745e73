/* SPDX-License-Identifier: ISC */
/* filter - the seccomp filters of another process, seccomp(2) */
#ifndef NSKIT_FILTER_H
#define NSKIT_FILTER_H

#include <stddef.h>
#include <sys/types.h>

struct filters {
	struct filter *list;	/* as they were installed, oldest first */
	size_t count;
};

/* Read the filters of the process `pid`, whose pidfd is `pidfd`, from its first thread: it is
 * stopped for a moment (ptrace(2), Linux 4.4). filter_free() ends them. 0, or -1 with errno:
 * EACCES where we lack CAP_SYS_ADMIN in the initial user namespace or have filters ourselves,
 * EPERM, EIO where the kernel was built without CONFIG_CHECKPOINT_RESTORE. */
int filter_read(pid_t pid, int pidfd, struct filters *filters);

/* Install them on the calling process. 0, or -1 with errno, EACCES where it has neither
 * no_new_privs nor CAP_SYS_ADMIN. */
int filter_set(const struct filters *filters);

void filter_free(struct filters *filters);

#endif
