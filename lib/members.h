/* SPDX-License-Identifier: ISC */
/*
 * members - the processes that live in given namespaces
 *
 * Each is held by a pidfd from the moment that it was found and seen to be a member: what becomes
 * of its number after that doesn't matter. The namespaces are held too, so that no other gets their
 * inodes meanwhile.
 */
#ifndef NSKIT_MEMBERS_H
#define NSKIT_MEMBERS_H

#include <poll.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "nskind.h"
#include "nstable.h"

struct handle;

struct member {
	pid_t pid;		/* for messages */
	int pidfd;
	char name[16];
	int init;		/* it is process 1 of a pid namespace: others end with it */
	int last;		/* it is that, or an idle holder: to end when others have */
	int told;		/* the signal sent last, 0: none */
	int error;		/* what came of that, 0 or errno */
	int ended;
};

struct members_place {
	int fd[NSKIND_COUNT];	/* -1: of no interest */
	ino_t inode[NSKIND_COUNT];
};

/* All zero to begin with; members_close() ends it. */
struct members {
	struct members_place *places;
	size_t place_count;
	struct member *list;
	struct pollfd *polls;	/* room for all of them */
	size_t count;
	struct nstable pids;	/* the pid namespaces of a pass, for their parents */
	size_t unreadable;	/* in the last pass: another user's, or shielded */
	struct member barred;	/* after EDEADLK */
};

/* Of the kinds in which a handle differs from us, those by which its members are told: by the pid
 * namespace, since nobody leaves that; else by the mount and the network namespace; where both are
 * ours, by whatever isn't. */
int members_choose(int differing);

/* Count those in the handle's namespaces of these kinds among the members: who is in one of them,
 * of a pid namespace also those below it. 0, or -1 with errno: EACCES, ESRCH, ENOMEM, EMFILE. */
int members_add(struct members *members, const struct handle *handle, int kinds);

/* One pass over /proc. Returns how many were found that weren't known; -1 with errno: EDEADLK where
 * one of them is this process or one above it, or process 1 of its system or a kernel thread: that
 * is left in `barred`; EXDEV where /proc isn't one, or shows other numbers than ours; ENOMEM. With
 * no descriptors left it ends early. */
int members_find(struct members *members);

void members_close(struct members *members);

#endif
