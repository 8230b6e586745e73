/* SPDX-License-Identifier: ISC */
/* idmap - the uid and gid maps of a user namespace, user_namespaces(7) */
#ifndef NSKIT_IDMAP_H
#define NSKIT_IDMAP_H

#include <stddef.h>
#include <stdint.h>

/* `count` ids from `inside` on are, in the parent user namespace, those from `outside` on. */
struct idmap_range {
	uint32_t inside, outside, count;
};

enum { IDMAP_MAX = 340 }; /* lines the kernel takes (Linux 4.15; 5 before) */

struct idmap {
	struct idmap_range range[IDMAP_MAX];
	size_t count;
};

/* Add a range. Returns 0, or -1 with errno: EINVAL (no ids, or past 2^32 - 2), EEXIST (overlaps
 * another range on either side), E2BIG (the map is full). */
int idmap_add(struct idmap *map, struct idmap_range range);

/* Write both maps for the calling process, which has no maps yet. setgroups(2) is denied first:
 * without privilege in the parent the kernel asks for that, for dropping a group can grant access.
 * Returns 0, or -1 with errno: EPERM where the caller may not map an id. */
int idmap_write(const struct idmap *uids, const struct idmap *gids);

/* What becoming root in a user namespace takes: whether its maps have id 0, and whether setgroups(2)
 * is allowed. Read from the process of `procdir` before entering; what can't be read is no. */
struct idmap_root {
	int uid, gid, setgroups;
};
struct idmap_root idmap_read_root(int procdir);

/* Take uid and gid 0 and no supplementary groups, each where `root` says that it can be. Where 0
 * isn't mapped the own id is, or is nobody's: it stays. 0, or -1 with errno. */
int idmap_become_root(const struct idmap_root *root);

#endif
