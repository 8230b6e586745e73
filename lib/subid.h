/* SPDX-License-Identifier: ISC */
/* subid - the subordinate ids of an ordinary user, subuid(5), newuidmap(1) */
#ifndef NSKIT_SUBID_H
#define NSKIT_SUBID_H

#include <sys/types.h>

#include "idmap.h"

/* The first range that `path` ("/etc/subuid", "/etc/subgid") gives the user `uid`, named there by
 * `name` or by number: its `outside` and `count`. Both files are about users. 0, or -1 with errno
 * ENOENT where there is none. */
int subid_find(const char *path, uid_t uid, const char *name, struct idmap_range *range);

/* Write a map of the process `pid` by `helper`, newuidmap(1) or newgidmap(1), which may map what
 * the file gives the caller. It is taken from the system's directories, never from PATH, with an
 * empty environment. An empty map is not written. 0, or -1 with errno and in why.h what the helper
 * said: EPERM where it refused, ENOENT where it is not installed. */
int subid_write(const char *helper, pid_t pid, const struct idmap *map);

#endif
