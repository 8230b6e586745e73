/* SPDX-License-Identifier: ISC */
/*
 * privilege - what PROG is left with
 *
 * What the options ask for is gathered first, in any order, then checked, then done in the one
 * order in which no step takes the privilege that a later one needs:
 *
 *  0. The session, which takes no privilege.
 *  1. OOM score, umask, resource limits: a higher one needs CAP_SYS_RESOURCE.
 *  2. no_new_privs: nothing after it gets back what the next steps give up.
 *  3. Groups, group, user, with the permitted capabilities kept.
 *  4. Inheritable and ambient capabilities, securebits, the bounding set, which needs CAP_SETPCAP,
 *     and last the permitted and effective.
 *  5. Landlock's rules on files.
 *  6. The filter on system calls, of which PROG's first is execve(2).
 */
#ifndef NSKIT_PRIVILEGE_H
#define NSKIT_PRIVILEGE_H

#include "account.h"
#include "cap.h"
#include "capname.h"
#include "landlock.h"
#include "rlimit.h"
#include "secfilter.h"

struct privilege_path {
	const char *path;
	int writable;
};

struct privilege {
	struct capname_list only, drop, keep, add, ambient, inheritable;
	unsigned int securebits;
	int no_new_privs;
	int new_session;
	struct account account;
	struct rlimits limits;
	int umask;			/* -1: as it is */
	const char *oom_score;		/* NULL: as it is */
	const char *seccomp;		/* "default", "log" or a file; NULL: no filter */
	struct privilege_path *paths;	/* the only ones to be reached */
	size_t path_count;		/* 0: all are */
	int scopes;			/* of Landlock */
	struct landlock rules;		/* made by privilege_check(), as what follows */
	struct secfilter filter;
	struct cap_sets caps;		/* PROG's */
	uint64_t bounding;		/* as it is */
};

/* Begin with one that leaves all as it is. */
void privilege_begin(struct privilege *privilege);

/* Let PROG reach `path`, and with `writable` change it, and nothing else but others that are added.
 * Ends the program with 125 where memory is out. */
void privilege_add_path(struct privilege *privilege, const char *path, int writable);

/* Work out the capabilities of PROG from those of this process and the lists, refuse one that was
 * asked for and isn't here, look up the paths, and make or read the filter. Ends the program with
 * 125. */
void privilege_check(struct privilege *privilege);

/* Be left with that, or say which step failed, and end the program with 125. */
void privilege_set(const struct privilege *privilege);

#endif
