/* SPDX-License-Identifier: ISC */
/* report - rows of columns on standard output: a table for people, or the same as JSON */
#ifndef NSKIT_REPORT_H
#define NSKIT_REPORT_H

#include "out.h"

struct report_column {
	const char *key;	/* in JSON; NULL: only in the table */
	const char *heading;	/* in the table; NULL: only in JSON; both NULL: no more columns */
	int style;		/* OUT_LEFT, OUT_RIGHT, OUT_TINTED */
};


enum { REPORT_COLUMNS = 32 };

struct report {
	const struct report_column *columns;
	struct out_column heads[REPORT_COLUMNS + 1];
	struct out_table table;
	struct out_json writer;
	int json;
};

/* Begin a report of at most REPORT_COLUMNS columns, which are borrowed. In JSON it is an object
 * whose first member `key` is an array of rows. */
void report_begin(struct report *report, const struct report_column *columns, const char *key,
		  int json);

/* Begin another array `key`, with columns of its own; for JSON. */
void report_rows(struct report *report, const struct report_column *columns, const char *key);

/* A row: one value for each column, in their order. */
void report_row(struct report *report, const struct out_value *values);

/* A member of the JSON object beside the rows, after the last of them; a table has none. */
void report_member(struct report *report, const char *key, struct out_value value);

/* The end: prints the table, unless it has no rows. Where standard output couldn't take it, ends
 * the program with 125. */
void report_end(struct report *report);

#endif
