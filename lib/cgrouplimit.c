/* SPDX-License-Identifier: ISC */
/* cgrouplimit - the limits of a control group, in the words of version 2 or 1 */
#include "cgrouplimit.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "num.h"

static const struct {
	const char *option;
	int controller;
} limits_known[CGROUPLIMIT_COUNT] = {
	[CGROUPLIMIT_MEMORY] = { "memory", CGROUPDIR_MEMORY },
	[CGROUPLIMIT_SWAP] = { "swap", CGROUPDIR_MEMORY },
	[CGROUPLIMIT_PIDS] = { "pids", CGROUPDIR_PIDS },
	[CGROUPLIMIT_CPU] = { "cpu", CGROUPDIR_CPU },
	[CGROUPLIMIT_CPU_WEIGHT] = { "cpu-weight", CGROUPDIR_CPU },
	[CGROUPLIMIT_CPUSET] = { "cpuset", CGROUPDIR_CPUSET },
	[CGROUPLIMIT_IO] = { "io", CGROUPDIR_IO },
};

const char *cgrouplimit_option(int limit)
{
	return limits_known[limit].option;
}

int cgrouplimit_controller(int limit)
{
	return limits_known[limit].controller;
}

/* What the files held, to be written back where a later step fails. */
enum { FILES = 72, TEXT = 256, LISTS = 4096 };

struct setting {
	struct cgroupdirs *dirs;
	const struct cgroupdir *one;	/* of the controller that is being set */
	int count;
	struct {
		int dir;
		const char *file;
		char text[TEXT];
	} before[FILES];
};

static void undo(const struct setting *setting)
{
	struct why why;

	why_keep(&why);
	for (int i = setting->count; i-- > 0;)
		file_write(setting->before[i].dir, setting->before[i].file,
			   *setting->before[i].text ? setting->before[i].text : "\n");
	why_restore(&why);
}

static int fail(struct setting *setting, const char *file, const char *text)
{
	if (errno == ENOENT) /* the kernel was built, or booted, without it */
		errno = ENOSYS;
	if (errno == EBUSY)
		why_set("more is in use, and can't be got back");
	if (errno == EINVAL && setting->one->version == 1)
		why_set("is it more than that of the group above?");
	return why_fail(setting->dirs->step, "set %s of group '%s' to '%s'", file,
			setting->dirs->name, text);
}

/* Write `text`, with what takes it back. */
static int change(struct setting *setting, const char *file, const char *text, const char *before)
{
	if (setting->count == FILES) {
		errno = E2BIG;
		return fail(setting, file, text);
	}
	if (file_write(setting->one->dir, file, text) < 0)
		return fail(setting, file, text);
	setting->before[setting->count].dir = setting->one->dir;
	setting->before[setting->count].file = file;
	snprintf(setting->before[setting->count++].text, TEXT, "%s", before);
	return 0;
}

/* The same for a file that holds one value. */
static int write_value(struct setting *setting, const char *file, const char *text)
{
	char before[TEXT];

	if (file_read(setting->one->dir, file, before, sizeof(before)) < 0)
		return fail(setting, file, text);
	before[strcspn(before, "\n")] = '\0';
	return change(setting, file, text, before);
}

static int write_number(struct setting *setting, const char *file, uint64_t value, const char *none)
{
	char text[32];

	snprintf(text, sizeof(text), "%" PRIu64, value);
	return write_value(setting, file, value == CGROUPLIMIT_NONE ? none : text);
}

/* A number of version 1, where a very large one is no limit. */
static int read_number(struct setting *setting, const char *file, uint64_t *value)
{
	char text[32];

	if (file_read(setting->one->dir, file, text, sizeof(text)) < 0)
		return fail(setting, file, "");
	text[strcspn(text, "\n")] = '\0';
	if (num_parse(text, UINT64_MAX, value) < 0)
		return fail(setting, file, text);
	if (*value > INT64_MAX >> 1)
		*value = CGROUPLIMIT_NONE;
	return 0;
}

/* Version 1 counts memory and swap together, and one limit may never be above the other: so that
 * either can go up or down, it is lifted first. Swap that isn't asked for stays what it was. */
