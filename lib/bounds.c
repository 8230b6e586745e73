/* SPDX-License-Identifier: ISC */
/* bounds - what a process may do, in words or JSON */
#include "bounds.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capname.h"
#include "confine.h"
#include "die.h"
#include "file.h"
#include "out.h"
#include "rlimit.h"
#include "securebits.h"

enum { STATUS_MAX = 16384 };

struct bounds {
	struct confine confine;
	char status[STATUS_MAX];	/* as /proc/PID/status has it */
	char oom_score[16];
	int securebits;			/* -1: not known */
};

static void read_all(struct bounds *bounds, int procdir, int own, const char *word)
{
	if (confine_read(&bounds->confine, procdir) < 0 ||
	    file_read(procdir, "status", bounds->status, sizeof(bounds->status)) < 0 ||
	    file_read(procdir, "oom_score_adj", bounds->oom_score, sizeof(bounds->oom_score)) < 0)
		die("read what '%s' may do", word);
	bounds->securebits = own ? securebits_read() : -1;
}

/* What follows `name` in the status, "" where there is none. */
static const char *find(const struct bounds *bounds, const char *name)
{
	const char *line = strstr(bounds->status, name);

	return line ? line + strlen(name) : "";
}

/* The next number of a line; returns whether there is one. */
static int next_number(const char **text, unsigned long *value)
{
	char *end;

	*text += strspn(*text, " \t");
	if (**text < '0' || **text > '9')
		return 0;
	*value = strtoul(*text, &end, 10);
	*text = end;
	return 1;
}

static const char *seccomp_mode(const struct bounds *bounds)
{
	switch (*find(bounds, "\nSeccomp:\t")) {
	case '0': return "none";
	case '1': return "strict";
	case '2': return "filter";
	default: return NULL;
	}
}

/* A line of words, or a member of the JSON object. */
struct view {
	struct out_json writer;
	int json;
	const char *between;	/* in a list: what is due before the next word */
};

static void put(struct view *view, const char *name, struct out_value value)
{
	if (view->json)
		out_member(&view->writer, name, value);
	else if (value.type == OUT_NUMBER)
		printf("%-13s %lld\n", name, (long long)value.number);
	else if (value.type == OUT_BOOL)
		printf("%-13s %s\n", name, value.number ? "yes" : "no");
	else
		printf("%-13s %s\n", name, value.text ? value.text : "unknown");
}

/* A number where there is one: before Linux 5.9 the filters aren't counted. */
static void put_number(struct view *view, const char *name, const char *text)
{
	char *end;
	long long number = strtoll(text, &end, 10);

	put(view, name, end == text ? out_null() : out_number(number));
}

static void open_list(struct view *view, const char *name)
{
	if (view->json)
		out_array(&view->writer, name);
	else
		printf("%-13s ", name);
	view->between = "";
}

static void put_item(struct view *view, struct out_value value)
{
	if (view->json)
		out_member(&view->writer, NULL, value);
	else if (value.type == OUT_NUMBER)
		printf("%s%lld", view->between, (long long)value.number);
	else
		printf("%s%s", view->between, value.text);
	view->between = ",";
}

static void close_list(struct view *view)
{
	if (view->json)
		out_close(&view->writer);
	else
		puts(*view->between ? "" : "none");
}

/* The four of a user or group; in words one is enough where they are the same. */
static void put_ids(struct view *view, const char *name, const char *text)
{
	static const char *const kinds[] = { "real", "effective", "saved", "files" };
	unsigned long id, first = 0;
	int same = 1;
	const char *at = text;

	for (int i = 0; next_number(&at, &id); i++) {
		first = i ? first : id;
		same &= id == first;
	}
	if (same && !view->json) {
		put(view, name, out_number((int64_t)first));
		return;
	}
	if (view->json)
		out_object(&view->writer, name);
	else
		printf("%-13s", name);
	for (int i = 0; i < 4 && next_number(&text, &id); i++)
		if (view->json)
			out_member(&view->writer, kinds[i], out_number((int64_t)id));
		else
			printf(" %s %lu", kinds[i], id);
	if (view->json)
		out_close(&view->writer);
	else
		putchar('\n');
}

