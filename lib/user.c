/* SPDX-License-Identifier: ISC */
/* user - the name of a user id, from /etc/passwd */
#include "user.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
