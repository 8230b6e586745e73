/* SPDX-License-Identifier: ISC */
/*
 * out - results on standard output: aligned tables for people, JSON for programs
 *
 * A value is made once, by out_text() and its like, and goes into a cell or a JSON member alike.
 * Names that come from processes are hostile input: neither form hands a control character on.
 */
#ifndef NSKIT_OUT_H
#define NSKIT_OUT_H

#include <stddef.h>
#include <stdint.h>

struct out_value {
	enum { OUT_NULL, OUT_BOOL, OUT_NUMBER, OUT_DECIMAL, OUT_TEXT } type;
	int64_t number;
	const char *text;	/* borrowed; copied or written when it is put somewhere */
};

/* What isn't known is null in JSON and "-" in a table. out_text(NULL) is null, too. */
struct out_value out_null(void);
struct out_value out_bool(int truth);
struct out_value out_number(int64_t number);
struct out_value out_decimal(int64_t thousandths); /* 0 or more */
struct out_value out_text(const char *text);

/* The length in bytes of the UTF-8 character at `text`, and its `code`; 0 where there is none: a
 * stray or missing continuation, an overlong form, a surrogate or a code above U+10FFFF. */
size_t out_decode(const char *text, uint32_t *code);

/* Whether it is a control of ASCII, or of those that Latin-1 added: a terminal obeys both. */
int out_is_control(uint32_t code);

/*
 * JSON, by RFC 8259, always valid UTF-8: a byte that is not becomes U+FFFD. The outermost two
 * levels are written one element a line, what lies deeper on one line, so that grep(1) finds a
 * whole row.
 */
enum { OUT_DEPTH = 16 };

struct out_json {
	int depth;		/* all zero to begin with */
	char bracket[OUT_DEPTH];
	char filled[OUT_DEPTH];
};

/* Open an object or array, as the member `key` of an object; NULL inside an array and outermost.
 * out_close() ends the one opened last; with the outermost ends the line. */
void out_object(struct out_json *json, const char *key);
void out_array(struct out_json *json, const char *key);
void out_close(struct out_json *json);

/* A value as the member `key` of an object, or with NULL as an element of an array. */
void out_member(struct out_json *json, const char *key, struct out_value value);

/*
 * A table: columns as wide as their widest cell, two blanks between them, the last one not padded.
 * A control character or a byte that is no UTF-8 becomes "?", an empty cell "-": a row always has
 * as many words as columns, as long as only the last column holds blanks.
 */
enum out_style {
	OUT_LEFT,
	OUT_RIGHT,		/* as numbers are */
	OUT_TINTED,		/* on the left, and in colour where there are colours */
};

struct out_column {
	const char *heading;	/* NULL ends an array of columns */
	int style;
};

struct out_table;

/* Prints a row, of headings where `cell` is NULL, in columns of `room` characters; returns what
 * comes after it. */
typedef const char *out_row_print(const struct out_table *table, const int *room, size_t count,
				  const char *cell);

struct out_table {
	const struct out_column *columns;
	char *text;		/* the cells, each with its NUL */
	size_t used, size, cells;
	out_row_print *print;	/* NULL: plain */
	int width;		/* of the terminal, which cuts what is longer */
	int colours;
};

/* Begin a table; the columns are borrowed until out_table_print(). */
void out_table_begin(struct out_table *table, const struct out_column *columns);

/* The next cell of the current row; the row is full when every column has one. */
void out_cell(struct out_table *table, struct out_value value);

/* For a terminal as standard output, fit the table to it, and have colours, unless NO_COLOR is set
 * (https://no-color.org/). */
void out_table_fit(struct out_table *table);

/* For programs that cut words: no headings, one blank between two cells, and one in a cell, as a
 * backslash, written as \xHH. */
void out_table_raw(struct out_table *table);

/* Write the headings and the rows, and free the table. */
void out_table_print(struct out_table *table);

/* Collect what is written into large pieces. Before the first of it. */
void out_begin(void);

/* All is written: where standard output couldn't take it, end the program with 125. */
void out_end(void);

#endif
