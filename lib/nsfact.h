/* SPDX-License-Identifier: ISC */
/* nsfact - what more there is to know about a namespace that a pass has found, asked one by one */
#ifndef NSKIT_NSFACT_H
#define NSKIT_NSFACT_H

#include <stddef.h>
#include <stdint.h>

#include "nl.h"
#include "nsscan.h"

/* Each returns 0, or -1 with errno where it isn't known: the namespace may be gone, no process in
 * it, or its processes somebody else's. */

/* Where it can be opened: the file of a process in it, else of what keeps it. */
int nsfact_path(const struct nsentry *ns, char *text, size_t size);

/* Open it, by that file or its number, as long as it is still the same. A descriptor that the
 * caller closes, or -1 with errno ESTALE. */
int nsfact_open(const struct nsentry *ns);

/* PID:INODE of a process in it, held and looked at once more before its inode is taken. */
int nsfact_handle(const struct nsentry *ns, char *text, size_t size);

/* Process 1 of a pid namespace, as we number it. */
int nsfact_init(const struct nsentry *ns, int64_t *pid);

/* The map of a user namespace, `file` uid_map or gid_map, by a process in it: "0 1000 1", the
 * ranges separated by commas, outside as our user namespace has it. */
int nsfact_map(const struct nsentry *ns, const char *file, char *text, size_t size);

/* How far a time namespace's clock `clock` ("monotonic", "boottime") is ahead, in nanoseconds. */
int nsfact_clock(const struct nsentry *ns, const char *clock, int64_t *offset);

/* The control group that a cgroup namespace has as its root, as we see it. */
int nsfact_cgroup(const struct nsentry *ns, char *text, size_t size);

/* The mounts in a mount namespace. */
int nsfact_mounts(const struct nsentry *ns, int64_t *count);

/* The number of a network namespace in ours, `nl` being a conversation of NETLINK_ROUTE. ENOENT
 * where it has none. */
int nsfact_net_id(const struct nsentry *ns, struct nl *nl, int64_t *id);

#endif
