/* SPDX-License-Identifier: ISC */
/* rlimit - resource limits of the calling process, getrlimit(2) */
#ifndef NSKIT_RLIMIT_H
#define NSKIT_RLIMIT_H

#include <sys/resource.h>

enum { RLIMIT_MOST = 32 }; /* more than Linux has */

struct rlimits {
	struct rlimit limit[RLIMIT_MOST];
	unsigned int given;	/* a bit for each that is to be set */
};

/* The name of a resource, as "nofile"; NULL: there are no more. */
const char *rlimit_name(int resource);

/* Add to `limits` the list `text` of NAME=SOFT[:HARD], with commas between, each a number in the
 * unit of getrlimit(2) or "unlimited"; SOFT alone is both. 0, or -1 with errno, and the word as
 * why: EINVAL, also for a SOFT above HARD, ERANGE. */
int rlimit_parse(const char *text, struct rlimits *limits);

/* Set `to`, unless it is NULL, and tell in `from` what was, likewise: prlimit(2) on ourselves. 0,
 * or -1 with errno: EPERM for a higher hard limit without CAP_SYS_RESOURCE in the initial user
 * namespace. */
int rlimit_swap(int resource, const struct rlimit *to, struct rlimit *from);

/* Set those of `limits`. 0, or -1 with errno and the name in `failed`. */
int rlimit_set(const struct rlimits *limits, const char **failed);

#endif
