/* SPDX-License-Identifier: ISC */
/* cgroupview - what a control group uses, in words or as JSON */
#include "cgroupview.h"

#include <stdio.h>
#include <string.h>

#include "cgroupstat.h"
#include "file.h"
#include "out.h"

/* A column of names, as nscap --show has it. */
#define LINE "%-13s "

enum { WORD = 32 };

/* "512M", "12.5K", "max": three digits and more, so that nothing that matters is rounded away. */
static const char *size(int64_t bytes, char word[WORD])
{
	const char *unit = "KMGTPE";
	int64_t whole = bytes;
	int part = 0;

	if (bytes == CGROUPSTAT_UNKNOWN || bytes == CGROUPSTAT_MAX)
		return bytes == CGROUPSTAT_MAX ? "max" : "-";
	snprintf(word, WORD, "%lld", (long long)bytes);
	for (; whole >= 1024; unit++) {
		part = (int)(whole % 1024 * 10 / 1024);
		whole /= 1024;
		snprintf(word, WORD, part ? "%lld.%d%c" : "%lld%.0d%c", (long long)whole, part,
			 *unit);
	}
	return word;
}

static const char *count(int64_t number, char word[WORD])
{
	if (number == CGROUPSTAT_UNKNOWN || number == CGROUPSTAT_MAX)
		return number == CGROUPSTAT_MAX ? "max" : "-";
	snprintf(word, WORD, "%lld", (long long)number);
	return word;
}

static const char *seconds(int64_t microseconds, char word[WORD])
{
	if (microseconds == CGROUPSTAT_UNKNOWN)
		return "-";
	snprintf(word, WORD, "%lld.%03d", (long long)(microseconds / 1000000),
		 (int)(microseconds / 1000 % 1000));
	return word;
}

/* Processors: the quota of a period. */
static const char *share(const struct cgroupstat *stat, char word[WORD])
{
	int64_t quota = stat->fact[CGROUPSTAT_CPU_QUOTA];
	int64_t period = stat->fact[CGROUPSTAT_CPU_PERIOD];

	if (quota == CGROUPSTAT_UNKNOWN || quota == CGROUPSTAT_MAX || period <= 0)
		return quota == CGROUPSTAT_MAX ? "max" : "-";
	snprintf(word, WORD, "%lld.%02d", (long long)(quota / period),
		 (int)(quota % period * 100 / period));
	return word;
}

static void print_use(const char *name, const struct cgroupstat *stat, int first,
		      const char *(*word)(int64_t, char[WORD]), int peak)
{
	char a[WORD], b[WORD], c[WORD];

	printf(LINE "%s of %s", name, word(stat->fact[first], a), word(stat->fact[first + 1], b));
	if (peak)
		printf(", peak %s", word(stat->fact[first + 2], c));
	putchar('\n');
}

static void print_cpu(const struct cgroupstat *stat)
{
	char a[WORD], b[WORD], c[WORD];

	printf(LINE "%s s, %s user, %s system\n", "cpu", seconds(stat->fact[CGROUPSTAT_CPU], a),
	       seconds(stat->fact[CGROUPSTAT_CPU_USER], b),
	       seconds(stat->fact[CGROUPSTAT_CPU_SYSTEM], c));
	printf(LINE "%s processors, weight %s\n", "cpu limit", share(stat, a),
	       count(stat->fact[CGROUPSTAT_CPU_WEIGHT], b));
	printf(LINE "%s of %s periods, %s s\n", "throttled",
	       count(stat->fact[CGROUPSTAT_CPU_THROTTLED], a),
	       count(stat->fact[CGROUPSTAT_CPU_PERIODS], b),
	       seconds(stat->fact[CGROUPSTAT_CPU_THROTTLED_TIME], c));
}

static void print_io(const struct cgroupstat_io *io)
{
	char device[WORD], a[WORD], b[WORD];

	snprintf(device, sizeof(device), "io %u:%u", io->major, io->minor);
	printf(LINE "%s read in %lld, %s written in %lld\n", device, size(io->read, a),
	       (long long)io->reads, size(io->written, b), (long long)io->writes);
}

static void print_pressure(const char *resource, const struct cgroupstat_pressure *pressure)
{
	char name[WORD];

	snprintf(name, sizeof(name), "%s pressure", resource);
	printf("%-15s", name);
	for (int i = 0; i < CGROUPSTAT_SHARES; i++)
		if (pressure[i].total != CGROUPSTAT_UNKNOWN)
			printf(" %s %lld.%02d%%", cgroupstat_shares[i],
			       (long long)(pressure[i].average[0] / 1000),
			       (int)(pressure[i].average[0] % 1000 / 10));
	puts(pressure->total == CGROUPSTAT_UNKNOWN ? " -" : "");
}

