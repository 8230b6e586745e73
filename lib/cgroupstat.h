/* SPDX-License-Identifier: ISC */
/* cgroupstat - what a control group uses, and what has happened to it */
#ifndef NSKIT_CGROUPSTAT_H
#define NSKIT_CGROUPSTAT_H

#include <stdint.h>

#include "cgroupdir.h"

/* Bytes, numbers and microseconds. */
enum cgroupstat_fact {
	CGROUPSTAT_MEMORY, CGROUPSTAT_MEMORY_MAX, CGROUPSTAT_MEMORY_PEAK,
	CGROUPSTAT_SWAP, CGROUPSTAT_SWAP_MAX,
	CGROUPSTAT_PIDS, CGROUPSTAT_PIDS_MAX, CGROUPSTAT_PIDS_PEAK,
	CGROUPSTAT_CPU, CGROUPSTAT_CPU_USER, CGROUPSTAT_CPU_SYSTEM,
	CGROUPSTAT_CPU_QUOTA, CGROUPSTAT_CPU_PERIOD, CGROUPSTAT_CPU_WEIGHT,
	CGROUPSTAT_CPU_PERIODS, CGROUPSTAT_CPU_THROTTLED, CGROUPSTAT_CPU_THROTTLED_TIME,
	CGROUPSTAT_MEMORY_EVENTS, CGROUPSTAT_OOM_KILLS, CGROUPSTAT_PIDS_EVENTS,
	CGROUPSTAT_COUNT
};

#define CGROUPSTAT_UNKNOWN INT64_MIN
#define CGROUPSTAT_MAX INT64_MAX /* no limit */

/* How JSON has it: a member of an object. */
struct cgroupstat_name {
	const char *section, *key;
};
extern const struct cgroupstat_name cgroupstat_names[CGROUPSTAT_COUNT];

/* What tasks wait for (PSI, Linux 4.20): some of them, or all. */
enum { CGROUPSTAT_RESOURCES = 3, CGROUPSTAT_SHARES = 2, CGROUPSTAT_SPANS = 3 };
extern const char *const cgroupstat_resources[CGROUPSTAT_RESOURCES]; /* "cpu", "memory", "io" */
extern const char *const cgroupstat_shares[CGROUPSTAT_SHARES];	     /* "some", "full" */
extern const char *const cgroupstat_spans[CGROUPSTAT_SPANS];	     /* "avg10", ... */

struct cgroupstat_pressure {
	int64_t average[CGROUPSTAT_SPANS]; /* of the last 10, 60, 300 seconds, thousandths of % */
	int64_t total;			   /* microseconds */
};

enum { CGROUPSTAT_DEVICES = 32 };

struct cgroupstat_io {
	unsigned int major, minor;
	int64_t read, written, reads, writes; /* bytes, operations */
};

struct cgroupstat {
	int64_t fact[CGROUPSTAT_COUNT];	/* or CGROUPSTAT_UNKNOWN */
	struct cgroupstat_pressure pressure[CGROUPSTAT_RESOURCES][CGROUPSTAT_SHARES];
	struct cgroupstat_io io[CGROUPSTAT_DEVICES];
	int io_count;
	int processes;
	int frozen;
};

/* Read all that there is of the group, in the units of version 2 whichever it is. */
void cgroupstat_read(struct cgroupdirs *dirs, struct cgroupstat *stat);

/* Its part about disks. */
void cgroupstat_read_io(struct cgroupdirs *dirs, struct cgroupstat *stat);

#endif
