/* SPDX-License-Identifier: ISC */
/*
 * cgroupdir - the directories of a control group that has a name
 *
 * A group NAME is a directory nskit-NAME in every hierarchy that has a controller of use, and in
 * that of version 2, unless this has none and version 1's freezer does: below the caller's own
 * group, or one above it where that can't have groups in it. In NAME/OTHER, OTHER is below a group
 * NAME that is there.
 */
#ifndef NSKIT_CGROUPDIR_H
#define NSKIT_CGROUPDIR_H

#include <sys/types.h>

#include "why.h"

/* The controllers of use, by their names in version 2. */
enum cgroupdir_controller {
	CGROUPDIR_MEMORY, CGROUPDIR_PIDS, CGROUPDIR_CPU, CGROUPDIR_CPUSET, CGROUPDIR_IO,
	CGROUPDIR_CONTROLLERS,
	/* Of version 1 alone. */
	CGROUPDIR_CPUACCT = CGROUPDIR_CONTROLLERS, CGROUPDIR_FREEZER,
	CGROUPDIR_ALL
};

/* Its name in that version, as "io" and "blkio". */
const char *cgroupdir_controller(int controller, int version);

enum { CGROUPDIR_MAX = 12, CGROUPDIR_NAME = 256 };

/* One hierarchy's; a descriptor is -1 where there is no such directory. */
struct cgroupdir {
	int version;		/* 1 or 2 */
	int has;		/* a bit for each controller: mounted, or given to `base` */
	int own;		/* the group that the process is in */
	int base;		/* what `dir` is in, or is to be */
	int dir;
	int made;		/* by us */
	int enabled;		/* controllers, by us in the base */
	int error;		/* why there is no base: errno */
};

struct cgroupdirs {
	struct cgroupdir list[CGROUPDIR_MAX];
	int count;
	char name[CGROUPDIR_NAME];	/* as the user has it */
	char leaf[CGROUPDIR_NAME];	/* below base: "nskit-NAME", in another group "OTHER" */
	int lock;		/* lock what is made first, once: flock(2) */
	char step[WHY_STEP];	/* what failed last */
};

/* Whether `name` can be a group's: words with / between, each of letters, digits, and, not first,
 * of . _ and -. */
int cgroupdir_is_name(const char *name);

/* Open the own groups of the process of `procdir`, and know no name yet. 0, or -1 with errno:
 * ENOENT where no hierarchy is mounted. cgroupdir_close() ends it. */
int cgroupdir_open(struct cgroupdirs *dirs, int procdir);
void cgroupdir_close(struct cgroupdirs *dirs);

/* Find the group `name` in each hierarchy, if it is ours to change, from the own group upwards, the
 * rest by what cgroupwhere.h tells, and where it isn't there, where it is to be. Returns in how
 * many it is; -1 with errno: ENOTDIR where something else has the name, ENOENT where the group that
 * it is to be in isn't there. */
int cgroupdir_find(struct cgroupdirs *dirs, const char *name);

/* Take the own groups themselves as the group: what a process is in. */
void cgroupdir_take_own(struct cgroupdirs *dirs);

/* Make it, as `made` then tells. A hierarchy in which that isn't permitted is left out. 0, or -1
 * with errno, of mkdir(2), and nothing made: EEXIST where somebody else has made it meanwhile,
 * EACCES where it is permitted in none. */
int cgroupdir_make(struct cgroupdirs *dirs);

/* Open what another process has made. 0, or -1 with errno. */
int cgroupdir_open_made(struct cgroupdirs *dirs);

/* Move the process `pid`, 0 for this one, into the group; or this one back where it came from.
 * 0, or -1 with errno of write(2), and it is where it was. */
int cgroupdir_enter(struct cgroupdirs *dirs, pid_t pid);
void cgroupdir_leave(const struct cgroupdirs *dirs);

/* The part that has a controller; or that of version 2; NULL: none. */
struct cgroupdir *cgroupdir_with(struct cgroupdirs *dirs, int controller);
struct cgroupdir *cgroupdir_unified(struct cgroupdirs *dirs);

/* Where version 2 has the controller, hand it on from the base to the group. 0, or -1 with errno of
 * write(2): EBUSY where the base has processes of its own. The next does that with each as far as
 * it goes, and the last takes back what was handed on. */
int cgroupdir_enable(struct cgroupdirs *dirs, int controller);
void cgroupdir_enable_all(struct cgroupdirs *dirs);
void cgroupdir_disable(struct cgroupdirs *dirs);

#endif
