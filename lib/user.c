/* SPDX-License-Identifier: ISC */
/* user - names and numbers of users and groups, from /etc/passwd and /etc/group */
#include "user.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "num.h"

static int add(struct users *users, const struct passwd *entry)
{
	struct user *grown = users->list;

	/* Doubled each time that it is full, at a power of two. */
	if (!(users->count & (users->count - 1)))
		grown = realloc(grown, (users->count ? 2 * users->count : 1) * sizeof(*grown));
	if (!grown)
		return -1;
	users->list = grown;
	grown += users->count;
	*grown = (struct user){ entry->pw_uid, users->count, strdup(entry->pw_name) };
	users->count += grown->name != NULL;
	return grown->name ? 0 : -1;
}

static int order(const void *left, const void *right)
{
	const struct user *a = left, *b = right;

	if (a->uid != b->uid)
		return a->uid < b->uid ? -1 : 1;
	return a->line < b->line ? -1 : a->line > b->line;
}

static void read_all(struct users *users)
{
	FILE *file = fopen("/etc/passwd", "re");
	struct passwd *entry;

	users->read = 1;
	if (!file)
		return;
	while ((entry = fgetpwent(file)) && add(users, entry) == 0)
		;
	fclose(file);
	if (users->count)
		qsort(users->list, users->count, sizeof(*users->list), order);
}

const char *user_find(struct users *users, uid_t uid)
{
	size_t low = 0, high;

	if (!users->read)
		read_all(users);
	high = users->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (users->list[middle].uid < uid)
			low = middle + 1;
		else
			high = middle;
	}
	return low < users->count && users->list[low].uid == uid ? users->list[low].name : NULL;
}

void user_free(struct users *users)
{
	for (size_t i = 0; i < users->count; i++)
		free(users->list[i].name);
	free(users->list);
	*users = (struct users){ 0 };
}

/* NAME:PASSWORD:ID:..., in both files. */
int user_read_id(const char *file, const char *name, uint32_t *id)
{
	FILE *lines = fopen(file, "re");
	size_t length = strlen(name);
	char line[1024];
	int found = -1;

	while (lines && found < 0 && fgets(line, sizeof(line), lines)) {
		const char *number = strncmp(line, name, length) || line[length] != ':' ? NULL :
				     strchr(line + length + 1, ':');
		char digits[12];
		uint64_t value;

		if (!number)
			continue;
		snprintf(digits, sizeof(digits), "%.*s", (int)strcspn(number + 1, ":\n"),
			 number + 1);
		found = num_parse(digits, UINT32_MAX - 1, &value);
		*id = (uint32_t)value;
	}
	if (lines)
		fclose(lines);
	errno = ENOENT;
	return found;
}
