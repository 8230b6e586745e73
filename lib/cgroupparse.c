/* SPDX-License-Identifier: ISC */
/* cgroupparse - limits from the words of the command line, part of cgrouplimit.h */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "cgrouplimit.h"
#include "file.h"
#include "num.h"
#include "words.h"

enum { WORD = 64 };

static int fail(int error)
{
	errno = error;
	return -1;
}

/* 2^63 is more than any counter of the kernel's holds, so the product fits as well. */
static int parse_size(const char *text, uint64_t *value)
{
	static const char units[] = "KMGT";
	size_t digits = strspn(text, "0123456789");
	const char *unit = text[digits] ? strchr(units, text[digits]) : NULL;
	int shift = unit ? 10 * (int)(unit - units + 1) : 0;
	char number[WORD];

	if (!strcmp(text, "max")) {
		*value = CGROUPLIMIT_NONE;
		return 0;
	}
	if (digits >= sizeof(number))
		return fail(ERANGE);
	if ((text[digits] && !unit) || (unit && strcmp(text + digits + 1, "i") && text[digits + 1]))
		return fail(EINVAL);
	snprintf(number, sizeof(number), "%.*s", (int)digits, text);
	if (num_parse(number, INT64_MAX >> shift, value) < 0)
		return -1;
	*value <<= shift;
	return 0;
}

static int parse_count(const char *text, uint64_t most, uint64_t *value)
{
	if (strcmp(text, "max"))
		return num_parse(text, most, value);
	*value = CGROUPLIMIT_NONE;
	return 0;
}

/* "1.5" is one and a half: a hundredth is the least that the kernel grants, a thousandth the
 * finest. */
static int parse_cpu(const char *text, uint64_t *quota)
{
	char number[WORD], *dot;
	uint64_t whole, part = 0;

	if (!strcmp(text, "max")) {
		*quota = CGROUPLIMIT_NONE;
		return 0;
	}
	if (strlen(text) >= sizeof(number))
		return fail(EINVAL);
	strcpy(number, text);
	dot = strchr(number, '.');
	if (dot) {
		size_t digits = strlen(dot + 1);

		*dot++ = '\0';
		if (digits < 1 || digits > 3 || num_parse(dot, 999, &part) < 0)
			return fail(EINVAL);
		for (; digits < 3; digits++)
			part *= 10;
	}
	if (num_parse(number, 100000, &whole) < 0)
		return -1;
	*quota = (whole * 1000 + part) * (CGROUPLIMIT_PERIOD / 1000);
	return *quota < 1000 ? fail(ERANGE) : 0;
}

static int parse_cpuset(const char *text, const char **list)
{
	if (!*text || text[strspn(text, "0123456789,-")])
		return fail(EINVAL);
	*list = text;
	return 0;
}

/* A part of a disk has no limits of its own. */
static void find_disk(struct cgrouplimit_io *io)
{
	char path[64], text[32], *end;

	snprintf(path, sizeof(path), "/sys/dev/block/%u:%u/partition", io->major, io->minor);
	if (file_read(AT_FDCWD, path, text, sizeof(text)) < 0)
		return;
	snprintf(path, sizeof(path), "/sys/dev/block/%u:%u/../dev", io->major, io->minor);
	if (file_read(AT_FDCWD, path, text, sizeof(text)) <= 0)
		return;
	io->major = (unsigned int)strtoul(text, &end, 10);
	io->minor = *end == ':' ? (unsigned int)strtoul(end + 1, NULL, 10) : 0;
}

/* "/dev/vda" or "254:0". */
static int parse_device(const char *text, struct cgrouplimit_io *io)
{
	char number[WORD];
	const char *colon = strchr(text, ':');
	uint64_t major, minor;
	struct stat st;

	snprintf(number, sizeof(number), "%.*s", (int)(colon ? colon - text : 0), text);
	if (colon && num_parse(number, 4095, &major) == 0 &&
	    num_parse(colon + 1, 1048575, &minor) == 0) {
		io->major = (unsigned int)major;
		io->minor = (unsigned int)minor;
	} else {
		if (stat(text, &st) < 0)
			return -1;
		if (!S_ISBLK(st.st_mode))
			return fail(ENOTBLK);
		io->major = major(st.st_rdev);
		io->minor = minor(st.st_rdev);
	}
	find_disk(io);
	return 0;
}

static int take_rate(const char *word, void *to)
{
	static const char *const names[] = { "rbps=", "wbps=", "riops=", "wiops=" };
	struct cgrouplimit_io *io = to;

	for (int i = 0; i < CGROUPLIMIT_RATES; i++)
		if (!strncmp(word, names[i], strlen(names[i]))) {
			io->given |= 1 << i;
			if (parse_size(word + strlen(names[i]), &io->rate[i]) < 0)
				return -1;
			return io->rate[i] ? 0 : fail(ERANGE);
		}
	return fail(EINVAL);
}

static int parse_io(struct cgrouplimits *limits, const char *text)
{
	const char *rates = strrchr(text, ':');
	struct cgrouplimit_io io = { 0 };
	char device[4096];
	int at = 0;

	if (!rates || rates - text >= (long)sizeof(device))
		return fail(EINVAL);
	snprintf(device, sizeof(device), "%.*s", (int)(rates - text), text);
	if (words_each(rates + 1, take_rate, &io) < 0 || parse_device(device, &io) < 0)
		return -1;
	while (at < limits->io_count &&
	       (limits->io[at].major != io.major || limits->io[at].minor != io.minor))
		at++;
	if (at == CGROUPLIMIT_DEVICES)
		return fail(E2BIG);
	if (at == limits->io_count)
		limits->io[limits->io_count++] = io;
	for (int rate = 0; rate < CGROUPLIMIT_RATES; rate++)
		if (io.given & 1 << rate)
			limits->io[at].rate[rate] = io.rate[rate];
	limits->io[at].given |= io.given;
	return 0;
}

int cgrouplimit_parse(struct cgrouplimits *limits, int limit, const char *text)
{
	limits->given |= 1 << limit;
	switch (limit) {
	case CGROUPLIMIT_MEMORY: return parse_size(text, &limits->memory);
	case CGROUPLIMIT_SWAP: return parse_size(text, &limits->swap);
	case CGROUPLIMIT_PIDS: return parse_count(text, 1 << 22, &limits->pids);
	case CGROUPLIMIT_CPU: return parse_cpu(text, &limits->cpu);
	case CGROUPLIMIT_CPUSET: return parse_cpuset(text, &limits->cpuset);
	case CGROUPLIMIT_IO: return parse_io(limits, text);
	}
	if (num_parse(text, 10000, &limits->weight) < 0)
		return -1;
	return limits->weight ? 0 : fail(ERANGE);
}
