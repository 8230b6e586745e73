/* SPDX-License-Identifier: ISC */
/* maps - the options of nsnew that map users and groups, made into maps */
#ifndef NSKIT_MAPS_H
#define NSKIT_MAPS_H

#include "plan.h"

enum maps_fill { MAPS_NOTHING, MAPS_AUTO, MAPS_SUBIDS, MAPS_ALL };

/* What is asked for of one of the two. */
struct maps_wish {
	int one;		/* the own id is `inside` */
	uint32_t inside;
	struct idmap ranges;
	enum maps_fill fill;
};

struct maps {
	struct maps_wish users, groups;
};

/* -r and -c. In a user namespace that maps a single id, as -r makes it, the own id is the one that
 * this has outside. */
void maps_add_root(struct maps *maps);
void maps_add_current(struct maps *maps);

/* --map-user, --map-group: the number or name that the own id is to have. */
void maps_add_user(struct maps *maps, const char *word);
void maps_add_group(struct maps *maps, const char *word);

/* --map-users, --map-groups: INSIDE:OUTSIDE:COUNT, or auto, subids, all. */
void maps_add_users(struct maps *maps, const char *word);
void maps_add_groups(struct maps *maps, const char *word);

/* 1 where anything is asked for. */
int maps_is_wanted(const struct maps *maps);

/* Make the maps of the plan. Whatever can't be is refused, with the range that it is about. */
void maps_settle(const struct maps *maps, struct plan *plan);

#endif
