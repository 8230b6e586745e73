/* SPDX-License-Identifier: ISC */
/* accountset - becoming that user, in those groups */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <string.h>
#include <unistd.h>

#include "account.h"
#include "file.h"
#include "proc.h"
#include "trace.h"
#include "why.h"

/* Whether this user namespace lets nobody change groups: then those of its maker stay. */
static int is_denied(void)
{
	int self = proc_open(0);
	char text[16];
	int denied = self >= 0 && file_read(self, "setgroups", text, sizeof(text)) > 0 &&
		     !strcmp(text, "deny\n");

	return file_close(self, denied);
}

static int has(const gid_t *groups, size_t count, gid_t gid)
{
	for (size_t i = 0; i < count; i++)
		if (groups[i] == gid)
			return 1;
	return 0;
}

/* Whether the groups are those already, save that of the process itself. */
static int are_ours(const struct account *account)
{
	gid_t ours[ACCOUNT_GROUPS], gid = (gid_t)account->ids.gid;
	int count = getgroups(ACCOUNT_GROUPS, ours);
	int same = count >= 0;

	for (int i = 0; i < count; i++)
		same &= ours[i] == gid || has(account->groups, account->group_count, ours[i]);
	for (size_t i = 0; i < account->group_count; i++)
		same &= account->groups[i] == gid ||
			(count > 0 && has(ours, (size_t)count, account->groups[i]));
	return same;
}

/* Without the privilege to change them, it is enough that there is nothing to change. */
static int set_groups(const struct account *account)
{
	if (!account->grouped && account->ids.gid < 0)
		return 0;
	if (traced(setgroups(account->group_count, account->groups), "setgroups(%zu groups)",
		   account->group_count) == 0)
		return 0;
	if (errno != EPERM)
		return -1;
	if (are_ours(account) || (!account->asked && is_denied()))
		return 0;
	errno = EPERM;
	return -1;
}

static int set_all(const struct account *account, const char **step)
{
	*step = "set the supplementary groups";
	if (set_groups(account) < 0)
		return -1;
	*step = "set the group";
	if (ids_set_gid(&account->ids, 1) < 0)
		return -1;
	*step = "set the user";
	return ids_set_uid(&account->ids);
}

int account_set(const struct account *account, const char **step)
{
	int result = set_all(account, step);

	if (result < 0 && errno == EINVAL)
		why_set("this user namespace maps no such id");
	return result;
}
