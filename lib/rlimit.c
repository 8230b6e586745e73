/* SPDX-License-Identifier: ISC */
/* rlimit - resource limits of the calling process */
#include "rlimit.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "kernel.h"
#include "num.h"
#include "trace.h"
#include "words.h"

/* By number, which is not the same on every architecture. */
static const char *const names[] = {
	[RLIMIT_CPU] = "cpu",
	[RLIMIT_FSIZE] = "fsize",
	[RLIMIT_DATA] = "data",
	[RLIMIT_STACK] = "stack",
	[RLIMIT_CORE] = "core",
	[RLIMIT_RSS] = "rss",
	[RLIMIT_NPROC] = "nproc",
	[RLIMIT_NOFILE] = "nofile",
	[RLIMIT_MEMLOCK] = "memlock",
	[RLIMIT_AS] = "as",
	[RLIMIT_LOCKS] = "locks",
	[RLIMIT_SIGPENDING] = "sigpending",
	[RLIMIT_MSGQUEUE] = "msgqueue",
	[RLIMIT_NICE] = "nice",
	[RLIMIT_RTPRIO] = "rtprio",
	[RLIMIT_RTTIME] = "rttime",
};

enum { NAMES = sizeof(names) / sizeof(names[0]) };

const char *rlimit_name(int resource)
{
	return resource < NAMES ? names[resource] : NULL;
}

static int parse_value(const char *text, rlim_t *value)
{
	uint64_t number;

	if (!strcmp(text, "unlimited")) {
		*value = RLIM_INFINITY;
		return 0;
	}
	/* The number that the kernel takes for no limit is not asked for by mistake. */
	if (num_parse(text, RLIM_INFINITY - 1, &number) < 0)
		return -1;
	*value = number;
	return 0;
}

static int find(const char *name)
{
	int resource = 0;

	while (resource < NAMES && strcmp(names[resource], name) != 0)
		resource++;
	return resource;
}

static int take(const char *word, void *to)
{
	struct rlimits *limits = to;
	char copy[256], *soft = copy, *hard;
	struct rlimit limit;
	int resource;

	snprintf(copy, sizeof(copy), "%s", word);
	resource = find(strsep(&soft, "="));
	errno = EINVAL;
	if (resource == NAMES || !soft)
		return -1;
	hard = soft;
	soft = strsep(&hard, ":");
	if (parse_value(soft, &limit.rlim_cur) < 0 ||
	    parse_value(hard ? hard : soft, &limit.rlim_max) < 0)
		return -1;
	errno = EINVAL;
	if (limit.rlim_cur > limit.rlim_max)
		return -1;
	limits->limit[resource] = limit;
	limits->given |= 1U << resource;
	return 0;
}

int rlimit_parse(const char *text, struct rlimits *limits)
{
	return words_each(text, take, limits);
}

/* prlimit(2): its resource is an int to musl, an enum to glibc. */
int rlimit_swap(int resource, const struct rlimit *to, struct rlimit *from)
{
	int result = (int)syscall(SYS_prlimit64, 0, resource, to, from);

	return !to ? result : traced(result, "prlimit(%d, %llu, %llu)", resource,
				     (unsigned long long)to->rlim_cur,
				     (unsigned long long)to->rlim_max);
}

int rlimit_set(const struct rlimits *limits, const char **failed)
{
	for (int resource = 0; resource < NAMES; resource++) {
		*failed = names[resource];
		if (limits->given & 1U << resource &&
		    rlimit_swap(resource, &limits->limit[resource], NULL) < 0)
			return -1;
	}
	return 0;
}
