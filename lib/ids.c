/* SPDX-License-Identifier: ISC */
/* ids - who PROG is */
#include "ids.h"

#include <errno.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "num.h"
#include "trace.h"

enum { GROUPS_MAX = 256, STATUS_MAX = 16384 };

int ids_parse(const char *text, int64_t *id)
{
	uint64_t number;

	if (!strcmp(text, "follow")) {
		*id = IDS_FOLLOW;
		return 0;
	}
	if (num_parse(text, UINT32_MAX - 1, &number) < 0)
		return -1;
	*id = (int64_t)number;
	return 0;
}

/* The effective id of a line "Uid:\treal\teffective\tsaved\tfs". */
static int64_t find_effective(const char *status, const char *name)
{
	const char *line = strstr(status, name);
	char *end;

	if (!line)
		return IDS_UNSET;
	strtoul(line + strlen(name), &end, 10);
	return (int64_t)strtoul(end, NULL, 10);
}

static int set_groups(const char *status)
{
	static const char name[] = "\nGroups:\t";
	const char *line = strstr(status, name);
	gid_t groups[GROUPS_MAX];
	size_t count = 0;

	if (!line)
		return -1;
	line += sizeof(name) - 1;
	for (char *end; *line && *line != '\n' && count < GROUPS_MAX; line = end) {
		gid_t group = (gid_t)strtoul(line, &end, 10);

		if (end == line)
			break;
		groups[count++] = group;
		end += *end == ' ';
	}
	return traced(setgroups(count, groups), "setgroups(%zu of the target's)", count);
}

int ids_follow(struct ids *ids, int procdir, int groups)
{
	char status[STATUS_MAX];

	if (ids->uid != IDS_FOLLOW && ids->gid != IDS_FOLLOW)
		return 0;
	if (file_read(procdir, "status", status, sizeof(status)) < 0)
		return -1;
	if (ids->gid == IDS_FOLLOW)
		ids->gid = find_effective(status, "\nGid:\t");
	if (ids->uid == IDS_FOLLOW)
		ids->uid = find_effective(status, "\nUid:\t");
	/* Denied, they are those that every process of this user namespace has kept. */
	if (groups && set_groups(status) < 0 && errno != EPERM)
		return -1;
	return 0;
}

int ids_set_gid(const struct ids *ids, int groups)
{
	gid_t gid = (gid_t)ids->gid;

	if (ids->gid < 0)
		return 0;
	if (!groups && traced(setgroups(0, NULL), "setgroups(none)") < 0 && errno != EPERM)
		return -1;
	return traced(setresgid(gid, gid, gid), "setresgid(%u)", gid);
}

int ids_set_uid(const struct ids *ids)
{
	uid_t uid = (uid_t)ids->uid;

	if (ids->uid < 0)
		return 0;
	return traced(setresuid(uid, uid, uid), "setresuid(%u)", uid);
}
