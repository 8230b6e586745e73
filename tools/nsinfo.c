/* SPDX-License-Identifier: ISC */
/*
 * nsinfo - show namespaces: of a process, of all processes, and their limits
 *
 * nsinfo [-t HANDLE]                the namespaces of a process, and who owns them
 * nsinfo -l                         those of all processes, and who is in them
 * nsinfo [-t HANDLE] --same HANDLE  do two share theirs? 0: yes, 1: no
 * nsinfo --limits                   how many may be made, how many can be seen
 *
 * Equal inodes are the same namespace, whoever looks.
 */
#include <errno.h>
#include <unistd.h>

#include "die.h"
#include "nskind.h"
#include "nsscan.h"
#include "nstable.h"
#include "nsview.h"
#include "opt.h"
#include "out.h"
#include "proc.h"
#include "report.h"
#include "why.h"

/* A query's answer beside 0. */
enum { STATUS_NO = 1 };

enum { OPT_SAME = OPT_LONG, OPT_LIMITS, OPT_JSON };

static const struct opt opts[] = {
	{ 't', "target", "HANDLE", "show the namespaces of HANDLE, - for standard input" },
	{ 'l', "list", NULL, "list the namespaces of all processes, and who is in them" },
	{ OPT_SAME, "same", "HANDLE", "print what isn't shared with HANDLE; status 1 if anything" },
	{ OPT_LIMITS, "limits", NULL, "show how many namespaces may be made, and can be seen" },
	OPT_KINDS("only the"),
	{ OPT_JSON, "json", NULL, "write JSON instead of a table" },
	OPT_COMMON
};

static const struct tool tool = {
	.name = "nsinfo",
	.does = "show namespaces: of a process, of all processes, and their limits",
	.use = { "[-t HANDLE] [OPTION...]", "-l [-t HANDLE] [OPTION...]",
		 "[-t HANDLE] --same HANDLE [OPTION...]", "--limits [OPTION...]" },
	.opts = opts,
};

/* What is asked for. */
struct question {
	const char *handle, *other;
	int list, limits, json;
	int flags;		/* the kinds; 0: all */
};

static int wanted(const struct question *asked, int flag)
{
	return !asked->flags || asked->flags & flag;
}

static void scan(const struct question *asked, struct nsscan *found)
{
	found->kinds = asked->flags ? asked->flags : nskind_all;
	found->where = NSSCAN_THREADS | NSSCAN_FDS | NSSCAN_MOUNTS | NSSCAN_KERNEL;
	found->table.ask = NSTABLE_ALL;
	if (nsscan_run(found) < 0)
		die("read the processes in /proc");
	nstable_sort(&found->table);
}

/* The end of a report about a pass: say how much it saw. */
static void end_scan(struct report *report, const struct nsscan *count)
{
	report_member(report, "processes", out_number((int64_t)count->processes));
	report_member(report, "unreadable", out_number((int64_t)count->unreadable));
	report_end(report);
	if (!count->unreadable || report->json)
		return;
	errno = EACCES;
	why_set("");
	warn("read the namespaces of %zu process%s", count->unreadable,
	     count->unreadable == 1 ? "" : "es");
}

static void show(const struct question *asked)
{
	struct nsentry *found[PROC_NAMES];
	struct nstable table = { 0 };
	struct nsview view;
	int is_process = nsview_find(&table, asked->handle, found);

	nsview_begin(&view, &table, asked->handle ? NSVIEW_OTHER : NSVIEW_OWN, asked->json);
	for (int i = 0; i < PROC_NAMES; i++)
		if (wanted(asked, proc_names[i].flag) && (found[i] || is_process))
			nsview_row(&view, proc_names[i].name, found[i]);
	report_end(&view.report);
}

/* All of them, or with a handle its own. */
static void list(const struct question *asked)
{
	struct nsentry *found[PROC_NAMES] = { 0 };
	struct nsscan found_all = { 0 };
	struct nsview view;

	if (asked->handle)
		nsview_find(&found_all.table, asked->handle, found);
	scan(asked, &found_all);
	nsview_begin(&view, &found_all.table, NSVIEW_LIST, asked->json);
	for (int i = 0; i < PROC_NAMES; i++)
		if (found[i] && wanted(asked, proc_names[i].flag))
			nsview_row(&view, proc_names[i].name, found[i]);
	for (size_t i = 0; i < found_all.table.count && !asked->handle; i++)
		if (wanted(asked, found_all.table.all[i]->kind->flag))
			nsview_row(&view, found_all.table.all[i]->kind->name, found_all.table.all[i]);
	end_scan(&view.report, &found_all);
}

