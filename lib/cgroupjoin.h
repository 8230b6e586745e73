/* SPDX-License-Identifier: ISC */
/*
 * cgroupjoin - a control group that may be another PROG's, and about to go
 *
 * The first of a group's directories bears the handle of the PROG for which it was made, as an
 * attribute, and its keeper (cgroupkeep.h) has a lock on it as long as it lives: so a group that is
 * about to go can be told from one that stays, and its end be waited for. Who joins the group has a
 * lock on its cgroup.procs, for which the keeper waits; neither waits long, for whoever is in the
 * group might have such locks, too.
 */
#ifndef NSKIT_CGROUPJOIN_H
#define NSKIT_CGROUPJOIN_H

#include "cgroupdir.h"

/* Find a group as cgroupdir_find() does; but one that was made for a PROG which has ended is waited
 * for until it has been removed, and one that is being made until it is whole. What is found stays
 * until `join`, which execve(2) closes, is closed. */
int cgroupjoin_find(int *join, struct cgroupdirs *dirs, const char *group);

/* In the keeper: tell whose the group is; and have nobody join it any more. */
void cgroupjoin_mark(const struct cgroupdirs *dirs, const char *prog);
void cgroupjoin_end(const struct cgroupdirs *dirs);

#endif
