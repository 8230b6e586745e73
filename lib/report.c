/* SPDX-License-Identifier: ISC */
/* report - rows of columns on standard output: a table, or the same as JSON */
#include "report.h"

static int is_end(const struct report_column *column)
{
	return !column->key && !column->heading;
}

void report_begin(struct report *report, const struct report_column *columns, const char *key,
		  int json)
{
	struct out_column *head = report->heads;

	*report = (struct report){ .columns = columns, .json = json };
	for (; !is_end(columns); columns++)
		if (columns->heading)
			*head++ = (struct out_column){ columns->heading, columns->style };
	out_table_begin(&report->table, report->heads);
	if (json) {
		out_object(&report->writer, NULL);
		out_array(&report->writer, key);
	}
}

void report_rows(struct report *report, const struct report_column *columns, const char *key)
{
	out_close(&report->writer);
	report->columns = columns;
	out_array(&report->writer, key);
}

void report_row(struct report *report, const struct out_value *values)
{
	const struct report_column *column = report->columns;

	if (report->json)
		out_object(&report->writer, NULL);
	for (; !is_end(column); column++, values++)
		if (report->json && column->key)
			out_member(&report->writer, column->key, *values);
		else if (!report->json && column->heading)
			out_cell(&report->table, *values);
	if (report->json)
		out_close(&report->writer);
}

void report_member(struct report *report, const char *key, struct out_value value)
{
	if (!report->json)
		return;
	if (report->writer.depth > 1) /* end the rows */
		out_close(&report->writer);
	out_member(&report->writer, key, value);
}

void report_end(struct report *report)
{
	while (report->writer.depth)
		out_close(&report->writer);
	if (report->table.cells)
		out_table_print(&report->table);
	out_end();
}
