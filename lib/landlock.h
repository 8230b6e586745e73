/* SPDX-License-Identifier: ISC */
/* landlock - which files a process reaches, and whom else, landlock(7) */
#ifndef NSKIT_LANDLOCK_H
#define NSKIT_LANDLOCK_H

#include <stdint.h>

/* What stays within the processes that are restricted together (Linux 6.12). */
enum {
	LANDLOCK_ABSTRACT = 1,	/* connecting to abstract UNIX sockets */
	LANDLOCK_SIGNALS = 2,
};

/* Add the list `text` of "abstract" and "signal", with commas between, to `scopes`. 0, or -1 with
 * errno EINVAL, and the word as why. */
int landlock_parse(const char *text, int *scopes);

struct landlock {
	int fd;			/* -1: no rules */
	uint64_t files;		/* the rights that are ruled */
};

/* Begin rules: with `files`, nothing is to be reached but what landlock_add() names; and `scopes`.
 * The caller closes the descriptor. 0, or -1 with errno: ENOSYS or EOPNOTSUPP where the kernel has
 * no Landlock, ENOTSUP where its Landlock can't do it all: files take Linux 6.2, for before that
 * truncating isn't ruled. */
int landlock_open(struct landlock *rules, int files, int scopes);

/* Let `path`, and what is below it, be read and executed, and with `writable` changed in any way.
 * landlock_add_fd() takes a descriptor of it, O_PATH or not. 0, or -1 with errno of open(2). */
int landlock_add(const struct landlock *rules, const char *path, int writable);
int landlock_add_fd(const struct landlock *rules, int fd, int writable);

/* Obey the rules from here on. 0, or -1 with errno: EPERM where the process has neither
 * no_new_privs nor CAP_SYS_ADMIN in its user namespace, E2BIG below 16 others. */
int landlock_enter(const struct landlock *rules);

#endif
