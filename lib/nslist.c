/* SPDX-License-Identifier: ISC */
/* nslist - the list of namespaces, as it is asked for */
#include "nslist.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "die.h"
#include "nsname.h"
#include "why.h"

void nslist_scan(const struct nsask *asked, struct nsscan *scan)
{
	*scan = (struct nsscan){
		.kinds = asked->kinds ? asked->kinds : nskind_all,
		.where = asked->where,
		.table.ask = NSTABLE_ALL,
	};
	if (nsscan_run(scan) < 0)
		die("read the processes in /proc");
	nstable_sort(&scan->table);
	nsname_find_all(scan);
}

void nslist_end(struct report *report, const struct nsscan *scan)
{
	report_member(report, "processes", out_number((int64_t)scan->processes));
	report_member(report, "unreadable", out_number((int64_t)scan->unreadable));
	report_end(report);
	if (!scan->unreadable || report->json)
		return;
	errno = EACCES;
	why_set("");
	warn("read the namespaces of %zu process%s", scan->unreadable,
	     scan->unreadable == 1 ? "" : "es");
}

/* Whether it is asked for; the view is aimed at it. */
static int is_wanted(const struct nsask *asked, struct nsview *view, const struct nsentry *ns)
{
	if (asked->kinds && !(asked->kinds & ns->kind->flag))
		return 0;
	if (asked->held && !(asked->held & ns->held))
		return 0;
	if (asked->persistent && ns->members)
		return 0;
	return nsquery_holds(asked->query, view);
}

/* Those asked for, of those in `from`. */
static size_t choose(const struct nsask *asked, struct nsview *view, struct nsentry *const *from,
		     size_t count, struct nsrow *rows)
{
	size_t chosen = 0;

	for (size_t i = 0; i < count; i++) {
		struct nsentry *ns = from[i];

		/* A process may be asked for, which has the same twice: for its children. */
		if (!ns || (chosen && rows[chosen - 1].ns == ns))
			continue;
		nsview_aim(view, ns->kind->name, ns);
		if (is_wanted(asked, view, ns))
			rows[chosen++] = (struct nsrow){ .ns = ns };
	}
	return chosen;
}

/* Boxes as a terminal draws them, where its character set has them (locale(7)). */
static int is_ascii(void)
{
	static const char *const variables[] = { "LC_ALL", "LC_CTYPE", "LANG" };
	const char *value = NULL;

	for (int i = 0; i < 3 && (!value || !*value); i++)
		value = getenv(variables[i]);
	return !value || (!strcasestr(value, "UTF-8") && !strcasestr(value, "UTF8"));
}

static void print_rows(struct nsview *view, struct nsrow *row)
{
	char prefix[NSTREE_PREFIX];
	int ascii = is_ascii();

	for (; row; row = nstree_next(row)) {
		nsview_aim(view, row->ns->kind->name, row->ns);
		nstree_prefix(row, ascii, prefix);
		nsview_row(view, prefix);
	}
}

/* What is shown unless it is chosen. The command comes last, and should have room, too. */
static enum nsview_set find_set(const struct nsask *asked)
{
	enum { WIDE = 100 };
	int width = asked->form == NSVIEW_TABLE ? out_read_width() : 0;

	if (asked->all_columns)
		return NSVIEW_ALL;
	if (asked->form == NSVIEW_AS_JSON)
		return NSVIEW_JSON;
	return width && width < WIDE ? NSVIEW_NARROW : NSVIEW_LIST;
}

size_t nslist_print(const struct nsask *asked)
{
	struct nsentry *its[PROC_NAMES];
	struct nsview view = { .scanned = 1 };
	struct nsscan scan;
	struct nsrow *rows, *top;
	size_t count;

	nsview_choose(&view, find_set(asked), asked->columns);
	nslist_scan(asked, &scan);
	count = scan.table.count;
	if (asked->handle) {
		nsview_find_handle(&scan.table, asked->handle, its);
		count = PROC_NAMES;
	}
	nsview_learn_own(&view, &scan.table);
	rows = malloc((count + 1) * sizeof(*rows));
	if (!rows)
		die("allocate a list");
	count = choose(asked, &view, asked->handle ? its : scan.table.all, count, rows);
	top = nstree_tie(rows, count, asked->tree, &scan);
	if (asked->form == NSVIEW_DOT) {
		nsdot_print(&view, top);
	} else {
		nsview_begin(&view, asked->form);
		print_rows(&view, top);
	}
	nslist_end(&view.report, &scan);
	return count;
}
