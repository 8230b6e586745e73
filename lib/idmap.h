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

/* In a user namespace that was just entered: be its root, or where it doesn't map 0 the first id
 * that it maps; each of uid and gid. `self` is our /proc/self, opened before, for the one inside
 * is anybody's. 0, or -1 with errno, EPERM where a map is empty: our ids would stay those of the
 * host. */
int idmap_become_root(int self);

#endif
