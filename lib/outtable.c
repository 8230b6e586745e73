/* SPDX-License-Identifier: ISC */
/* outtable - results on standard output: tables, part of out.h */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "die.h"
#include "out.h"

void out_table_begin(struct out_table *table, const struct out_column *columns)
{
	*table = (struct out_table){ .columns = columns };
}

/* Room for `more` bytes. */
static char *extend(struct out_table *table, size_t more)
{
	if (table->size - table->used < more) {
		table->size = 2 * table->size + more + 420;
		table->text = realloc(table->text, table->size);
		if (!table->text)
			die("allocate %zu bytes for a table", table->size);
	}
	return table->text + table->used;
}

static void append(struct out_table *table, const char *text)
{
	char *start = extend(table, strlen(text) + 1), *end = start;

	while (*text) {
		uint32_t code;
		size_t length = out_decode(text, &code);

		if (!length || out_is_control(code))
			*end++ = '?';
		else
			end = mempcpy(end, text, length);
		text += length ? length : 1;
	}
	*end++ = '\0';
	table->used += (size_t)(end - start);
}

void out_cell(struct out_table *table, struct out_value value)
{
	char digits[24];

	switch (value.type) {
	case OUT_NULL:
		append(table, "-");
		break;
	case OUT_BOOL:
		append(table, value.number ? "yes" : "no");
		break;
	case OUT_NUMBER:
		snprintf(digits, sizeof(digits), "%" PRId64, value.number);
		append(table, digits);
		break;
	case OUT_DECIMAL:
		snprintf(digits, sizeof(digits), "%" PRId64 ".%03d", value.number / 1000,
			 (int)(value.number % 1000));
		append(table, digits);
		break;
	case OUT_TEXT:
		append(table, *value.text ? value.text : "-");
		break;
	}
	table->cells++;
}

/* In characters; every one is taken to fill one column of the terminal. */
static size_t width(const char *text)
{
	size_t count = 0;

	for (; *text; text++)
		count += ((unsigned char)*text & 0xc0) != 0x80;
	return count;
}

/* As many of the characters of `text` as there is room for on the line. */
static void put_text(const char *text, int *left)
{
	const char *end = text;

	for (; *end && (*left > 0 || ((unsigned char)*end & 0xc0) == 0x80); end++)
		*left -= ((unsigned char)*end & 0xc0) != 0x80;
	fwrite(text, 1, (size_t)(end - text), stdout);
}

static void put_blanks(int count, int *left)
{
	if (count > *left)
		count = *left;
	*left -= count;
	printf("%*s", count, "");
}

/* Of the escape sequences that give letters their look, ECMA-48. */
enum { BOLD = 1, CYAN = 36 };

static const char *print_fitting(const struct out_table *table, const int *room, size_t count,
				 const char *cell)
{
	int left = table->width;

	for (size_t i = 0; i < count; i++) {
		const struct out_column *column = &table->columns[i];
		const char *text = cell ? cell : column->heading;
		int colour = !table->colours ? 0 : !cell ? BOLD :
			     column->style == OUT_TINTED ? CYAN : 0;
		int right = column->style == OUT_RIGHT;
		int gap = room[i] - (int)width(text), last = i == count - 1;

		put_blanks(right ? gap : 0, &left);
		if (colour)
			printf("\033[%dm", colour);
		put_text(text, &left);
		if (colour)
			printf("\033[m");
		put_blanks(last ? 0 : 2 + (right ? 0 : gap), &left);
		if (cell)
			cell += strlen(cell) + 1;
	}
	putchar('\n');
	return cell;
}

void out_table_fit(struct out_table *table)
{
	const char *no_color = getenv("NO_COLOR");
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0)
		return;
	table->print = print_fitting;
	table->width = size.ws_col;
	table->colours = !no_color || !*no_color;
}

static const char *print_raw(const struct out_table *table, const int *room, size_t count,
			     const char *cell)
{
	(void)table;
	(void)room;
	for (size_t i = 0; cell && i < count; i++, cell++) {
		for (; *cell; cell++)
			printf(*cell == ' ' || *cell == '\\' ? "\\x%02x" : "%c", *cell);
		putchar(i < count - 1 ? ' ' : '\n');
	}
	return cell;
}

void out_table_raw(struct out_table *table)
{
	table->print = print_raw;
}

static const char *print_plain(const struct out_table *table, const int *room, size_t count,
			       const char *cell)
{
	for (size_t i = 0; i < count; i++) {
		const char *text = cell ? cell : table->columns[i].heading;
		int gap = room[i] - (int)width(text), before = 0;

		if (table->columns[i].style == OUT_RIGHT)
			before = gap;
		printf("%*s%s%*s", before, "", text, i < count - 1 ? gap - before + 2 : 0, "");
		if (cell)
			cell += strlen(cell) + 1;
	}
	putchar('\n');
	return cell;
}

void out_table_print(struct out_table *table)
{
	enum { COLUMNS_MAX = 64 };
	int room[COLUMNS_MAX];
	const char *cell = table->text;
	const struct out_column *columns = table->columns;
	out_row_print *print = table->print ? table->print : print_plain;
	size_t count = 0;

	if (!columns->heading)
		return;
	for (; count < COLUMNS_MAX && columns[count].heading; count++)
		room[count] = (int)width(columns[count].heading);
	for (size_t i = 0; i < table->cells; i++, cell += strlen(cell) + 1)
		if (room[i % count] < (int)width(cell))
			room[i % count] = (int)width(cell);
	print(table, room, count, NULL);
	cell = table->text;
	for (size_t rows = table->cells / count; rows; rows--)
		cell = print(table, room, count, cell);
	free(table->text);
	out_table_begin(table, table->columns);
}
