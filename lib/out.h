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
	union {
		int64_t number;		/* also of OUT_BOOL, and OUT_DECIMAL: thousandths */
		const char *text;	/* borrowed; copied or written when it is put somewhere */
	};
	const struct out_list *list;	/* of a text; NULL: it is one */
};

struct out_json;

/* A text that JSON has as an array: of texts, or with keys of objects. */
struct out_list {
	void (*write)(struct out_json *json, const char *key, struct out_value value);
				/* out_write_list; in no program that has no lists */
	const char *between;	/* what stands between two elements */
	const char *const *keys; /* of an element's words, which blanks part; NULL after the last */
	int numbers;		/* a word is a number; else the last key has all that are left */
};

/* What isn't known is null in JSON and "-" in a table. out_text(NULL) is null, too. */
struct out_value out_null(void);
struct out_value out_bool(int truth);
struct out_value out_number(int64_t number);
struct out_value out_decimal(int64_t thousandths); /* 0 or more */
struct out_value out_text(const char *text);
struct out_value out_list(const char *text, const struct out_list *list);
void out_write_list(struct out_json *json, const char *key, struct out_value value);

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
void out_member_text(struct out_json *json, const char *key, const char *text);
void out_member_number(struct out_json *json, const char *key, int64_t number);

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
	char few[400];		/* the cells, each with its NUL, as long as they fit in here */
	char *text;		/* then here */
	size_t used, size, cells;
	out_row_print *print;	/* NULL: for people */
	size_t (*find_shown)(size_t rows); /* how many of them are; NULL: all */
	int width;		/* of the terminal, which cuts what is longer; 0: none */
	int colours;
};

/* Begin a table; the columns are borrowed until out_table_print(). */
void out_table_begin(struct out_table *table, const struct out_column *columns);

/* The next cell of the current row; the row is full when every column has one. */
void out_cell(struct out_table *table, struct out_value value);

/* For a terminal as standard output, fit the table to it, and have colours, unless NO_COLOR is set
 * (https://no-color.org/). */
void out_table_fit(struct out_table *table);

/* The width of that terminal; 0 where there is none. */
int out_read_width(void);

/* All tables from now on that are fit to a terminal have so many of its lines together. */
void out_screen(int lines);

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