static int set_memory_old(struct setting *setting, const struct cgrouplimits *limits)
{
	static const char both[] = "memory.memsw.limit_in_bytes", file[] = "memory.limit_in_bytes";
	uint64_t memory = CGROUPLIMIT_NONE, sum = CGROUPLIMIT_NONE, swap = CGROUPLIMIT_NONE;
	int swap_given = limits->given & 1 << CGROUPLIMIT_SWAP;
	int counted = faccessat(setting->one->dir, both, F_OK, 0) == 0;

	if (read_number(setting, file, &memory) < 0 ||
	    ((counted || swap_given) && read_number(setting, both, &sum) < 0))
		return -1;
	if (sum != CGROUPLIMIT_NONE && memory != CGROUPLIMIT_NONE)
		swap = sum - memory;
	if (swap_given)
		swap = limits->swap;
	if (sum != CGROUPLIMIT_NONE && write_number(setting, both, CGROUPLIMIT_NONE, "-1") < 0)
		return -1;
	if (limits->given & 1 << CGROUPLIMIT_MEMORY) {
		memory = limits->memory;
		if (write_number(setting, file, memory, "-1") < 0)
			return -1;
	}
	if (swap == CGROUPLIMIT_NONE)
		return 0;
	if (memory == CGROUPLIMIT_NONE) {
		errno = EINVAL;
		return why_fail(setting->dirs->step, "limit the swap of group '%s' alone",
				setting->dirs->name);
	}
	return write_number(setting, both, memory + swap, "-1");
}

static int set_memory(struct setting *setting, const struct cgrouplimits *limits)
{
	if (setting->one->version == 1)
		return set_memory_old(setting, limits);
	if (limits->given & 1 << CGROUPLIMIT_MEMORY &&
	    write_number(setting, "memory.max", limits->memory, "max") < 0)
		return -1;
	if (!(limits->given & 1 << CGROUPLIMIT_SWAP))
		return 0;
	return write_number(setting, "memory.swap.max", limits->swap, "max");
}

static int set_cpu(struct setting *setting, const struct cgrouplimits *limits)
{
	char text[TEXT];

	if (setting->one->version == 1)
		return write_number(setting, "cpu.cfs_period_us", CGROUPLIMIT_PERIOD, "") < 0 ?
			-1 : write_number(setting, "cpu.cfs_quota_us", limits->cpu, "-1");
	snprintf(text, sizeof(text), "%" PRIu64 " %d", limits->cpu, CGROUPLIMIT_PERIOD);
	return write_value(setting, "cpu.max", limits->cpu == CGROUPLIMIT_NONE ? "max" : text);
}

/* What is usual is 100 in version 2 and 1024 in version 1. */
static int set_weight(struct setting *setting, const struct cgrouplimits *limits)
{
	if (setting->one->version == 2)
		return write_number(setting, "cpu.weight", limits->weight, "");
	return write_number(setting, "cpu.shares", limits->weight * 1024 / 100, "");
}

/* Version 2 takes any list and uses what there is of it, or all where that is nothing. */
static int set_cpuset(struct setting *setting, const struct cgrouplimits *limits)
{
	char asked[LISTS], got[LISTS];

	if (write_value(setting, "cpuset.cpus", limits->cpuset) < 0)
		return -1;
	if (setting->one->version == 1)
		return 0;
	if (file_read(setting->one->dir, "cpuset.cpus", asked, sizeof(asked)) < 0 ||
	    file_read(setting->one->dir, "cpuset.cpus.effective", got, sizeof(got)) < 0)
		return fail(setting, "cpuset.cpus", limits->cpuset);
	errno = ENXIO;
	return strcmp(asked, got) ? fail(setting, "cpuset.cpus", limits->cpuset) : 0;
}

/* A file of each rate in version 1, where 0 is none: "254:0 1048576". */
static int set_io_old(struct setting *setting, const struct cgrouplimit_io *io, int rate)
{
	static const char *const files[CGROUPLIMIT_RATES] = {
		"blkio.throttle.read_bps_device", "blkio.throttle.write_bps_device",
		"blkio.throttle.read_iops_device", "blkio.throttle.write_iops_device",
	};
	char key[32], text[TEXT], before[TEXT], list[LISTS], *line;
	int length = snprintf(key, sizeof(key), "%u:%u ", io->major, io->minor);

	if (file_read(setting->one->dir, files[rate], list, sizeof(list)) < 0)
		return fail(setting, files[rate], key);
	for (line = list; *line && strncmp(line, key, (size_t)length);)
		line += strcspn(line, "\n"), line += *line == '\n';
	snprintf(before, sizeof(before), "%s%.*s", *line ? "" : key,
		 *line ? (int)strcspn(line, "\n") : 1, *line ? line : "0");
	snprintf(text, sizeof(text), "%s%" PRIu64, key,
		 io->rate[rate] == CGROUPLIMIT_NONE ? 0 : io->rate[rate]);
	return change(setting, files[rate], text, before);
}

