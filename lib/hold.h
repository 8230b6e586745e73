/* SPDX-License-Identifier: ISC */
/*
 * hold - the small process that keeps namespaces alive
 *
 * Its life: forked into the new namespaces, it sets them up, lets go of everything that is its
 * caller's, says that it is ready, waits until its handle has been told, then waits for its end.
 */
#ifndef NSKIT_HOLD_H
#define NSKIT_HOLD_H

/* /dev/null, for the functions below: a new root may have none, or a file of its own there. A
 * descriptor, or -1 with errno. */
int hold_open_null(void);

/* Let go of the caller: own session, working directory /, standard descriptors on `null`, every
 * other closed but the `count` of `fds`, which become 3, 4 and so on, the name `name`. All signals
 * are blocked. 0, or -1 with errno. */
int hold_detach(const char *name, int null, int *fds, int count);

/* The same, with an environment and a command line, `words`, that are wiped: that of the name is
 * left. */
int hold_begin(const char *name, int null, int *fds, int count, char **words);

/* Say on `sync` (sync.h) that all is in place, and wait for the answer of the creator, who awaits
 * the one and tells the other. 0, or -1 with errno EPIPE where the creator has died: then nobody
 * knows of this holder, and it should end. */
int hold_confirm(int sync);

/* Wait until a signal asks for the end (TERM, INT or HUP). As init of a pid namespace, orphans are
 * reaped by the kernel meanwhile. */
void hold_wait(void);

#endif
