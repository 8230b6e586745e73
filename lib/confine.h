/* SPDX-License-Identifier: ISC */
/*
 * confine - what a process may do, and no more
 *
 * What Linux tells of a process's bounds, to be put on another one: capabilities(7), no_new_privs,
 * seccomp filters, getrlimit(2). Landlock and LSM profiles it doesn't tell.
 */
#ifndef NSKIT_CONFINE_H
#define NSKIT_CONFINE_H

#include <stdint.h>
#include <sys/resource.h>

#include "cap.h"
#include "filter.h"

struct confine {
	struct cap_sets caps;
	int no_new_privs;
	int filtered;		/* it has seccomp filters; they are the caller's to read */
	struct filters filters;
	struct rlimit limits[RLIM_NLIMITS];
	int limit_count;
};

/* Read what bounds the process of `procdir`, but its filters. 0, or -1 with errno. */
int confine_read(struct confine *confine, int procdir);

/* Raise our OOM score to that of the process; a lower one would be a favour. For all that we fork.
 * 0, or -1 with errno. */
int confine_raise_oom(int procdir);

/* Put the bounds on the calling process, whose ids are set already, with its capabilities kept
 * (PR_SET_KEEPCAPS). It gets nothing that it hasn't; what goes on is to become PROG. 0, or -1 with
 * errno and in `step` what it was about. */
int confine_set(const struct confine *confine, const char **step);

#endif
