/* SPDX-License-Identifier: ISC */
/* nsview - namespaces as rows of a report: the one list of what nsinfo(1) tells about one */
#ifndef NSKIT_NSVIEW_H
#define NSKIT_NSVIEW_H

#include "nstable.h"
#include "proc.h"
#include "report.h"
#include "user.h"

enum nsview_kind {
	NSVIEW_OWN,	/* whose they are */
	NSVIEW_OTHER,	/* the same, and whether this process shares them */
	NSVIEW_LIST,	/* who is in them; for after a pass of proc_scan() */
};

struct nsview {
	enum nsview_kind kind;
	struct nsentry *own[PROC_NAMES]; /* the namespaces of this process */
	int own_known;	/* not where /proc is another pid namespace's */
	struct report_column columns[12];
	struct report report;
	struct users users;
};

/* Find the namespaces of a handle, "-" for one on standard input, NULL for this process, and put
 * them into `table` as proc_add() does. Returns whether it is a process, or ends the program with
 * 125. */
int nsview_find(struct nstable *table, const char *word, struct nsentry *found[PROC_NAMES]);

/* Begin a report on entries of `table`. The kind says which columns the table has; JSON has always
 * all of them. */
void nsview_begin(struct nsview *view, struct nstable *table, enum nsview_kind kind, int json);

/* A row under the name `name`; with `ns` NULL about one that isn't there. */
void nsview_row(struct nsview *view, const char *name, const struct nsentry *ns);

/* Its inode, null for NULL. */
struct out_value nsview_inode(const struct nsentry *ns);

#endif
