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

/* Parse "INSIDE:OUTSIDE:COUNT", or as unshare(1) once had it, "OUTSIDE,INSIDE,COUNT". 0, or -1 with
 * errno EINVAL, ERANGE. */
int idmap_parse(const char *text, struct idmap_range *range);

/* Add a range. Returns 0, or -1 with errno: EINVAL (no ids, or past 2^32 - 2), EEXIST (overlaps
 * another range on either side), E2BIG (the map is full). */
int idmap_add(struct idmap *map, struct idmap_range range);

/* The range of the map that has an id in common with `range`, inside or outside; NULL: none. */
const struct idmap_range *idmap_find_overlap(const struct idmap *map, struct idmap_range range);

/* Add the `count` ids from `outside` on, each to the lowest inside id that is free, or with `same`
 * to the same number, but none that is mapped already: several ranges where others lie between. 0,
 * or -1 with errno E2BIG. */
int idmap_fill(struct idmap *map, uint32_t outside, uint32_t count, int same);

/* Read the map `file` ("uid_map", "gid_map") of the process with the directory `procdir`. Its own,
 * read by itself, has outside the ids of the parent user namespace. 0, or -1 with errno. */
int idmap_read(int procdir, const char *file, struct idmap *map);

/* The first range of `map` of which an outside id is not among the inside ids of `here`, the map of
 * the user namespace that we are in: nobody may map what isn't there. NULL: all are. */
const struct idmap_range *idmap_find_hole(const struct idmap *map, const struct idmap *here);

/* 1 where the map has an id on that side, else 0. */
int idmap_has_inside(const struct idmap *map, uint32_t id);
int idmap_has_outside(const struct idmap *map, uint32_t id);

/* 1 where a process may write the map itself: none, or just its own id `own`. */
int idmap_is_own(const struct idmap *map, uint32_t own);

/* Write the map `file` of the process with the directory `procdir`, which has none yet; an empty
 * map is not written. 0, or -1 with errno: EPERM where the caller may not map an id. */
int idmap_write(int procdir, const char *file, const struct idmap *map);

/* In a user namespace that was just entered: be its root, or where it doesn't map 0 the first id
 * that it maps; each of uid and gid. `self` is our /proc/self, opened before, for the one inside
 * is anybody's. 0, or -1 with errno, EPERM where a map is empty: our ids would stay those of the
 * host. */
int idmap_become_root(int self);

#endif
