/* SPDX-License-Identifier: ISC */
/* idmap - the uid and gid maps of a user namespace */
#include "idmap.h"

#include <errno.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "proc.h"

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
		size_t wrote = (size_t)snprintf(text + length, left, "%u %u %u\n", r->inside, r->outside,
						r->count);

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

/* Whether the map `file` has id 0. Its inner side reads the same from everywhere. */
static int maps_zero(int procdir, const char *file)
{
	char text[12000]; /* 340 lines of 33 bytes */

	if (file_read(procdir, file, text, sizeof(text)) <= 0)
		return 0;
	for (const char *line = text; line[0]; line = strchr(line, '\n') + 1)
		if (strtoul(line, NULL, 10) == 0)
			return 1;
	return 0;
}

struct idmap_root idmap_read_root(int procdir)
{
	struct idmap_root root = { maps_zero(procdir, "uid_map"), maps_zero(procdir, "gid_map"), 0 };
	char text[16];

	root.setgroups = root.gid && file_read(procdir, "setgroups", text, sizeof(text)) > 0 &&
			 !strcmp(text, "allow\n");
	return root;
}

int idmap_become_root(const struct idmap_root *root)
{
	if (root->setgroups && setgroups(0, NULL) < 0)
		return -1;
	if (root->gid && setresgid(0, 0, 0) < 0)
		return -1;
	return root->uid ? setresuid(0, 0, 0) : 0;
}