/* "254:0 rbps=1048576 wbps=max": what isn't named stays. */
static int set_io_rate(struct setting *setting, const struct cgrouplimit_io *io, int rate)
{
	static const char *const names[CGROUPLIMIT_RATES] = { "rbps", "wbps", "riops", "wiops" };
	char text[TEXT], before[TEXT], list[LISTS], value[32] = "max", *line;
	int length = snprintf(text, sizeof(text), "%u:%u ", io->major, io->minor);

	if (file_read(setting->one->dir, "io.max", list, sizeof(list)) < 0)
		return fail(setting, "io.max", text);
	line = strncmp(list, text, (size_t)length) ? strstr(list, text) : list;
	snprintf(before, sizeof(before), "%.*s", line ? (int)strcspn(line, "\n") : 0,
		 line ? line : "");
	if (!line)
		snprintf(before, sizeof(before), "%u:%u %s=max", io->major, io->minor, names[rate]);
	if (io->rate[rate] != CGROUPLIMIT_NONE)
		snprintf(value, sizeof(value), "%" PRIu64, io->rate[rate]);
	snprintf(text + length, sizeof(text) - (size_t)length, "%s=%s", names[rate], value);
	return change(setting, "io.max", text, before);
}

static int set_io(struct setting *setting, const struct cgrouplimits *limits)
{
	for (const struct cgrouplimit_io *io = limits->io; io < limits->io + limits->io_count; io++)
		for (int rate = 0; rate < CGROUPLIMIT_RATES; rate++) {
			if (!(io->given & 1 << rate))
				continue;
			if ((setting->one->version == 1 ? set_io_old(setting, io, rate) :
			     set_io_rate(setting, io, rate)) < 0)
				return -1;
		}
	return 0;
}

static int set_one(struct setting *setting, const struct cgrouplimits *limits, int limit)
{
	switch (limit) {
	case CGROUPLIMIT_MEMORY: return set_memory(setting, limits);
	/* With memory it is done already. */
	case CGROUPLIMIT_SWAP: return limits->given & 1 << CGROUPLIMIT_MEMORY ? 0 :
				      set_memory(setting, limits);
	case CGROUPLIMIT_PIDS: return write_number(setting, "pids.max", limits->pids, "max");
	case CGROUPLIMIT_CPU: return set_cpu(setting, limits);
	case CGROUPLIMIT_CPU_WEIGHT: return set_weight(setting, limits);
	case CGROUPLIMIT_CPUSET: return set_cpuset(setting, limits);
	}
	return set_io(setting, limits);
}

static int find_controller(struct setting *setting, int limit)
{
	int controller = cgrouplimit_controller(limit);

	setting->one = cgroupdir_with(setting->dirs, controller);
	errno = !setting->one ? ENOTSUP : setting->one->error ? setting->one->error : ENOENT;
	if (!setting->one || setting->one->dir < 0)
		return why_fail(setting->dirs->step, "use the controller '%s' for --%s",
				cgroupdir_controller(controller,
						     setting->one ? setting->one->version : 2),
				cgrouplimit_option(limit));
	return cgroupdir_enable(setting->dirs, controller);
}

int cgrouplimit_set(struct cgroupdirs *dirs, const struct cgrouplimits *limits)
{
	struct setting setting = { .dirs = dirs };

	for (int limit = 0; limit < CGROUPLIMIT_COUNT; limit++) {
		if (!(limits->given & 1 << limit))
			continue;
		if (find_controller(&setting, limit) == 0 && set_one(&setting, limits, limit) == 0)
			continue;
		undo(&setting);
		cgroupdir_disable(dirs);
		return -1;
	}
	return 0;
}
