/* SPDX-License-Identifier: ISC */
/*
 * nstable - the namespaces found so far, each once, and what ioctl_nsfs(2) tells about them
 *
 * A hash table by inode. Owners and parents are put in with those that they belong to, also where
 * no process is left in them.
 */
#ifndef NSKIT_NSTABLE_H
#define NSKIT_NSTABLE_H

#include <stddef.h>
#include <sys/types.h>

#include "nskind.h"

/* One namespace. NULL, 0 and NSTABLE_NO_UID are what isn't known. */
struct nsentry {
	const struct nskind *kind;
	ino_t inode;
	size_t members;		/* the processes that a pass found in it, see proc_scan() */
	pid_t pid;		/* the lowest of them */
	struct nsentry *owner;	/* its user namespace; NULL too where that lies outside our own */
	struct nsentry *parent;	/* of a user or pid namespace; likewise */
	uid_t uid;		/* of a user namespace: its creator, as ours maps the id */
	int asked;		/* the ioctls were taken */
};

#define NSTABLE_NO_UID ((uid_t)-1)

/* All zero to begin with. */
struct nstable {
	struct nsentry **all;	/* in the order in which they were found */
	size_t count;
	struct nsentry **slots;	/* a power of two, at most half full */
	size_t slot_count;
	int silent;		/* the kernel tells no owners: older than Linux 4.9, or a sandbox */
};

/* The entry of a namespace; NULL where it isn't in the table. */
struct nsentry *nstable_find(const struct nstable *table, ino_t inode);

/* The entry of a namespace, put in where it is the first time seen. NULL with errno ENOMEM. */
struct nsentry *nstable_add(struct nstable *table, const struct nskind *kind, ino_t inode);

/* The same for the nsfs descriptor `fd` of that kind, which stays the caller's, with what the
 * kernel tells about it, asked once. An ioctl that is refused (EPERM: not below our user namespace)
 * or missing (ENOTTY) leaves its fact unknown. NULL with errno of fstat(2), or ENOMEM. */
struct nsentry *nstable_add_file(struct nstable *table, const struct nskind *kind, int fd);

/* The user who is privileged over the namespace: the creator of its user namespace, or of itself
 * where it is one. NSTABLE_NO_UID where that isn't known. */
uid_t nstable_owner_uid(const struct nsentry *ns);

/* The user of our user namespace whose limits in /proc/sys/user the namespace counts against: what
 * is made in a user namespace, at any depth, counts against who made that here. For what belongs to
 * our own itself the kernel doesn't tell the maker, so this is who made ours. Only for a namespace
 * whose owner is known. */
uid_t nstable_charged_uid(const struct nsentry *ns);

/* Order `all` by kind, then inode. */
void nstable_sort(struct nstable *table);

void nstable_free(struct nstable *table);

#endif
