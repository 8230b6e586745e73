/* SPDX-License-Identifier: ISC */
/* plan - what nsnew is asked for */
#ifndef NSKIT_PLAN_H
#define NSKIT_PLAN_H

#include <sys/types.h>

#include "idmap.h"
#include "ns.h"
#include "nskind.h"

enum { PLAN_STAY = -1 }; /* an id or descriptor that isn't asked for */

struct plan {
	int flags;			/* CLONE_NEWxxx */
	/* the user namespace */
	struct idmap uids, gids;	/* an empty one is not written */
	uint32_t own_uid, own_gid;	/* who we are outside of it */
	const char *setgroups;		/* "allow" or "deny", NULL as need be */
	int64_t owner_uid, owner_gid;	/* who makes it, PLAN_STAY: the caller */
	int no_userns;			/* none can be made inside */
	/* the time namespace */
	struct ns_clocks clocks;
	/* the mount namespace */
	unsigned long propagation;	/* MS_PRIVATE and the like, 0: unchanged */
	const char *proc;		/* where to mount proc, NULL: nowhere */
	int proc_needed;		/* that was asked for: a root without the place won't do */
	const char *binfmt;		/* where to mount binfmt_misc, NULL: nowhere */
	const char *interpreter;	/* what to register there */
	const char *root, *dir;		/* root and working directory */
	/* PROG */
	int64_t uid, gid;		/* who it is, PLAN_STAY: as it comes */
	int keep_caps;
	int child;			/* it is a child even without a pid namespace */
	int death_signal;		/* it gets this when nsnew ends before it, 0: nothing */
	/* what is done outside */
	const char *file[NSKIND_COUNT];	/* to bind each namespace to, in the order of nskinds[] */
	const char *pin;		/* a directory to bind them all in */
	const char *command;		/* for sh -c */
	int cgroup;			/* the directory of a control group */
	/* the holder */
	int hold, id;
	char **words;			/* the command line */
	const char *name, *netname, *pidfile;
	int lease;			/* a pidfd of whose end is the holder's */
};

/* A plan of nothing: private mounts, and a child that dies with nsnew. */
void plan_begin(struct plan *plan);

/* Take the words of the options that need reading. What is no good is refused. */
void plan_add_kind(struct plan *plan, const struct nskind *kind, const char *file);
void plan_set_binfmt(struct plan *plan, const char *dir);
void plan_set_clock(int64_t *clock, const char *word);
void plan_set_id(int64_t *id, const char *what, const char *word);
void plan_set_owner(struct plan *plan, const char *word);
void plan_set_propagation(struct plan *plan, const char *word);
void plan_set_setgroups(struct plan *plan, const char *word);
void plan_set_cgroup(struct plan *plan, const char *dir);
void plan_set_lease(struct plan *plan, const char *pid);
void plan_set_death_signal(struct plan *plan, const char *word);

/* Make the plan whole when all options are read: what they imply, and what goes with what. `all`:
 * all kinds are asked for. Combinations that make no sense are refused. */
struct maps;
void plan_end(struct plan *plan, struct maps *maps, int all);

#endif
