/* SPDX-License-Identifier: ISC */
/*
 * privilege - what PROG is left with
 *
 * What the options ask for is gathered first, in any order, then checked, then done in the one
 * order in which no step takes the privilege that a later one needs:
 *
 *  1. OOM score, umask, resource limits: a higher one needs CAP_SYS_RESOURCE.
 *  2. no_new_privs: nothing after it gets back what the next steps give up.
 *  3. Groups, group, user, with the permitted capabilities kept.
 *  4. Inheritable and ambient capabilities, securebits, the bounding set, which needs CAP_SETPCAP,
 *     and last the permitted and effective.
 */
#ifndef NSKIT_PRIVILEGE_H
#define NSKIT_PRIVILEGE_H

#include "account.h"
#include "cap.h"
#include "capname.h"
#include "rlimit.h"

struct privilege {
	struct capname_list only, drop, keep, add, ambient, inheritable;
	unsigned int securebits;
	int no_new_privs;
	struct account account;
	struct rlimits limits;
	int umask;			/* -1: as it is */
	const char *oom_score;		/* NULL: as it is */
	struct cap_sets caps;		/* PROG's: filled by privilege_check() */
};

/* Work out the capabilities of PROG from those of this process and the lists, and refuse one that
 * was asked for and isn't here. Ends the program with 125. */
void privilege_check(struct privilege *privilege);

/* Be left with that, or say which step failed, and end the program with 125. */
void privilege_set(const struct privilege *privilege);

#endif
