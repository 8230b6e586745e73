/* SPDX-License-Identifier: ISC */
/* cgroup - the control groups of a process, cgroups(7) */
#ifndef NSKIT_CGROUP_H
#define NSKIT_CGROUP_H

/* A hierarchy each, of version 1 and 2. */
enum { CGROUP_MAX = 32 };

struct cgroup {
	int procs[CGROUP_MAX];	/* the entrances of those to enter, open for writing */
	int count;
	int must;		/* what can't be opened or entered is an error, else left out */
};

/* Open what the process of `procdir` is in and we are not, by the mounts that we see: before any
 * namespace is entered. `cgroup->must` is the caller's to set. Returns 0, or -1 with errno: EACCES
 * where it isn't ours to write, ENOENT where no mount shows it. */
int cgroup_open(struct cgroup *cgroup, int procdir);

/* Move the calling process there, and close the descriptors. 0, or -1 with errno of write(2). */
int cgroup_enter(struct cgroup *cgroup);

#endif
