/* SPDX-License-Identifier: ISC */
/* cgroupstat - what a control group uses, and what has happened to it */
#include "cgroupstat.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cgroupend.h"
#include "cgrouptree.h"
#include "file.h"

enum { TEXT = 8192 };

/* Where a number is: in a file of its own, or behind a key; by what it is to be multiplied and
 * divided, and what file's is to be taken off. */
struct place {
	const char *file, *key;
	int times, by;
	const char *less;
};

const struct cgroupstat_name cgroupstat_names[CGROUPSTAT_COUNT] = {
	[CGROUPSTAT_MEMORY] = { "memory", "current" },
	[CGROUPSTAT_MEMORY_MAX] = { "memory", "max" },
	[CGROUPSTAT_MEMORY_PEAK] = { "memory", "peak" },
	[CGROUPSTAT_SWAP] = { "swap", "current" },
	[CGROUPSTAT_SWAP_MAX] = { "swap", "max" },
	[CGROUPSTAT_PIDS] = { "pids", "current" },
	[CGROUPSTAT_PIDS_MAX] = { "pids", "max" },
	[CGROUPSTAT_PIDS_PEAK] = { "pids", "peak" },
	[CGROUPSTAT_CPU] = { "cpu", "usage_usec" },
	[CGROUPSTAT_CPU_USER] = { "cpu", "user_usec" },
	[CGROUPSTAT_CPU_SYSTEM] = { "cpu", "system_usec" },
	[CGROUPSTAT_CPU_QUOTA] = { "cpu", "quota_usec" },
	[CGROUPSTAT_CPU_PERIOD] = { "cpu", "period_usec" },
	[CGROUPSTAT_CPU_WEIGHT] = { "cpu", "weight" },
	[CGROUPSTAT_CPU_PERIODS] = { "cpu", "periods" },
	[CGROUPSTAT_CPU_THROTTLED] = { "cpu", "throttled" },
	[CGROUPSTAT_CPU_THROTTLED_TIME] = { "cpu", "throttled_usec" },
	[CGROUPSTAT_MEMORY_EVENTS] = { "events", "memory_max" },
	[CGROUPSTAT_OOM_KILLS] = { "events", "oom_kill" },
	[CGROUPSTAT_PIDS_EVENTS] = { "events", "pids_max" },
};

static const struct {
	int controller;		/* of version 1, and which version that is decides */
	struct place old, now;
} places[CGROUPSTAT_COUNT] = {
	[CGROUPSTAT_MEMORY] = { CGROUPDIR_MEMORY,
		{ .file = "memory.usage_in_bytes" },
		{ .file = "memory.current" } },
	[CGROUPSTAT_MEMORY_MAX] = { CGROUPDIR_MEMORY,
		{ .file = "memory.limit_in_bytes" },
		{ .file = "memory.max" } },
	[CGROUPSTAT_MEMORY_PEAK] = { CGROUPDIR_MEMORY,
		{ .file = "memory.max_usage_in_bytes" },
		{ .file = "memory.peak" } },
	[CGROUPSTAT_SWAP] = { CGROUPDIR_MEMORY,
		{ .file = "memory.memsw.usage_in_bytes", .less = "memory.usage_in_bytes" },
		{ .file = "memory.swap.current" } },
	[CGROUPSTAT_SWAP_MAX] = { CGROUPDIR_MEMORY,
		{ .file = "memory.memsw.limit_in_bytes", .less = "memory.limit_in_bytes" },
		{ .file = "memory.swap.max" } },
	[CGROUPSTAT_PIDS] = { CGROUPDIR_PIDS,
		{ .file = "pids.current" },
		{ .file = "pids.current" } },
	[CGROUPSTAT_PIDS_MAX] = { CGROUPDIR_PIDS,
		{ .file = "pids.max" },
		{ .file = "pids.max" } },
	[CGROUPSTAT_PIDS_PEAK] = { CGROUPDIR_PIDS,
		{ .file = "pids.peak" },
		{ .file = "pids.peak" } },
	/* Nanoseconds, and hundredths of a second: USER_HZ is 100 everywhere that counts. */
	[CGROUPSTAT_CPU] = { CGROUPDIR_CPUACCT,
		{ .file = "cpuacct.usage", .times = 1, .by = 1000 },
		{ .file = "cpu.stat", .key = "usage_usec" } },
	[CGROUPSTAT_CPU_USER] = { CGROUPDIR_CPUACCT,
		{ .file = "cpuacct.stat", .key = "user", .times = 10000, .by = 1 },
		{ .file = "cpu.stat", .key = "user_usec" } },
	[CGROUPSTAT_CPU_SYSTEM] = { CGROUPDIR_CPUACCT,
		{ .file = "cpuacct.stat", .key = "system", .times = 10000, .by = 1 },
		{ .file = "cpu.stat", .key = "system_usec" } },
	[CGROUPSTAT_CPU_QUOTA] = { CGROUPDIR_CPU,
		{ .file = "cpu.cfs_quota_us" },
		{ .file = "cpu.max" } },
	[CGROUPSTAT_CPU_PERIOD] = { CGROUPDIR_CPU,
		{ .file = "cpu.cfs_period_us" },
		{ .file = "cpu.max", .key = "" } },
	[CGROUPSTAT_CPU_WEIGHT] = { CGROUPDIR_CPU,
		{ .file = "cpu.shares", .times = 100, .by = 1024 },
		{ .file = "cpu.weight" } },
	[CGROUPSTAT_CPU_PERIODS] = { CGROUPDIR_CPU,
		{ .file = "cpu.stat", .key = "nr_periods" },
		{ .file = "cpu.stat", .key = "nr_periods" } },
	[CGROUPSTAT_CPU_THROTTLED] = { CGROUPDIR_CPU,
		{ .file = "cpu.stat", .key = "nr_throttled" },
		{ .file = "cpu.stat", .key = "nr_throttled" } },
	[CGROUPSTAT_CPU_THROTTLED_TIME] = { CGROUPDIR_CPU,
		{ .file = "cpu.stat", .key = "throttled_time", .times = 1, .by = 1000 },
		{ .file = "cpu.stat", .key = "throttled_usec" } },
	[CGROUPSTAT_MEMORY_EVENTS] = { CGROUPDIR_MEMORY,
		{ .file = "memory.failcnt" },
		{ .file = "memory.events", .key = "max" } },
	[CGROUPSTAT_OOM_KILLS] = { CGROUPDIR_MEMORY,
		{ .file = "memory.oom_control", .key = "oom_kill" },
		{ .file = "memory.events", .key = "oom_kill" } },
	[CGROUPSTAT_PIDS_EVENTS] = { CGROUPDIR_PIDS,
		{ .file = "pids.events", .key = "max" },
		{ .file = "pids.events", .key = "max" } },
};

