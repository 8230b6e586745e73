/* SPDX-License-Identifier: ISC */
/* cgroupfs - the hierarchies of control groups, and where they are mounted, cgroups(7) */
#ifndef NSKIT_CGROUPFS_H
#define NSKIT_CGROUPFS_H

#include <stddef.h>

/* A line of /proc/PID/cgroup: the group of a process in one hierarchy. */
struct cgroupfs_entry {
	char *controllers;	/* "cpu,cpuacct" or "name=systemd"; "" is that of version 2 */
	char *path;
};

/* Cut the next line off `*rest`, at first the whole file, and fill `entry`. 0 where there is no
 * more. */
int cgroupfs_next(char **rest, struct cgroupfs_entry *entry);

/* Whether the list, with `separator` between its words, has `word`, which ends where it ends or at
 * a comma. */
int cgroupfs_has(const char *list, const char *word, char separator);

/* Open the directory of a group, to read, by one of the `mounts` (mountinfo_read()), which stay as
 * they are; the caller closes it. -1 with errno: ENOENT where no mount shows it, EXDEV where
 * another file system hides it, or that of open(2). */
int cgroupfs_open(const char *mounts, const struct cgroupfs_entry *entry);

#endif
