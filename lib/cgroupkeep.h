/* SPDX-License-Identifier: ISC */
/*
 * cgroupkeep - the small process that makes a control group for PROG, and removes it
 *
 * Whoever made the group can't remove it: that process becomes PROG, and may be killed. So another
 * makes it, which stays outside of the group and holds nothing of the caller: "nscgroup:keep", in a
 * session of its own, deaf to signals. When PROG has ended, however it did, what is still in the
 * group is killed, and the group removed.
 */
#ifndef NSKIT_CGROUPKEEP_H
#define NSKIT_CGROUPKEEP_H

#include "cgroupdir.h"

struct cgroupkeep {
	int sync;		/* to the keeper, -1: there is none */
};

/* Start a keeper, which makes the group for this process as cgroupdir_make() does, and open what it
 * has made. `words` is the command line. 0, or -1 with errno as there, and of fork(2). */
int cgroupkeep_start(struct cgroupkeep *keep, struct cgroupdirs *dirs, char **words);

/* Have the group removed now, and wait until it is; this process isn't in it. */
void cgroupkeep_cancel(struct cgroupkeep *keep);

#endif
