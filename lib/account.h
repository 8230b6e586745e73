/* SPDX-License-Identifier: ISC */
/*
 * account - users and groups by name, in the system that we are in
 *
 * That may be a container's: its /etc/passwd and /etc/group decide what its names mean, and nothing
 * but our parser reads them: no NSS module of the container is loaded. A number is itself, whatever
 * the files say, and gives nothing that they have: they may be hostile.
 */
#ifndef NSKIT_ACCOUNT_H
#define NSKIT_ACCOUNT_H

#include <stddef.h>
#include <sys/types.h>

#include "ids.h"

enum { ACCOUNT_GROUPS = 256 };

struct account {
	struct ids ids;		/* IDS_UNSET to begin with */
	gid_t groups[ACCOUNT_GROUPS];
	size_t group_count;
	int grouped;		/* the groups are those to have; else none */
	int asked;		/* for these very groups */
	int guessed;		/* the gid is only the number of the user */
};

/* Parse "USER[:GROUP]", each a name or a number. A USER by name brings the groups that the files
 * have for it, a number only the group of the same number; GROUP is in place of both. 0, or -1 with
 * errno: ENOENT (no such name), EINVAL (also no number in the file), ERANGE (as ids_parse()), E2BIG
 * (more groups than ACCOUNT_GROUPS), or of open(2), EINVAL where a file is none, EFBIG where a line
 * is no text or longer than a mebibyte. */
int account_parse_user(const char *text, struct account *account);

/* Parse one group, likewise, to be the only one. */
int account_parse_group(const char *text, struct account *account);

/* Parse a list of supplementary groups, or "none", in place of all others. */
int account_parse_groups(const char *text, struct account *account);

/* Once all is parsed: whether the group that a user's number brought is nobody else's. Many systems
 * have 42 as a user, and as the group shadow. 0, or -1 with errno EINVAL where the files have it as
 * the number of a group that isn't the user's, or of open(2). */
int account_check(const struct account *account);

/* Be that: groups, group and user, in this order, for the last step takes the privilege for the
 * others. Supplementary groups are as they have to be, or, where the user namespace denies a change
 * of them and they were not asked for one by one, stay. 0, or -1 with errno and in `step` what it
 * was about. */
int account_set(const struct account *account, const char **step);

#endif