/* Visible are those whose owner we may know: they are our user namespace's or one's below it, so
 * they count against the limits of a user here. */
static void show_limits(const struct question *asked)
{
	static const struct report_column columns[] = {
		{ "kind", "KIND", 0 }, { "limit", "LIMIT", 1 }, { "visible", "VISIBLE", 1 },
		{ "yours", "YOURS", 1 }, { 0 }
	};
	int64_t visible[NSKIND_COUNT] = { 0 }, yours[NSKIND_COUNT] = { 0 };
	struct nsscan found_all = { 0 };
	struct report report;

	scan(asked, &found_all);
	for (size_t i = 0; i < found_all.table.count; i++) {
		const struct nsentry *ns = found_all.table.all[i];

		visible[ns->kind - nskinds] += ns->owner != NULL;
		yours[ns->kind - nskinds] += ns->owner && nstable_charged_uid(ns) == geteuid();
	}
	report_begin(&report, columns, "limits", asked->json);
	for (int i = 0; i < NSKIND_COUNT; i++) {
		uint64_t limit;
		int known = proc_read_limit(&nskinds[i], &limit) == 0;

		if (wanted(asked, nskinds[i].flag))
			report_row(&report, (struct out_value[]){
				out_text(nskinds[i].name),
				known ? out_number((int64_t)limit) : out_null(),
				found_all.table.silent ? out_null() : out_number(visible[i]),
				found_all.table.silent ? out_null() : out_number(yours[i]) });
	}
	end_scan(&report, &found_all);
}

/* The kinds to compare: those that both have. One asked for by letter, both must have. */
static int comparable(const struct question *asked, struct nsentry *const one[PROC_NAMES],
		      struct nsentry *const two[PROC_NAMES])
{
	int flags = 0;

	for (int i = 0; i < PROC_NAMES; i++) {
		const struct proc_name *file = &proc_names[i];

		if (file->children || !wanted(asked, file->flag))
			continue;
		if (one[i] && two[i])
			flags |= file->flag;
		else if (asked->flags)
			refuse("no %s namespace in '%s' to compare", file->name,
			       two[i] && asked->handle ? asked->handle : asked->other);
	}
	if (!flags)
		refuse("no kind of namespace in common to compare with '%s'", asked->other);
	return flags;
}

/* Returns whether all are shared. */
static int compare(const struct question *asked)
{
	static const struct report_column columns[] = {
		{ "kind", "KIND", 0 }, { "inode", "INODE", 1 }, { "other", "OTHER", 1 },
		{ "shared", NULL, 0 }, { 0 }
	};
	struct nsentry *one[PROC_NAMES], *two[PROC_NAMES];
	struct nstable table = { 0 };
	struct report report;
	int flags, equal = 1;

	nsview_find(&table, asked->handle, one);
	nsview_find(&table, asked->other, two);
	flags = comparable(asked, one, two);
	report_begin(&report, columns, "namespaces", asked->json);
	for (int i = 0; i < PROC_NAMES; i++) {
		if (proc_names[i].children || !(flags & proc_names[i].flag))
			continue;
		equal &= one[i] == two[i];
		if (one[i] != two[i] || asked->json)
			report_row(&report, (struct out_value[]){
				out_text(proc_names[i].name), nsview_inode(one[i]),
				nsview_inode(two[i]), out_bool(one[i] == two[i]) });
	}
	report_member(&report, "shared", out_bool(equal));
	report_end(&report);
	return equal;
}

int main(int argc, char **argv)
{
	struct question asked = { 0 };
	int key;

	opt_begin(&tool);
	while ((key = opt_next(&tool, argc, argv)) != -1)
		switch (key) {
		case 't': asked.handle = optarg; break;
		case 'l': asked.list = 1; break;
		case OPT_SAME: asked.other = optarg; break;
		case OPT_LIMITS: asked.limits = 1; break;
		case OPT_JSON: asked.json = 1; break;
		default: asked.flags |= nskind_find_letter(key)->flag;
		}
	opt_end(argv + optind);
	if (asked.list + asked.limits + !!asked.other > 1)
		refuse_usage("--list, --limits and --same are different questions");
	if (asked.limits && asked.handle)
		refuse_usage("--limits tells about the own user namespace, not about a handle's");

	if (asked.other)
		return compare(&asked) ? 0 : STATUS_NO;
	if (asked.limits)
		show_limits(&asked);
	else if (asked.list)
		list(&asked);
	else
		show(&asked);
	return 0;
}
