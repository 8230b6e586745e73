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

/* Without the privilege to drop them, it is enough to have none but `gid`. */
static int drop_groups(gid_t gid)
{
	gid_t groups[ACCOUNT_GROUPS];
	int count;

	if (traced(setgroups(0, NULL), "setgroups(none)") == 0)
		return 0;
	if (errno != EPERM)
		return -1;
	count = getgroups(ACCOUNT_GROUPS, groups);
	while (count > 0 && groups[count - 1] == gid)
		count--;
	if (count == 0 || is_denied())
		return 0;
	errno = EPERM;
	return -1;
}

static int set_groups(const struct account *account)
{
	if (account->grouped)
		return traced(setgroups(account->group_count, account->groups),
			      "setgroups(%zu groups)", account->group_count);
	return account->ids.gid < 0 ? 0 : drop_groups((gid_t)account->ids.gid);
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
