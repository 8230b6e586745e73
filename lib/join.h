/* SPDX-License-Identifier: ISC */
/*
 * join - the way of nsjoin into a container
 *
 * Three steps, in this order: open all that is the target's, enter, become PROG. What fails prints
 * why and ends the program with 125.
 */
#ifndef NSKIT_JOIN_H
#define NSKIT_JOIN_H

#include "cgroup.h"
#include "confine.h"
#include "ids.h"
#include "nskind.h"
#include "place.h"
#include "pty.h"
#include "target.h"

/* An option with a directory that may be left out. */
struct join_dir {
	int given;
	const char *path;	/* NULL: the target's */
};

struct join {
	/* What is asked for. */
	const char *handle;			/* NULL: files alone */
	const char *files[NSKIND_COUNT];	/* in the order of nskinds[], NULL: the target's */
	int kinds;				/* CLONE_NEWxxx; 0: all; in the end those entered */
	int socket;				/* of the target, for its network namespace; -1 */
	struct join_dir root, wd, wdns;
	struct ids ids;
	int all, user_parent, for_children, preserve, keep_caps, env, no_fork, context, as_target;
	int tty;

	/* What is open. */
	struct target target;
	struct place place;
	struct cgroup cgroup;
	struct confine confine;
	struct pty pty;
};

/* Resolve the handle and the files, and open what PROG is to have of the target. */
void join_open(struct join *join);

/* Enter the namespaces, the root and the working directory, and be who PROG is to be there; then
 * hold nothing any more that leads outside. */
void join_enter(struct join *join);

/* In the process that is to be PROG: its control groups, its bounds, and PROG. */
void join_become(struct join *join, char **prog) __attribute__((noreturn));

#endif
