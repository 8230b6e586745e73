/* SPDX-License-Identifier: ISC */
/* cgrouplimit - the limits of a control group, in the words of version 2 or 1 */
#ifndef NSKIT_CGROUPLIMIT_H
#define NSKIT_CGROUPLIMIT_H

#include <stdint.h>

#include "cgroupdir.h"

enum cgrouplimit {
	CGROUPLIMIT_MEMORY, CGROUPLIMIT_SWAP, CGROUPLIMIT_PIDS, CGROUPLIMIT_CPU,
	CGROUPLIMIT_CPU_WEIGHT, CGROUPLIMIT_CPUSET, CGROUPLIMIT_IO, CGROUPLIMIT_COUNT
};

#define CGROUPLIMIT_NONE UINT64_MAX /* "max" */

/* The time in which a share of it is counted, microseconds. */
enum { CGROUPLIMIT_PERIOD = 100000 };

enum { CGROUPLIMIT_DEVICES = 16, CGROUPLIMIT_RATES = 4 };

struct cgrouplimit_io {
	unsigned int major, minor;
	/* A second: bytes read, bytes written, read operations, write operations. */
	uint64_t rate[CGROUPLIMIT_RATES];
	int given;		/* a bit for each rate */
};

struct cgrouplimits {
	int given;			/* a bit for each of enum cgrouplimit */
	uint64_t memory, swap;		/* bytes; swap comes on top of memory */
	uint64_t pids;			/* tasks, as threads are counted too */
	uint64_t cpu;			/* microseconds a period */
	uint64_t weight;		/* 1 to 10000, 100 is usual */
	const char *cpuset;		/* a list as "0-3,7", borrowed */
	struct cgrouplimit_io io[CGROUPLIMIT_DEVICES];
	int io_count;
};

/* The option that sets it, without its dashes, and the controller that keeps it. */
const char *cgrouplimit_option(int limit);
int cgrouplimit_controller(int limit);

/* Take `text`, what that option is given; given again it counts last, for io each rate of a device.
 * 0, or -1 with errno: EINVAL, ERANGE; for a device that of stat(2), or ENOTBLK; E2BIG for too many
 * devices. Sizes end in K, M, G or T, each 1024 times the one before, with or without i behind. */
int cgrouplimit_parse(struct cgrouplimits *limits, int limit, const char *text);

/* Set those that are given. 0, or -1 with errno and what failed as dirs->step, and all is as it
 * was: ENOTSUP where there is no such controller for the group, ENOSYS where the controller lacks
 * it, EACCES, EINVAL, EBUSY. */
int cgrouplimit_set(struct cgroupdirs *dirs, const struct cgrouplimits *limits);

#endif
