/* SPDX-License-Identifier: ISC */
/* target - the handle that -t names: from the command line, or in and out through a pipe */
#ifndef NSKIT_TARGET_H
#define NSKIT_TARGET_H

#include "handle.h"

enum { TARGET_WORD = 4096 };

struct target {
	struct handle handle;
	char word[TARGET_WORD];	/* as the user wrote it */
	int filter;		/* it came from standard input */
};

/* Resolve the argument of -t, or for "-" the first line of standard input. Ends the program with
 * 125 where it names nothing, or something that is gone. */
void target_open(struct target *target, const char *word);

/* Enter the kinds in `flags` of the target's, and with a user namespace be its root, or the first
 * id that it maps, without supplementary groups; or say which failed and end the program with 125.
 * One that maps nobody is refused, for we would stay who we are, unless it is our own. */
void target_enter(const struct target *target, int flags);

/* The same, but with the ids and groups that we have, whatever they are in there. */
void target_enter_as_is(const struct target *target, int flags);

/* The step is done: a filter hands the handle on. Ends the program, with 0 or, where standard
 * output can't take it, 125. */
void target_done(const struct target *target) __attribute__((noreturn));

/* Give PROG a standard input of its own in place of the pipe that the handle came through: the
 * terminal where standard output is one, else /dev/null. For nsjoin, the end of such a pipe. */
void target_replace_stdin(const struct target *target);

#endif
