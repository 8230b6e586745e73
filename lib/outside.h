/* SPDX-License-Identifier: ISC */
/*
 * outside - what has to be done from the caller's namespaces, for a process that has left them
 *
 * A helper is forked before anything changes, and stays. It maps ids that the process may not map
 * for itself, binds namespaces to files and runs the caller's command; each when the process asks,
 * handing over a pidfd of itself. Where either dies before all is done, the helper ends the command
 * and unbinds the files.
 */
#ifndef NSKIT_OUTSIDE_H
#define NSKIT_OUTSIDE_H

#include "plan.h"

struct outside {
	pid_t pid;	/* the helper; 0: nothing is to be done by one */
	int sync;	/* to it */
	int own_sync;	/* the other end, where the parent is to be the helper; else -1 */
};

/* Fork the helper, where the plan needs one. Where there are only root's maps for a child, which is
 * no holder, its parent writes them: outside_serve_child(). */
void outside_begin(struct outside *outside, const struct plan *plan);

/* In the parent, which blocks signals: write the maps of the child, if that is left to us. What
 * this opens, child_wait() closes. */
void outside_serve_child(struct outside *outside, const struct plan *plan);

/* In a new user namespace without maps: have them written. */
void outside_map(const struct outside *outside, const struct plan *plan);

/* The namespaces are there: have the rest done. Where it fails, the helper has said why and undone
 * what it did, and the caller ends with 125. */
void outside_act(const struct outside *outside);

/* Nothing can fail any more: let the helper end. Until then our end has it undo what it did. */
void outside_finish(const struct outside *outside);

#endif
