/* SPDX-License-Identifier: ISC */
/*
 * linkmove - an interface moved from one network namespace to another, and back
 *
 * A move takes from an interface what its namespace gave it: addresses, routes, its bridge, and it
 * goes down. So all of that is kept, as the kernel tells it, until nothing can fail any more; to
 * undo the move, the kernel is told the same.
 *
 * What the interface was called it carries along, as an alternative name "nskit-was-NAME" (Linux
 * 5.5) and, where it has no alias, as its alias. By the former it is brought back.
 */
#ifndef NSKIT_LINKMOVE_H
#define NSKIT_LINKMOVE_H

#include "vethend.h"

#define LINKMOVE_WAS "nskit-was-"
enum { LINKMOVE_RECORD = sizeof(LINKMOVE_WAS) + IF_NAMESIZE };

struct linkmove {
	struct veth_end *from, *to;	/* both opened */
	struct link_marked marked;	/* by which it is found in `to` */

	int index;			/* it had in `from`; 0: nothing was begun */
	char was[IF_NAMESIZE];		/* its name there */
	char record[LINKMOVE_RECORD];	/* of an earlier move, or "" */
	char added[LINKMOVE_RECORD];	/* of this one */
	unsigned char *kept;		/* what it was, in the kernel's messages */
	size_t length;
	int error;			/* errno of what couldn't be kept */
};

/* Move the interface `word`, which may be an alternative name, to move->to, and have it called
 * `name`; with NULL as before. Then to->index is its number there, it is down, and to->nl begins
 * with a message that gives it its group again, for vethend_set_up() to send. Returns 0, or -1 with
 * errno and in `fault` what failed: ENODEV where it isn't there, EEXIST where the name is taken,
 * EINVAL where it can't be moved, as `lo`. linkmove_undo() then takes back what was done. */
int linkmove_go(struct linkmove *move, const char *word, const char *name,
		struct veth_fault *fault);

/* Move the interface `word` back to move->to, and have it called as before, or `name`, which isn't
 * NULL then. The record goes. Returns 1, or 0 where it isn't in move->from (any more), or -1 as
 * above with all as before: ENOENT where it has no record. */
int linkmove_return(struct linkmove *move, const char *word, const char *name,
		    struct veth_fault *fault);

/* Move it back as it was, where it was moved. Returns 0, or -1 with errno where something differs
 * from before. */
int linkmove_undo(struct linkmove *move);

/* For linkback.c: an attribute of the link as it was, or NULL; and the message that moves the
 * interface `index` to the namespace `ns`, as `name`. */
const void *linkmove_find_kept(const struct linkmove *move, int type, size_t least);
void linkmove_add(struct nl *nl, int index, int ns, const char *name);

/* Whether --move brought the interface here that `link`, a RTM_NEWLINK, tells of: 1 or 0. */
int linkmove_is_moved(const struct nlmsghdr *link);

#endif