const char *const cgroupstat_resources[] = { "cpu", "memory", "io" };
const char *const cgroupstat_shares[] = { "some", "full" };
const char *const cgroupstat_spans[] = { "avg10", "avg60", "avg300" };

/* Where the value of `key` begins: in a line of its own, for "" behind the first blank. */
static const char *find_value(const char *text, const char *key)
{
	size_t length = key ? strlen(key) : 0;

	if (!key)
		return text;
	if (!length) {
		text = strchr(text, ' ');
		return text ? text + 1 : NULL;
	}
	for (; *text; text += strcspn(text, "\n"), text += *text == '\n')
		if (!strncmp(text, key, length) && text[length] == ' ')
			return text + length + 1;
	return NULL;
}

/* No limit is "max", in version 1 -1 or more than there could be. */
static int64_t parse(const char *value)
{
	char *end;
	long long number;

	if (!strncmp(value, "max", 3))
		return CGROUPSTAT_MAX;
	number = strtoll(value, &end, 10);
	if (end == value)
		return CGROUPSTAT_UNKNOWN;
	return number < 0 || number > INT64_MAX >> 1 ? CGROUPSTAT_MAX : number;
}

static int is_number(int64_t value)
{
	return value != CGROUPSTAT_UNKNOWN && value != CGROUPSTAT_MAX;
}

static int64_t read_fact(int dir, const struct place *place)
{
	char text[TEXT];
	const char *value;
	int64_t fact, other;

	if (file_read(dir, place->file, text, sizeof(text)) < 0)
		return CGROUPSTAT_UNKNOWN;
	value = find_value(text, place->key);
	fact = value ? parse(value) : CGROUPSTAT_UNKNOWN;
	if (is_number(fact) && place->by)
		fact = fact * place->times / place->by;
	if (!is_number(fact) || !place->less)
		return fact;
	other = read_fact(dir, &(struct place){ .file = place->less });
	return !is_number(other) ? CGROUPSTAT_UNKNOWN : fact > other ? fact - other : 0;
}

/* The number behind `key`, in thousandths where it is one with a point: "avg10=1.41". */
static int64_t find_amount(const char *line, const char *key, int64_t *thousandths)
{
	const char *found = strstr(line, key);
	char *end;
	long long whole;

	if (!found || found[strlen(key)] != '=')
		return CGROUPSTAT_UNKNOWN;
	whole = strtoll(found + strlen(key) + 1, &end, 10);
	*thousandths = whole * 1000 + (*end == '.' ? strtoll(end + 1, NULL, 10) * 10 : 0);
	return whole;
}

/* "some avg10=1.41 avg60=0.00 avg300=0.00 total=12345" */
static void read_pressure(int dir, const char *resource, struct cgroupstat_pressure *pressure)
{
	char file[32], text[TEXT];

	snprintf(file, sizeof(file), "%s.pressure", resource);
	if (dir < 0 || file_read(dir, file, text, sizeof(text)) < 0)
		*text = '\0';
	for (int i = 0; i < CGROUPSTAT_SHARES; i++, pressure++) {
		const char *line = find_value(text, cgroupstat_shares[i]);
		int64_t thousandths;

		*pressure = (struct cgroupstat_pressure){ .total = CGROUPSTAT_UNKNOWN };
		for (int span = 0; line && span < CGROUPSTAT_SPANS; span++)
			find_amount(line, cgroupstat_spans[span], &pressure->average[span]);
		if (line)
			pressure->total = find_amount(line, "total", &thousandths);
	}
}

static int count_one(pid_t pid, void *to)
{
	(void)pid;
	++*(int *)to;
	return 0;
}

void cgroupstat_read(struct cgroupdirs *dirs, struct cgroupstat *stat)
{
	const struct cgroupdir *unified = cgroupdir_unified(dirs), *one = unified;
	int dir = unified ? unified->dir : -1;

	for (int i = 0; i < CGROUPSTAT_COUNT; i++) {
		const struct cgroupdir *old = cgroupdir_with(dirs, places[i].controller);

		if (old && old->version == 1)
			stat->fact[i] = read_fact(old->dir, &places[i].old);
		else
			stat->fact[i] = read_fact(dir, &places[i].now);
	}
	for (int i = 0; i < CGROUPSTAT_RESOURCES; i++)
		read_pressure(dir, cgroupstat_resources[i], stat->pressure[i]);
	cgroupstat_read_io(dirs, stat);
	for (int i = 0; i < dirs->count && !one; i++)
		one = dirs->list[i].dir >= 0 ? &dirs->list[i] : NULL;
	stat->processes = 0;
	if (one)
		cgrouptree_each_process(one->dir, count_one, &stat->processes);
	stat->frozen = cgroupend_is_frozen(dirs);
}
