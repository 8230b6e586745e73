/* SPDX-License-Identifier: ISC */
/* nsview - namespaces as rows of a report */
#include "nsview.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "die.h"
#include "nsinside.h"
#include "target.h"

static void die_unreadable(const struct target *target)
{
	int denied = errno == EACCES;
	struct users users = { 0 };
	struct stat st;

	warn("read the namespaces of '%s'", target->word);
	if (denied && fstat(target->handle.procdir, &st) == 0) {
		const char *name = user_find(&users, st.st_uid);

		hint("the process is one of uid %u (%s)", st.st_uid, name ? name : "no name");
	}
	exit(EXIT_SELF);
}

int nsview_find_handle(struct nstable *table, const char *word, struct nsentry *found[PROC_NAMES])
{
	struct target target;

	if (!word) {
		if (proc_add(table, NULL, found) < 0)
			die("read the own namespaces in /proc/self");
		return getpid();
	}
	target_open(&target, word);
	if (proc_add(table, &target.handle, found) < 0)
		die_unreadable(&target);
	return target.handle.pid;
}

static void add_set(struct nsview *view, enum nsview_set set)
{
	for (const struct nscolumn *column = nscolumns; column < nscolumns + NSVIEW_COLUMNS;
	     column++)
		if (set == NSVIEW_ALL || column->in & (int)set)
			view->shown[view->count++] = column;
}

static void add_column(struct nsview *view, const char *name)
{
	const struct nscolumn *column = nscolumn_find(name);

	if (!column) {
		warnx("no column '%s'", name);
		hint("nsinfo --columns lists them");
		exit(EXIT_SELF);
	}
	for (size_t i = 0; i < view->count; i++)
		if (view->shown[i] == column)
			return;
	view->shown[view->count++] = column;
}

void nsview_choose(struct nsview *view, enum nsview_set set, const char *list)
{
	static char text[NSINSIDE_TEXT];
	char *copy = list ? strdup(list + (*list == '+')) : NULL, *rest = copy;

	view->text = text;
	if (!list || *list == '+')
		add_set(view, set);
	for (const char *name; rest && (name = strsep(&rest, ","));)
		add_column(view, name);
	free(copy);
}

void nsview_learn_own(struct nsview *view, struct nstable *table)
{
	view->own_known = proc_add(table, NULL, view->own) == 0;
}

void nsview_begin_report(struct report *report, const struct report_column *columns,
			 const char *key, enum nsview_form form)
{
	static const struct report_column none[1];

	report_begin(report, form == NSVIEW_SILENT ? none : columns, key, form == NSVIEW_AS_JSON);
	if (form == NSVIEW_TABLE)
		out_table_fit(&report->table);
	if (form == NSVIEW_RAW)
		out_table_raw(&report->table);
}

void nsview_begin(struct nsview *view, enum nsview_form form)
{
	for (size_t i = 0; i < view->count; i++) {
		const struct nscolumn *column = view->shown[i];
		char *heading = strdup(column->key);

		if (!heading)
			die("allocate a heading");
		for (char *c = heading; *c; c++)
			*c = (char)toupper((unsigned char)*c);
		view->heads[i] = (struct report_column){ column->key, heading, column->style };
	}
	view->form = form;
	nsview_begin_report(&view->report, view->heads, "namespaces", form);
}

void nsview_aim(struct nsview *view, const char *name, const struct nsentry *ns)
{
	for (int i = 0; i < NSVIEW_COLUMNS; i++) {
		free(view->texts[i]);
		view->texts[i] = NULL;
		view->has[i] = 0;
	}
	view->name = name;
	view->ns = ns;
}

struct out_value nsview_find(struct nsview *view, const struct nscolumn *column)
{
	static const struct nsentry none = { .uid = NSTABLE_NO_UID };
	size_t at = (size_t)(column - nscolumns);
	struct out_value *value = &view->values[at];

	if (view->has[at])
		return *value;
	view->has[at] = 1;
	*value = column->find(view, view->ns ? view->ns : &none);
	/* What was made for it will be overwritten by the next. */
	if (value->type == OUT_TEXT && value->text == view->text) {
		view->texts[at] = strdup(value->text);
		if (!view->texts[at])
			die("allocate a text");
		value->text = view->texts[at];
	}
	return *value;
}

void nsview_row(struct nsview *view, const char *prefix)
{
	struct out_value row[NSVIEW_COLUMNS];
	char digits[24], *first = NULL;

	for (size_t i = 0; i < view->count; i++)
		row[i] = nsview_find(view, view->shown[i]);
	if (*prefix && view->count && view->form == NSVIEW_TABLE) {
		snprintf(digits, sizeof(digits), "%lld", (long long)row[0].number);
		if (asprintf(&first, "%s%s", prefix, row[0].type == OUT_TEXT ? row[0].text :
			     row[0].type == OUT_NUMBER ? digits : "-") < 0)
			die("allocate a row");
		row[0] = out_text(first);
	}
	report_row(&view->report, row);
	free(first);
}
