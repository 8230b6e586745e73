/* SPDX-License-Identifier: ISC */
/* nslimits - the limits on namespaces, and what is in use, part of nsabout.h */
#include <sched.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "die.h"
#include "file.h"
#include "nsabout.h"
#include "nsfact.h"
#include "nsinside.h"

/* One user namespace: what was made in it, and in those below it, counts there. */
struct level {
	const struct nsentry *ns;	/* NULL: our own is not known */
	int depth;			/* 0: our own */
	int64_t visible[NSKIND_COUNT], yours[NSKIND_COUNT];
};

/* Ours first, and of the others those that can be seen to lie below it. */
static size_t find_levels(const struct nsscan *scan, struct nsentry *own, struct level *levels)
{
	size_t count = 1;

	levels[0] = (struct level){ .ns = own };
	if (own)
		own->row = 1;
	for (size_t i = 0; i < scan->table.count; i++) {
		struct nsentry *ns = scan->table.all[i];

		if (ns->kind->flag != CLONE_NEWUSER || ns == own || !ns->owner)
			continue;
		levels[count] = (struct level){ .ns = ns };
		for (const struct nsentry *up = ns->owner; up; up = up->owner)
			levels[count].depth++;
		ns->row = ++count;
	}
	return count;
}

/* A namespace counts at the level that it was made in, and at each above it. Only the one of ours
 * tells who made it: the user of ours that it counts against there. */
static void count_all(const struct nsscan *scan, struct level *levels)
{
	for (size_t i = 0; i < scan->table.count; i++) {
		const struct nsentry *ns = scan->table.all[i];
		ptrdiff_t kind = ns->kind - nskinds;

		for (const struct nsentry *up = ns->owner; up; up = up->owner)
			if (up->row)
				levels[up->row - 1].visible[kind]++;
		levels[0].yours[kind] += ns->owner && nstable_charged_uid(ns) == geteuid();
	}
}

/* The limits of a level, a line each; all unknown where it can't be entered. */
static void read_limits(const struct level *level, char text[NSINSIDE_TEXT])
{
	int fd = level->depth ? nsfact_open(level->ns) : -1;

	*text = '\0';
	if (!level->depth || fd >= 0)
		nsinside_ask(fd, CLONE_NEWUSER, nsinside_limits, NULL, text, NSINSIDE_TEXT);
	file_close(fd, 0);
}

static void print_level(struct report *report, const struct level *level, int kinds, int silent)
{
	char text[NSINSIDE_TEXT], *rest = text;

	read_limits(level, text);
	for (int i = 0; i < NSKIND_COUNT; i++) {
		const char *limit = rest ? strsep(&rest, "\n") : "-";
		int known = *limit >= '0' && *limit <= '9';

		if (kinds && !(kinds & nskinds[i].flag))
			continue;
		report_row(report, (struct out_value[]){
			out_number(level->depth),
			level->ns ? out_number((int64_t)level->ns->inode) : out_null(),
			out_text(nskinds[i].name),
			known ? out_number(strtoll(limit, NULL, 10)) : out_null(),
			silent ? out_null() : out_number(level->visible[i]),
			silent || level->depth ? out_null() : out_number(level->yours[i]) });
	}
}

void nslimits_print(const struct nsask *asked)
{
	static const struct report_column columns[] = {
		{ "level", "LEVEL", OUT_RIGHT },
		{ "userns", "USERNS", OUT_RIGHT },
		{ "kind", "KIND", OUT_TINTED },
		{ "limit", "LIMIT", OUT_RIGHT },
		{ "visible", "VISIBLE", OUT_RIGHT },
		{ "yours", "YOURS", OUT_RIGHT },
		{ NULL, NULL, OUT_LEFT }
	};
	struct nsentry *own[PROC_NAMES] = { NULL };
	struct nsask all = *asked;
	struct level *levels;
	struct report report;
	struct nsscan scan;
	size_t count;

	/* The user namespaces are the levels, whatever is counted. */
	all.kinds = asked->kinds ? asked->kinds | CLONE_NEWUSER : 0;
	nslist_scan(&all, &scan);
	proc_add(&scan.table, NULL, own);
	levels = calloc(scan.table.count + 1, sizeof(*levels));
	if (!levels)
		die("allocate the levels");
	count = find_levels(&scan, own[0], levels);
	count_all(&scan, levels);
	nsview_begin_report(&report, columns, "limits", asked->form);
	for (size_t i = 0; i < count; i++)
		print_level(&report, &levels[i], asked->kinds, scan.table.silent);
	free(levels);
	nslist_end(&report, &scan);
}
