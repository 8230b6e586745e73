/* SPDX-License-Identifier: ISC */
/* user - names and numbers of users and groups, from /etc/passwd and /etc/group */
#include "user.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "num.h"

int64_t user_parse_id(const char *text)
{
	uint64_t id;

	return num_parse(text, UINT32_MAX - 1, &id) < 0 ? -1 : (int64_t)id;
}

int user_read_line(FILE *file, struct user_line *line)
{
	static char text[1 << 20];
	char *end = text, *id;

	if (!fgets(text, sizeof(text), file))
		return ferror(file) ? -1 : 0;
	end += strlen(text);
	if (end == text || (end[-1] != '\n' && !feof(file))) {
		errno = EFBIG;
		return -1;
	}
	end -= end[-1] == '\n';
	*end = '\0';
	line->rest = text;
	line->name = strsep(&line->rest, ":");
	strsep(&line->rest, ":");
	id = strsep(&line->rest, ":");
	line->id = user_parse_id(id ? id : "");
	line->rest = line->rest ? line->rest : end;
	return 1;
}

static int add(struct users *users, const struct user_line *line)
{
	struct user *grown = users->list;

	/* Doubled each time that it is full, at a power of two. */
	if (!(users->count & (users->count - 1)))
		grown = realloc(grown, (users->count ? 2 * users->count : 1) * sizeof(*grown));
	if (!grown)
		return -1;
	users->list = grown;
	grown += users->count;
	*grown = (struct user){ (uid_t)line->id, users->count, strdup(line->name) };
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
	struct user_line line;

	users->read = 1;
	if (!file)
		return;
	while (user_read_line(file, &line) > 0 && (line.id < 0 || add(users, &line) == 0))
		continue;
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

/* The first line of `file` with a number and `name`, or, with NULL, with the number `id`. */
static int find_line(const char *file, const char *name, uint32_t id, struct user_line *line)
{
	FILE *lines = fopen(file, "re");
	int found = 0;

	while (lines && !found && user_read_line(lines, line) > 0)
		found = line->id >= 0 && (name ? !strcmp(line->name, name) : line->id == id);
	if (lines)
		fclose(lines);
	errno = ENOENT;
	return found;
}

int user_read_id(const char *file, const char *name, uint32_t *id)
{
	struct user_line line;

	if (!find_line(file, name, 0, &line))
		return -1;
	*id = (uint32_t)line.id;
	return 0;
}

int user_read_name(const char *file, uint32_t id, char *name, size_t size)
{
	struct user_line line;

	if (!find_line(file, NULL, id, &line))
		return -1;
	return (size_t)snprintf(name, size, "%s", line.name) < size ? 0 : -1;
}
