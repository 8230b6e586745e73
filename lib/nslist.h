/* SPDX-License-Identifier: ISC */
/* nslist - the list of namespaces, as it is asked for */
#ifndef NSKIT_NSLIST_H
#define NSKIT_NSLIST_H

#include "nsquery.h"
#include "nsscan.h"
#include "nstree.h"
#include "nsview.h"

/* What is asked for. All zero: every namespace, and what a table has. */
struct nsask {
	const char *handle;	/* only those of this one */
	int kinds;		/* only these; 0: all */
	unsigned int held;	/* only those held so, NSTABLE_...; 0: however */
	int persistent;		/* only those without a process */
	struct nsquery *query;	/* only those for which it holds */
	int where;		/* to look for them, NSSCAN_... */
	const char *columns;	/* NULL: the usual */
	int all_columns;
	enum nstree_by tree;
	enum nsview_form form;
};

/* Look for all namespaces of the kinds asked for, in order and with their names. Ends the program
 * with 125 where /proc can't be read. */
void nslist_scan(const struct nsask *asked, struct nsscan *scan);

/* End a report about a pass: tell how many processes it could read, and how many not. */
void nslist_end(struct report *report, const struct nsscan *scan);

/* Print the list. Returns how many there are. */
size_t nslist_print(const struct nsask *asked);

/* Draw the rows of the tree for dot(1). */
void nsdot_print(struct nsview *view, struct nsrow *top);

#endif
