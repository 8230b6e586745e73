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

/* The file of a group that the calling process, whose only thread this is, enters it by, for "0" to
 * be written to. In version 1 it is that of threads: one that moves itself waits for nobody, a
 * process waits for an RCU grace period, 8 to 20 ms (Linux 5.5; before that both wait). */
const char *cgroupfs_entrance(int dir);

/* Enter the group by that. 0, or -1 with errno of write(2). */
int cgroupfs_enter(int dir);

#endif
