/* SPDX-License-Identifier: ISC */
/*
 * source - a directory or file of the caller's that goes into a root
 *
 * It is opened once, where the caller stands, and used by that descriptor. Whoever enters another
 * mount namespace first takes a copy along: what is there under the same path is used only where it
 * is the same directory.
 */
#ifndef NSKIT_SOURCE_H
#define NSKIT_SOURCE_H

#include <sys/stat.h>

struct source {
	const char *word;	/* as the user wrote it */
	int fd;			/* O_PATH, of a mount of the mount namespace we are in; -1: none */
	int taken;		/* a detached mount of it; -1: none */
	int userns;		/* its ids are mapped by this user namespace; -1: they aren't */
	int given;		/* it is the caller's descriptor */
	char *path;		/* absolute where /proc tells; NULL where a descriptor was given */
	struct stat st;
};

/* One that nothing is opened of. What the functions below open in it ends with the process. */
void source_begin(struct source *source, const char *word);

/* Open the directory or file that its word names, through links too: it is the caller's. 0, or -1
 * with errno of openat(2). */
int source_open(struct source *source);

/* The same for the descriptor `fd`, which stays the caller's: of a file, a directory or a detached
 * mount. */
int source_open_fd(struct source *source, int fd);

/* Take a detached copy along, with MNT_RECURSIVE in `flags` of what is mounted below it too. 0, or
 * -1 with errno: EPERM without privilege over this mount namespace. Linux 5.2. */
int source_take(struct source *source, int flags);

/* In another mount namespace: find it again under its path, or see that it was taken. 0, or -1 with
 * errno EXDEV where it is somebody else's there and could not be taken. */
int source_find(struct source *source);

/* A detached mount of it, which the caller closes: a new copy, or the one that was taken, once. -1
 * with errno of mnt_open_clone() or mnt_idmap(). */
int source_mount(struct source *source, int flags);

/* What it can be used by where no copy is wanted; the source keeps it. */
int source_fd(const struct source *source);

#endif
