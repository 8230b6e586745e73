/* SPDX-License-Identifier: ISC */
/* cgrouporder - what nscgroup is asked for */
#ifndef NSKIT_CGROUPORDER_H
#define NSKIT_CGROUPORDER_H

#include "cgrouplimit.h"

struct cgrouporder {
	struct cgrouplimits limits;
	const char *name;		/* NULL: what the handle is in */
	const char *handle;
	int keep;
	int freeze, thaw, kill, rm, stat; /* actions on a group that is there */
	int watch;			/* milliseconds from one look to the next */
	int json;
};

/* Take the argument of getopt(3) for a limit. What is no good is refused. */
void cgrouporder_limit(struct cgrouporder *order, int limit);

/* Whether it is an action. */
int cgrouporder_is_action(const struct cgrouporder *order);

/* Refuse a name that can't be one, and what doesn't go together, or not with `prog`; NULL: none. */
void cgrouporder_check(const struct cgrouporder *order, const char *prog);

#endif
