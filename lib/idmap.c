/* SPDX-License-Identifier: ISC */
/* idmap - the uid and gid maps of a user namespace */
#include "idmap.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "num.h"
#include "why.h"

static int overlap(uint32_t a, uint32_t a_count, uint32_t b, uint32_t b_count)
{
	return a < (uint64_t)b + b_count && b < (uint64_t)a + a_count;
}

const struct idmap_range *idmap_find_overlap(const struct idmap *map, struct idmap_range range)
{
	for (size_t i = 0; i < map->count; i++) {
		const struct idmap_range *r = &map->range[i];

		if (overlap(r->inside, r->count, range.inside, range.count) ||
		    overlap(r->outside, r->count, range.outside, range.count))
			return r;
	}
	return NULL;
}

int idmap_add(struct idmap *map, struct idmap_range range)
{
	/* 2^32 - 1 is "no id" to every system call. */
	if (!range.count || (uint64_t)range.inside + range.count > UINT32_MAX ||
	    (uint64_t)range.outside + range.count > UINT32_MAX) {
		errno = EINVAL;
		return -1;
	}
	if (idmap_find_overlap(map, range)) {
		errno = EEXIST;
		return -1;
	}
	if (map->count == IDMAP_MAX) {
		errno = E2BIG;
		return -1;
	}
	map->range[map->count++] = range;
	return 0;
}

/* The three numbers of `text`, which `mark` separates. */
static int parse_three(const char *text, char mark, uint32_t number[3])
{
	for (int i = 0; i < 3; i++) {
		char digits[12];
		const char *end = i < 2 ? strchr(text, mark) : text + strlen(text);
		uint64_t value;

		if (!end || (size_t)(end - text) >= sizeof(digits)) {
			errno = EINVAL;
			return -1;
		}
		memcpy(digits, text, (size_t)(end - text));
		digits[end - text] = '\0';
		if (num_parse(digits, UINT32_MAX, &value) < 0)
			return -1;
		number[i] = (uint32_t)value;
		text = end + 1;
	}
	return 0;
}

int idmap_parse(const char *text, struct idmap_range *range)
{
	int old = strchr(text, ',') != NULL;
	uint32_t number[3];

	if (parse_three(text, old ? ',' : ':', number) < 0)
		return -1;
	*range = (struct idmap_range){ number[old], number[!old], number[2] };
	return 0;
}

enum side { INSIDE, OUTSIDE };

static uint32_t first(const struct idmap_range *range, enum side side)
{
	return side == INSIDE ? range->inside : range->outside;
}

/* The range that `id` is in on one side; NULL where it is free, and `free` is how many are from it
 * on. */
static const struct idmap_range *find_id(const struct idmap *map, enum side side, uint32_t id,
					 uint32_t *free)
{
	*free = UINT32_MAX - id;
	for (size_t i = 0; i < map->count; i++) {
		const struct idmap_range *r = &map->range[i];
		uint32_t from = first(r, side);

		if (id >= from && id - from < r->count)
			return r;
		if (from > id && from - id < *free)
			*free = from - id;
	}
	return NULL;
}

/* The first id that is free from `id` on, and how many are. */
static uint32_t skip(const struct idmap *map, enum side side, uint32_t id, uint32_t *free)
{
	const struct idmap_range *r;

	while ((r = find_id(map, side, id, free)))
		id = first(r, side) + r->count;
	return id;
}

int idmap_fill(struct idmap *map, uint32_t outside, uint32_t count, int same)
{
	uint64_t end = (uint64_t)outside + count;
	struct idmap filled = *map;
	uint32_t inside = 0;

	while (outside < end) {
		uint32_t inner, outer, run;

		outside = skip(&filled, OUTSIDE, outside, &outer);
		inside = skip(&filled, INSIDE, same ? outside : inside, &inner);
		if (outside >= end)
			break;
		if (same && inside != outside) {
			outside = inside;
			continue;
		}
		run = inner < outer ? inner : outer;
		if (run > end - outside)
			run = (uint32_t)(end - outside);
		if (idmap_add(&filled, (struct idmap_range){ inside, outside, run }) < 0)
			return -1;
		outside += run;
	}
	*map = filled;
	return 0;
}

int idmap_read(int procdir, const char *file, struct idmap *map)
{
	char text[12000]; /* 340 lines of 33 bytes */
	char *rest = text;

	map->count = 0;
	if (file_read(procdir, file, text, sizeof(text)) < 0)
		return -1;
	/* Lines of three numbers, and no others, for the kernel wrote them. */
	while (*rest && map->count < IDMAP_MAX) {
		struct idmap_range *r = &map->range[map->count++];

		r->inside = (uint32_t)strtoul(rest, &rest, 10);
		r->outside = (uint32_t)strtoul(rest, &rest, 10);
		r->count = (uint32_t)strtoul(rest, &rest, 10);
		rest += *rest == '\n';
	}
	return 0;
}

const struct idmap_range *idmap_find_hole(const struct idmap *map, const struct idmap *here)
{
	for (size_t i = 0; i < map->count; i++) {
		uint64_t id = map->range[i].outside, end = id + map->range[i].count;

		while (id < end) {
			uint32_t free;
			const struct idmap_range *r = find_id(here, INSIDE, (uint32_t)id, &free);

			if (!r)
				return &map->range[i];
			id = (uint64_t)r->inside + r->count;
		}
	}
	return NULL;
}

int idmap_has_inside(const struct idmap *map, uint32_t id)
{
	uint32_t free;

	return find_id(map, INSIDE, id, &free) != NULL;
}

int idmap_has_outside(const struct idmap *map, uint32_t id)
{
	uint32_t free;

	return find_id(map, OUTSIDE, id, &free) != NULL;
}

int idmap_is_own(const struct idmap *map, uint32_t own)
{
	return !map->count ||
	       (map->count == 1 && map->range[0].count == 1 && map->range[0].outside == own);
}

int idmap_write(int procdir, const char *file, const struct idmap *map)
{
	char text[4096]; /* the kernel takes less than a page */
	size_t length = 0;

	for (size_t i = 0; i < map->count; i++) {
		const struct idmap_range *r = &map->range[i];
		size_t left = sizeof(text) - length;
		size_t wrote = (size_t)snprintf(text + length, left, "%u %u %u\n", r->inside,
						r->outside, r->count);

		if (wrote >= left) {
			errno = E2BIG;
			return -1;
		}
		length += wrote;
	}
	return length ? file_write(procdir, file, text) : 0;
}

/* The id to be: 0 where the map `file` has it, else its first; -1 where it is empty. */
static int64_t find_root(int procdir, const char *file)
{
	struct idmap map;

	if (idmap_read(procdir, file, &map) < 0 || !map.count)
		return -1;
	return idmap_has_inside(&map, 0) ? 0 : map.range[0].inside;
}

int idmap_become_root(int self)
{
	int64_t uid = find_root(self, "uid_map"), gid = find_root(self, "gid_map");

	if (uid < 0 || gid < 0) {
		why_set("it maps no ids");
		errno = EPERM;
		return -1;
	}
	if (setresgid((gid_t)gid, (gid_t)gid, (gid_t)gid) < 0)
		return -1;
	return setresuid((uid_t)uid, (uid_t)uid, (uid_t)uid);
}
