/* SPDX-License-Identifier: ISC */
/* outtable - results on standard output: tables, part of out.h */
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "die.h"
#include "out.h"

void out_table_begin(struct out_table *table, const struct out_column *columns)
{
	*table = (struct out_table){ .columns = columns, .size = sizeof(table->few) };
}

static char *find_text(struct out_table *table)
{
	return table->text ? table->text : table->few;
}

/* Room for `more` bytes. */
static char *extend(struct out_table *table, size_t more)
{
	char *grown;

	if (table->size - table->used >= more)
		return find_text(table) + table->used;
	table->size = 2 * table->size + more;
	grown = realloc(table->text, table->size);
	if (!grown)
		die("allocate %zu bytes for a table", table->size);
	if (!table->text)
		memcpy(grown, table->few, table->used);
	table->text = grown;
	return grown + table->used;
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

static const char *print_for_people(const struct out_table *table, const int *room, size_t count,
				 const char *cell)
{
	int left = table->width ? table->width : INT_MAX;

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

/* Of the screen, that are left; -1: it isn't to be kept to. */
static int lines_left = -1;

void out_screen(int lines)
{
	lines_left = lines;
}

/* The rows take a line for the headings, and one that parts them from the next table, or tells of
 * those not shown. */
static size_t find_shown(size_t rows)
{
	size_t lines = (size_t)lines_left;

	if (lines_left < 0)
		return rows;
	lines_left = rows + 2 < lines ? (int)(lines - rows - 2) : 0;
	return rows < lines ? rows : lines > 2 ? lines - 2 : 0;
}

int out_read_width(void)
{
	struct winsize size;

	return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0 ? 0 : size.ws_col;
}

void out_table_fit(struct out_table *table)
{
	const char *no_color = getenv("NO_COLOR");

	table->width = out_read_width();
	if (!table->width)
		return;
	table->find_shown = find_shown;
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

void out_table_print(struct out_table *table)
{
	enum { COLUMNS_MAX = 64 };
	int room[COLUMNS_MAX];
	const char *cell = find_text(table);
	const struct out_column *columns = table->columns;
	out_row_print *print = table->print ? table->print : print_for_people;
	size_t count = 0, rows, shown;

	if (!columns->heading)
		return;
	for (; count < COLUMNS_MAX && columns[count].heading; count++)
		room[count] = (int)width(columns[count].heading);
	for (size_t i = 0; i < table->cells; i++, cell += strlen(cell) + 1)
		if (room[i % count] < (int)width(cell))
			room[i % count] = (int)width(cell);
	rows = table->cells / count;
	shown = table->find_shown ? table->find_shown(rows) : rows;
	cell = find_text(table);
	if (shown)
		print(table, room, count, NULL);
	for (size_t row = 0; row < shown; row++)
		cell = print(table, room, count, cell);
	if (shown && shown < rows)
		printf("... %zu more\n", rows - shown);
	free(table->text);
	out_table_begin(table, table->columns);
}
