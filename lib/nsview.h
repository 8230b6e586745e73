/* SPDX-License-Identifier: ISC */
/*
 * nsview - namespaces as rows of a report
 *
 * The columns are chosen, then the view is aimed at one namespace after the other. A value is made
 * when it is asked for, by a row or a filter, and at most once a namespace.
 */
#ifndef NSKIT_NSVIEW_H
#define NSKIT_NSVIEW_H

#include "nl.h"
#include "nstable.h"
#include "proc.h"
#include "report.h"
#include "user.h"

enum { NSVIEW_COLUMNS = 29 };

struct nsview;

/* How a report is written: aligned, and fit for the terminal where it goes to one; as JSON; as
 * lines of words for a program to cut; not at all; a list also
 * as a drawing for dot(1). */
enum nsview_form { NSVIEW_TABLE, NSVIEW_AS_JSON, NSVIEW_RAW, NSVIEW_SILENT, NSVIEW_DOT };

/* report_begin() in that form. */
void nsview_begin_report(struct report *report, const struct report_column *columns,
			 const char *key, enum nsview_form form);

/* What there is to tell about a namespace. */
struct nscolumn {
	const char *key;	/* in JSON, and in capitals as heading */
	const char *alias;	/* what lsns(8) calls it, NULL: the same or nothing */
	const char *help;
	struct out_value (*find)(struct nsview *view, const struct nsentry *ns);
	int style;		/* in a table, OUT_... */
	int in;			/* the sets it is part of, NSVIEW_... */
};

/* What is shown where nothing else is asked for. */
enum nsview_set {
	NSVIEW_PROCESS = 1,	/* of a process: what costs next to nothing */
	NSVIEW_LIST = 2,	/* of a list */
	NSVIEW_NARROW = 16,	/* of a list on a terminal that has no room for all these */
	NSVIEW_JSON = 4,	/* in JSON: all that needn't be asked inside */
	NSVIEW_ALL = 8,
};

extern const struct nscolumn nscolumns[NSVIEW_COLUMNS];

/* The column of that name, capital letters or small, or alias; NULL where there is none. */
const struct nscolumn *nscolumn_find(const char *name);

/* Write the list of all columns. */
void nscolumn_print(enum nsview_form form);

struct nsview {
	const struct nscolumn *shown[NSVIEW_COLUMNS];
	size_t count;
	struct report_column heads[NSVIEW_COLUMNS + 1];
	struct report report;
	enum nsview_form form;
	struct nsentry *own[PROC_NAMES]; /* the namespaces of this process */
	int own_known;	/* not where /proc is another pid namespace's */
	int scanned;	/* a pass has counted the members */
	struct users users;
	struct nl *nl;	/* a conversation in our network namespace, once it is needed */

	/* What it is aimed at, and its values so far. */
	const char *name;
	const struct nsentry *ns;
	struct out_value values[NSVIEW_COLUMNS];
	char *texts[NSVIEW_COLUMNS];
	char has[NSVIEW_COLUMNS];
	char *text;	/* where one is made, before it is copied: NSINSIDE_TEXT bytes */
};

/* Begin with the columns of a set, in their order, those of `list` ("kind,inode"), or with
 * "+id,name" the set and more. All zero before. A list with an unknown column ends the program. */
void nsview_choose(struct nsview *view, enum nsview_set set, const char *list);

/* Learn the own namespaces, and put them into `table`. */
void nsview_learn_own(struct nsview *view, struct nstable *table);

/* Begin the report. */
void nsview_begin(struct nsview *view, enum nsview_form form);

/* Aim at a namespace, under the name `name`; NULL: one that isn't there. */
void nsview_aim(struct nsview *view, const char *name, const struct nsentry *ns);

/* What a column has to say about it; it lives until the view is aimed anew. */
struct out_value nsview_find(struct nsview *view, const struct nscolumn *column);

/* A row about it. In a table its first cell has `prefix` before it. */
void nsview_row(struct nsview *view, const char *prefix);

/* Find the namespaces of a handle, "-" for one on standard input, NULL for this process, and put
 * them into `table` as proc_add() does. Returns whether it is a process, or ends the program with
 * 125. */
int nsview_find_handle(struct nstable *table, const char *word,
		       struct nsentry *found[PROC_NAMES]);

#endif
