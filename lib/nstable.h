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
#include <stdint.h>
#include <sys/types.h>

#include "nskind.h"

/* What keeps a namespace alive, as far as it was seen. */
enum nstable_hold {
	NSTABLE_PROCESS = 1,	/* a process is in it */
	NSTABLE_THREAD = 2,	/* a thread that has left its process's is in it */
	NSTABLE_CHILDREN = 4,	/* a process's or thread's next child will be in it */
	NSTABLE_MOUNT = 8,	/* a file is bound to it */
	NSTABLE_FD = 16,	/* its file is open */
	NSTABLE_SOCKET = 32,	/* a socket was made in it */
	NSTABLE_TUN = 64,	/* a tun or tap device in it is in use from elsewhere */
	NSTABLE_NAMESPACE = 128, /* another found is nested in it, or belongs to it */
	NSTABLE_UNSEEN = 256,	/* the kernel knows of it, we see nothing that holds it */
};
enum { NSTABLE_HOLDS = 9 };

/* The word for each, from the lowest bit on; NULL after the last. */
extern const char *const nstable_holds[NSTABLE_HOLDS + 1];

/* One namespace. NULL, 0 and NSTABLE_NO_UID are what isn't known. */
struct nsentry {
	const struct nskind *kind;
	ino_t inode;
	uint64_t id;		/* the kernel's number for it, which no other ever gets */
	size_t members;		/* the processes that a pass found in it, see nsscan_run() */
	pid_t pid;		/* the lowest of them; without any, the lowest that holds it */
	unsigned int held;	/* by what, NSTABLE_... */
	uint32_t mounts;	/* how many are in a mount namespace */
	char *path;		/* a file that it can be opened by, where no process is in it */
	char *point;		/* where a file is bound to it in our mount namespace */
	char *name;		/* the handle's name that leads to it, see nsname_find_all() */
	struct nsentry *owner;	/* its user namespace; NULL too where that lies outside our own */
	struct nsentry *parent;	/* of a user or pid namespace; likewise */
	uid_t uid;		/* of a user namespace: its creator, as ours maps the id */
	int asked;		/* the ioctls were taken */
	int mounts_read;	/* its mounts were looked through */
	size_t row;		/* where it is shown, from 1 on; 0: it isn't */
};

#define NSTABLE_NO_UID ((uid_t)-1)

/* What the kernel is asked about a namespace that is new. */
enum nstable_ask {
	NSTABLE_OWNERS,		/* owner, parent, creator */
	NSTABLE_NOTHING,
	NSTABLE_ALL,		/* also its id and its number of mounts */
};

/* All zero to begin with. */
struct nstable {
	struct nsentry **all;	/* in the order in which they were found */
	size_t count;
	struct nsentry **slots;	/* a power of two, at most half full */
	size_t slot_count;
	enum nstable_ask ask;
	int silent;		/* the kernel tells no owners: older than Linux 4.9, or a sandbox */
};

/* The entry of a namespace; NULL where it isn't in the table. */
struct nsentry *nstable_find(const struct nstable *table, ino_t inode);

/* The entry of a namespace, put in where it is the first time seen. NULL with errno ENOMEM. */
struct nsentry *nstable_add(struct nstable *table, const struct nskind *kind, ino_t inode);

/* The same for the nsfs descriptor `fd` of that kind, which stays the caller's, with what the
 * kernel tells about it, asked once, by what `ask` says. An ioctl that is refused (EPERM: not below
 * our user namespace) or missing (ENOTTY) leaves its fact unknown. NULL with errno of fstat(2),
 * or ENOMEM. */
struct nsentry *nstable_add_file(struct nstable *table, const struct nskind *kind, int fd);

/* Note that the namespace is held so, by the process `pid`; 0: by none. */
void nstable_hold(struct nsentry *ns, enum nstable_hold how, pid_t pid);

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
