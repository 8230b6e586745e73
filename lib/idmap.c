/* SPDX-License-Identifier: ISC */
/* idmap - the uid and gid maps of a user namespace */
#include "idmap.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "proc.h"
#include "why.h"

static int overlap(uint32_t a, uint32_t a_count, uint32_t b, uint32_t b_count)
{
	return a < (uint64_t)b + b_count && b < (uint64_t)a + a_count;
}

int idmap_add(struct idmap *map, struct idmap_range range)
{
	/* 2^32 - 1 is "no id" to every system call. */
	if (!range.count || (uint64_t)range.inside + range.count > UINT32_MAX ||
	    (uint64_t)range.outside + range.count > UINT32_MAX) {
		errno = EINVAL;
		return -1;
	}
	for (size_t i = 0; i < map->count; i++) {
		const struct idmap_range *r = &map->range[i];

		if (overlap(r->inside, r->count, range.inside, range.count) ||
		    overlap(r->outside, r->count, range.outside, range.count)) {
			errno = EEXIST;
			return -1;
		}
	}
	if (map->count == IDMAP_MAX) {
		errno = E2BIG;
		return -1;
	}
	map->range[map->count++] = range;
	return 0;
}

static int write_one(int procdir, const char *file, const struct idmap *map)
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
	return file_write(procdir, file, text);
}

int idmap_write(const struct idmap *uids, const struct idmap *gids)
{
	int self = proc_open(0), result = -1;

	if (self >= 0 && file_write(self, "setgroups", "deny") == 0 &&
	    write_one(self, "uid_map", uids) == 0)
		result = write_one(self, "gid_map", gids);
	return file_close(self, result);
}

/* The id to be: 0 where the map `file` has it, else its first; -1 where it is empty. */
static int64_t find_id(int procdir, const char *file)
{
	char text[12000]; /* 340 lines of 33 bytes */
	int64_t first = -1;

	if (file_read(procdir, file, text, sizeof(text)) <= 0)
		return -1;
	for (const char *line = text; line[0]; line = strchr(line, '\n') + 1) {
		int64_t inside = strtoll(line, NULL, 10);

		if (inside == 0)
			return 0;
		first = first < 0 ? inside : first;
	}
	return first;
}

int idmap_become_root(int self)
{
	int64_t uid = find_id(self, "uid_map"), gid = find_id(self, "gid_map");

	if (uid < 0 || gid < 0) {
		why_set("it maps no ids");
		errno = EPERM;
		return -1;
	}
	if (setresgid((gid_t)gid, (gid_t)gid, (gid_t)gid) < 0)
		return -1;
	return setresuid((uid_t)uid, (uid_t)uid, (uid_t)uid);
}