static void print_words(const struct cgroupstat *stat)
{
	char a[WORD], b[WORD], c[WORD];

	printf(LINE "%d%s\n", "processes", stat->processes, stat->frozen ? ", frozen" : "");
	print_use("memory", stat, CGROUPSTAT_MEMORY, size, 1);
	print_use("swap", stat, CGROUPSTAT_SWAP, size, 0);
	print_use("pids", stat, CGROUPSTAT_PIDS, count, 1);
	print_cpu(stat);
	for (int i = 0; i < stat->io_count; i++)
		print_io(&stat->io[i]);
	printf(LINE "memory limit %s, killed %s, pids limit %s\n", "events",
	       count(stat->fact[CGROUPSTAT_MEMORY_EVENTS], a),
	       count(stat->fact[CGROUPSTAT_OOM_KILLS], b),
	       count(stat->fact[CGROUPSTAT_PIDS_EVENTS], c));
	for (int i = 0; i < CGROUPSTAT_RESOURCES; i++)
		print_pressure(cgroupstat_resources[i], stat->pressure[i]);
}

static struct out_value value(int64_t fact)
{
	return fact == CGROUPSTAT_UNKNOWN ? out_null() :
	       fact == CGROUPSTAT_MAX ? out_text("max") : out_number(fact);
}

static void write_facts(struct out_json *json, const struct cgroupstat *stat)
{
	const char *section = "";

	for (int i = 0; i < CGROUPSTAT_COUNT; i++) {
		const struct cgroupstat_name *name = &cgroupstat_names[i];

		if (strcmp(section, name->section)) {
			if (*section)
				out_close(json);
			out_object(json, name->section);
			section = name->section;
		}
		out_member(json, name->key, value(stat->fact[i]));
	}
	out_close(json);
}

static void write_io(struct out_json *json, const struct cgroupstat *stat)
{
	out_array(json, "io");
	for (const struct cgroupstat_io *io = stat->io; io < stat->io + stat->io_count; io++) {
		char device[WORD];

		snprintf(device, sizeof(device), "%u:%u", io->major, io->minor);
		out_object(json, NULL);
		out_member(json, "device", out_text(device));
		out_member(json, "rbytes", value(io->read));
		out_member(json, "wbytes", value(io->written));
		out_member(json, "rios", value(io->reads));
		out_member(json, "wios", value(io->writes));
		out_close(json);
	}
	out_close(json);
}

static void write_share(struct out_json *json, const char *key,
			const struct cgroupstat_pressure *pressure)
{
	if (pressure->total == CGROUPSTAT_UNKNOWN) {
		out_member(json, key, out_null());
		return;
	}
	out_object(json, key);
	for (int i = 0; i < CGROUPSTAT_SPANS; i++)
		out_member(json, cgroupstat_spans[i], out_decimal(pressure->average[i]));
	out_member(json, "total_usec", out_number(pressure->total));
	out_close(json);
}

static void write_pressure(struct out_json *json, const struct cgroupstat *stat)
{
	out_object(json, "pressure");
	for (int i = 0; i < CGROUPSTAT_RESOURCES; i++) {
		out_object(json, cgroupstat_resources[i]);
		for (int j = 0; j < CGROUPSTAT_SHARES; j++)
			write_share(json, cgroupstat_shares[j], &stat->pressure[i][j]);
		out_close(json);
	}
	out_close(json);
}

static void write_paths(struct out_json *json, const struct cgroupdirs *dirs)
{
	char path[PATH_MAX];

	out_array(json, "paths");
	for (int i = 0; i < dirs->count; i++)
		if (dirs->list[i].dir >= 0 && file_read_path(dirs->list[i].dir, path) == 0)
			out_member(json, NULL, out_text(path));
	out_close(json);
}

static void write_json(struct cgroupdirs *dirs, const char *name, const struct cgroupstat *stat)
{
	struct out_json json = { 0 };

	out_object(&json, NULL);
	out_member(&json, "group", out_text(name));
	out_member(&json, "processes", out_number(stat->processes));
	out_member(&json, "frozen", out_bool(stat->frozen));
	write_facts(&json, stat);
	write_io(&json, stat);
	write_pressure(&json, stat);
	write_paths(&json, dirs);
	out_close(&json);
}

void cgroupview_print(struct cgroupdirs *dirs, const char *name, int json)
{
	static struct cgroupstat stat;

	cgroupstat_read(dirs, &stat);
	out_begin();
	if (json)
		write_json(dirs, name, &stat);
	else
		print_words(&stat);
	out_end();
}
