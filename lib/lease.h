/* SPDX-License-Identifier: ISC */
/*
 * lease - a holder that ends with the process that it was made for
 *
 * A keeper stays outside, the holder's parent. It sees the end of both: of that process, to end the
 * holder, and of the holder, to remove what was made for it; and its own end is the holder's too.
 */
#ifndef NSKIT_LEASE_H
#define NSKIT_LEASE_H

#include <sys/types.h>

struct lease {
	int owner;		/* the pidfd of whose end is waited for */
	int pidfd;		/* of the holder, a child */
	/* What goes with it, NULL: none. */
	const char *name, *name_text, *netname, *pidfile, *pidfile_text, *pin;
	pid_t pid;		/* the holder, whom `netname` leads to */
	int kinds;		/* that the directory `pin` has files of */
	const char *const *files; /* NSKIND_COUNT of them, NULL: none */
};

/* A pidfd, which the caller closes, of the process that ran this one; for `pid` not 0 of that. -1
 * with errno, ESRCH where it is gone, or may be: a parent of another session may be whoever adopts
 * orphans. */
int lease_open(pid_t pid);

/* In the holder: end with the keeper, which is the parent. */
void lease_bind(void);

/* In the keeper, when the holder's handle has been told: be that. `done` (sync.h) is told
 * once nothing is the caller's any more. */
void lease_keep(const struct lease *lease, int null, int done) __attribute__((noreturn));

#endif