static void put_groups(struct view *view, const char *text)
{
	unsigned long group;

	open_list(view, "groups");
	while (next_number(&text, &group))
		put_item(view, out_number((int64_t)group));
	close_list(view);
}

static void put_caps(struct view *view, const char *name, uint64_t caps)
{
	char text[CAPNAME_TEXT];

	if (!view->json) {
		capname_write(caps, cap_read_known(), text);
		put(view, name, out_text(text));
		return;
	}
	open_list(view, name);
	for (int cap = 0; cap < 64; cap++)
		if (caps >> cap & 1)
			put_item(view, out_text(capname_find(cap)));
	close_list(view);
}

static void put_securebits(struct view *view, int bits)
{
	unsigned int left = (unsigned int)bits;
	const char *name;

	if (bits < 0) { /* nothing tells those of another process */
		put(view, "securebits", out_null());
		return;
	}
	open_list(view, "securebits");
	while ((name = securebits_next(&left)))
		put_item(view, out_text(name));
	close_list(view);
}

static struct out_value limit_value(rlim_t limit)
{
	return limit == RLIM_INFINITY ? out_text("unlimited") : out_number((int64_t)limit);
}

static void put_limits(struct view *view, const struct confine *confine)
{
	static const struct out_column columns[] = {
		{ "LIMIT", 0 }, { "SOFT", 1 }, { "HARD", 1 }, { 0 }
	};
	struct out_table table;

	out_table_begin(&table, columns);
	if (view->json)
		out_object(&view->writer, "limits");
	for (int i = 0; i < confine->limit_count && rlimit_name(i); i++) {
		struct out_value soft = limit_value(confine->limits[i].rlim_cur);
		struct out_value hard = limit_value(confine->limits[i].rlim_max);

		if (view->json) {
			out_object(&view->writer, rlimit_name(i));
			out_member(&view->writer, "soft", soft);
			out_member(&view->writer, "hard", hard);
			out_close(&view->writer);
			continue;
		}
		out_cell(&table, out_text(rlimit_name(i)));
		out_cell(&table, soft);
		out_cell(&table, hard);
	}
	if (view->json)
		out_close(&view->writer);
	else
		out_table_print(&table);
}

static void put_all(struct view *view, const struct bounds *bounds)
{
	const struct cap_sets *caps = &bounds->confine.caps;
	char umask[8] = "";

	put_ids(view, "user", find(bounds, "\nUid:\t"));
	put_ids(view, "group", find(bounds, "\nGid:\t"));
	put_groups(view, find(bounds, "\nGroups:\t"));
	put_caps(view, "permitted", caps->permitted);
	put_caps(view, "effective", caps->effective);
	put_caps(view, "inheritable", caps->inheritable);
	put_caps(view, "bounding", caps->bounding);
	put_caps(view, "ambient", caps->ambient);
	put_securebits(view, bounds->securebits);
	put(view, "no_new_privs", out_bool(bounds->confine.no_new_privs));
	put(view, "seccomp", out_text(seccomp_mode(bounds)));
	put_number(view, "filters", find(bounds, "\nSeccomp_filters:\t"));
	snprintf(umask, sizeof(umask), "%.4s", find(bounds, "\nUmask:\t"));
	put(view, "umask", out_text(*umask ? umask : NULL));
	put_number(view, "oom_score", bounds->oom_score);
	put_limits(view, &bounds->confine);
}

void bounds_print(int procdir, int own, const char *word, int json)
{
	static struct bounds bounds;
	struct view view = { .json = json };

	read_all(&bounds, procdir, own, word);
	if (json)
		out_object(&view.writer, NULL);
	put_all(&view, &bounds);
	if (json)
		out_close(&view.writer);
	out_end();
}

void bounds_print_caps(uint64_t caps, int json)
{
	struct view view = { .json = json, .between = "" };

	if (json) {
		out_object(&view.writer, NULL);
		put_caps(&view, "capabilities", caps);
		out_close(&view.writer);
	} else {
		for (int cap = 0; cap < 64; cap++)
			if (caps >> cap & 1)
				put_item(&view, out_text(capname_find(cap)));
		close_list(&view);
	}
	out_end();
}
