/* SPDX-License-Identifier: ISC */
/*
 * account - users and groups by name, in the system that we are in
 *
 * That may be a container's: its /etc/passwd and /etc/group decide what its names mean, and nothing
 * but libc's parser reads them (fgetpwent(3)): no NSS module of the container is loaded. A number
 * is itself, whatever the files say.
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
};

/* Parse "USER[:GROUP]", each a name or a number. A USER by name brings the groups that the files
 * have for it, a number only the group of the same number; GROUP is in place of both. 0, or -1 with
 * errno: ENOENT (no such name), EINVAL, ERANGE (as ids_parse(), or no number in the file), E2BIG
 * (more groups than ACCOUNT_GROUPS), or of open(2), EINVAL where a file is none. */
int account_parse_user(const char *text, struct account *account);

/* Parse one group, likewise, to be the only one. */
int account_parse_group(const char *text, struct account *account);

/* Parse a list of supplementary groups, or "none", in place of all others. */
int account_parse_groups(const char *text, struct account *account);

/* Be that: groups, group and user, in this order, for the last step takes the privilege for the
 * others. 0, or -1 with errno and in `step` what it was about. */
int account_set(const struct account *account, const char **step);

#endif
