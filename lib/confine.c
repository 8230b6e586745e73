/* SPDX-License-Identifier: ISC */
/* confine - what a process may do, and no more */
#include "confine.h"

#include <linux/capability.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

#include "file.h"
#include "kernel.h"
#include "num.h"
#include "proc.h"
#include "rlimit.h"
#include "trace.h"

enum { TEXT_MAX = 16384 };

/* The number on the line `name` of a /proc/PID/status, 0 where there is none. */
static uint64_t find_number(const char *status, const char *name, int base)
{
	const char *line = strstr(status, name);

	return line ? strtoull(line + strlen(name), NULL, base) : 0;
}

/* A number, or "unlimited". */
static rlim_t parse_limit(const char *text, char **end)
{
	text += strspn(text, " ");
	if (strncmp(text, "unlimited", 9))
		return (rlim_t)strtoull(text, end, 10);
	*end = strchr(text, 'd') + 1;
	return RLIM_INFINITY;
}

/* A heading, then each resource in the order of its number: its name in 26 columns, soft, hard. */
static void parse_limits(struct confine *confine, char *text)
{
	char *line = strchr(text, '\n');

	confine->limit_count = 0;
	while (line && strlen(++line) > 26 && confine->limit_count < RLIM_NLIMITS) {
		struct rlimit *limit = &confine->limits[confine->limit_count++];
		char *end;

		limit->rlim_cur = parse_limit(line + 26, &end);
		limit->rlim_max = parse_limit(end, &end);
		line = strchr(end, '\n');
	}
}

int confine_read(struct confine *confine, int procdir)
{
	char text[TEXT_MAX];

	if (file_read(procdir, "limits", text, sizeof(text)) < 0)
		return -1;
	parse_limits(confine, text);
	if (file_read(procdir, "status", text, sizeof(text)) < 0)
		return -1;
	confine->caps = (struct cap_sets){
		.inheritable = find_number(text, "\nCapInh:\t", 16),
		.permitted = find_number(text, "\nCapPrm:\t", 16),
		.effective = find_number(text, "\nCapEff:\t", 16),
		.bounding = find_number(text, "\nCapBnd:\t", 16),
		.ambient = find_number(text, "\nCapAmb:\t", 16),
	};
	confine->no_new_privs = find_number(text, "\nNoNewPrivs:\t", 10) == 1;
	confine->filtered = find_number(text, "\nSeccomp:\t", 10) == 2;
	confine->filters = (struct filters){ NULL, 0 };
	return 0;
}

static int read_oom(int procdir, int64_t *score, char text[16])
{
	if (file_read(procdir, "oom_score_adj", text, 16) < 0)
		return -1;
	text[strcspn(text, "\n")] = '\0';
	return num_parse_signed(text, 1000, score);
}

int confine_raise_oom(int procdir)
{
	int self = proc_open(0), result;
	int64_t ours, theirs;
	char text[16];

	if (self < 0)
		return -1;
	result = read_oom(self, &ours, text) < 0 || read_oom(procdir, &theirs, text) < 0 ? -1 : 0;
	if (result == 0 && theirs > ours)
		result = file_write(self, "oom_score_adj", text);
	return file_close(self, result);
}

static rlim_t lower(rlim_t a, rlim_t b)
{
	return a < b ? a : b; /* RLIM_INFINITY is the highest */
}

static int set_limits(const struct confine *confine)
{
	for (int i = 0; i < confine->limit_count; i++) {
		const struct rlimit *theirs = &confine->limits[i];
		struct rlimit ours, both;

		if (rlimit_swap(i, NULL, &ours) < 0)
			continue;
		both.rlim_cur = lower(ours.rlim_cur, theirs->rlim_cur);
		both.rlim_max = lower(ours.rlim_max, theirs->rlim_max);
		if ((both.rlim_cur != ours.rlim_cur || both.rlim_max != ours.rlim_max) &&
		    rlimit_swap(i, &both, NULL) < 0)
			return -1;
	}
	return 0;
}

/* Without no_new_privs only CAP_SYS_ADMIN may install a filter: then it goes after that. */
int confine_set(const struct confine *confine, const char **step)
{
	int privileged = confine->filters.count && !confine->no_new_privs;
	uint64_t extra = privileged ? (uint64_t)1 << CAP_SYS_ADMIN : 0;

	*step = "lower the resource limits to the target's";
	if (set_limits(confine) < 0)
		return -1;
	*step = "give up the capabilities that the target hasn't";
	if (cap_set(&confine->caps, extra) < 0)
		return -1;
	*step = "set no_new_privs as the target has it";
	if (confine->no_new_privs && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -1;
	*step = "install the target's seccomp filters";
	if (filter_set(&confine->filters) < 0)
		return -1;
	*step = "give up CAP_SYS_ADMIN, which the target hasn't";
	return extra & ~confine->caps.permitted ? cap_drop(CAP_SYS_ADMIN) : 0;
}
