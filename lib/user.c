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

/* Cut NAME:PASSWORD:ID:..., which both files have. Returns the name, NULL where that isn't one. */
static const char *cut_line(char *line, uint32_t *id)
{
	const char *name = strsep(&line, ":"), *digits;
	uint64_t value;

	strsep(&line, ":");
	digits = strsep(&line, ":\n");
	if (!digits || num_parse(digits, UINT32_MAX - 1, &value) < 0)
		return NULL;
	*id = (uint32_t)value;
	return name;
}

int user_read_id(const char *file, const char *name, uint32_t *id)
{
	FILE *lines = fopen(file, "re");
	const char *found = NULL;
	char line[1024];

	while (lines && !found && fgets(line, sizeof(line), lines)) {
		found = cut_line(line, id);
		if (found && strcmp(found, name))
			found = NULL;
	}
	if (lines)
		fclose(lines);
	errno = ENOENT;
	return found ? 0 : -1;
}

int user_read_name(const char *file, uint32_t id, char *name, size_t size)
{
	FILE *lines = fopen(file, "re");
	const char *found = NULL;
	char line[1024];

	while (lines && !found && fgets(line, sizeof(line), lines)) {
		uint32_t its;

		found = cut_line(line, &its);
		if (found && its != id)
			found = NULL;
	}
	if (lines)
		fclose(lines);
	errno = ENOENT;
	return found && (size_t)snprintf(name, size, "%s", found) < size ? 0 : -1;
}
