/* SPDX-License-Identifier: ISC */
/* ids - who PROG is, credentials(7) */
#ifndef NSKIT_IDS_H
#define NSKIT_IDS_H

#include <stdint.h>

enum {
	IDS_UNSET = -1,		/* stay who we are */
	IDS_FOLLOW = -2,	/* who the target is */
};

struct ids {
	int64_t uid, gid;	/* a number, or one of the above */
};

/* Parse "follow" or a decimal number below 2^32 - 1, which is "no id" to every system call. 0, or
 * -1 with errno EINVAL or ERANGE. */
int ids_parse(const char *text, int64_t *id);

/* Put the effective ids of the process of `procdir` in place of IDS_FOLLOW, as our user namespace
 * maps them: to be asked once that has been entered. With `groups`, take its supplementary groups
 * as well. 0, or -1 with errno. */
int ids_follow(struct ids *ids, int procdir, int groups);

/* Be who `ids` says, in all of real, effective and saved id. With a gid the supplementary groups
 * go, where a user namespace doesn't deny that; unless they were taken from the target. 0, or -1
 * with errno: EINVAL where the user namespace doesn't map the id, EPERM. */
int ids_set_gid(const struct ids *ids, int groups);
int ids_set_uid(const struct ids *ids);

#endif
