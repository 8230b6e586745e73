/* SPDX-License-Identifier: ISC */
/*
 * handle - the word that names a container
 *
 * PID, PID:INODE, NAME or PATH, as nskit(7) describes. A handle is resolved once, to descriptors,
 * and only those are used after: a process number can pass to somebody else between two looks.
 */
#ifndef NSKIT_HANDLE_H
#define NSKIT_HANDLE_H

#include <sys/types.h>

#include "nskind.h"

struct handle {
	pid_t pid;		/* for messages; 0 where the handle is files */
	int pidfd;		/* -1 where the handle is files */
	int procdir;		/* its /proc/PID, -1 where the handle is files */
	int ns[NSKIND_COUNT];	/* files, in the order of nskinds[], that are the handle or stand
				 * in for a namespace of the process; -1 where there is none */
};

/* Resolve `word`. Returns 0 and fills `handle`, which handle_close() ends, or -1 with errno:
 * ESRCH (no such process), ESTALE (the process is not the one that INODE names, or the kernel can't
 * tell: Linux 6.9), ENOENT (no such name or file), EINVAL (a file that is no namespace). */
int handle_open(const char *word, struct handle *handle);
void handle_close(struct handle *handle);

/* Begin one that names nothing yet, and make the namespace file `fd` part of it, in place of what
 * the handle had of that kind; `flag` 0 takes any kind. The handle closes `fd`, at once where it is
 * refused: -1 with errno EINVAL. */
void handle_begin(struct handle *handle);
int handle_set_ns(struct handle *handle, int flag, int fd);

/* Write the form of `pidfd`'s process that can't go stale, "PID:INODE", into `text`. -1 with errno
 * ENOTSUP where the kernel has no such inode. */
enum { HANDLE_TEXT = 40 };
int handle_write(pid_t pid, int pidfd, char text[HANDLE_TEXT]);

/* The kinds that the handle has. */
int handle_find_kinds(const struct handle *handle);

/* The kinds the handle can be entered in and in which it differs from us. -1 with errno. */
int handle_find_differing(const struct handle *handle);

/* A descriptor, which the caller closes, of the handle's namespace of one kind. -1 with errno:
 * ENOENT where the handle has none, EACCES where the process is another user's. */
int handle_open_ns(const struct handle *handle, int flag);

/* The same for each kind in `flags`, in the order of nskinds[], -1 for the others; all or none,
 * with the kind that is missing in `failed`. handle_close_each() closes them. */
int handle_open_each(const struct handle *handle, int flags, int fds[NSKIND_COUNT], int *failed);
void handle_close_each(int fds[NSKIND_COUNT]);

/* Enter the kinds in `flags`. For a process that is one setns(2), all or none. Where we may not as
 * we are, its user namespace is entered too, for the privilege that it gives over them. Where that
 * isn't the one that owns them, and for files, they are entered one by one: ns_enter_each().
 * Returns 0, or -1 with errno of setns(2) and the kind that it was about in `failed`. */
int handle_enter(const struct handle *handle, int flags, int *failed);

#endif
