/* SPDX-License-Identifier: ISC */
/* out - results on standard output: tables and JSON */
#include "out.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "die.h"

struct out_value out_null(void)
{
	return (struct out_value){ .type = OUT_NULL };
}

struct out_value out_bool(int truth)
{
	return (struct out_value){ .type = OUT_BOOL, .number = !!truth };
}

struct out_value out_number(int64_t number)
{
	return (struct out_value){ .type = OUT_NUMBER, .number = number };
}

struct out_value out_text(const char *text)
{
	return (struct out_value){ .type = text ? OUT_TEXT : OUT_NULL, .text = text };
}

/* The length in bytes of the UTF-8 character at `text`, and its `code`; 0 where there is none: a
 * stray or missing continuation, an overlong form, a surrogate or a code above U+10FFFF. */
static size_t decode(const char *text, uint32_t *code)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	unsigned char lead = (unsigned char)*text;
	size_t length = lead < 0x80 ? 1 : lead >> 5 == 6 ? 2 : lead >> 4 == 14 ? 3 :
			lead >> 3 == 30 ? 4 : 0;

	*code = length < 2 ? lead : lead & (0x7fU >> length);
	for (size_t i = 1; i < length; i++) {
		if (((unsigned char)text[i] & 0xc0) != 0x80)
			return 0;
		*code = *code << 6 | ((unsigned char)text[i] & 0x3f);
	}
	if (*code < least[length] || *code > 0x10ffff || (*code >= 0xd800 && *code < 0xe000))
		return 0;
	return length;
}

/* The controls of ASCII, and those that Latin-1 added: a terminal obeys both. */
static int is_control(uint32_t code)
{
	return code < 0x20 || (code >= 0x7f && code < 0xa0);
}

static void write_string(const char *text)
{
	putchar('"');
	while (*text) {
		uint32_t code;
		size_t length = decode(text, &code);

		if (!length)
			fputs("\\ufffd", stdout);
		else if (is_control(code))
			printf("\\u%04" PRIx32, code);
		else if (code == '"' || code == '\\')
			printf("\\%c", (int)code);
		else
			fwrite(text, 1, length, stdout);
		text += length ? length : 1;
	}
	putchar('"');
}

/* The outermost object and the arrays in it have a line for each element. */
enum { SPREAD = 2 };

/* A new line, indented for an element at `depth`. */
static void new_line(int depth)
{
	printf("\n%*s", 2 * depth, "");
}

/* What comes before a value: the comma, the line, the key. */
static void begin_element(struct out_json *json, const char *key)
{
	int at = json->depth - 1;

	if (at >= 0) {
		if (json->filled[at])
			putchar(',');
		if (json->depth <= SPREAD)
			new_line(json->depth);
		else if (json->filled[at])
			putchar(' ');
		json->filled[at] = 1;
	}
	if (key) {
		write_string(key);
		fputs(": ", stdout);
	}
}

static void open_level(struct out_json *json, const char *key, char open, char close)
{
	if (json->depth == OUT_DEPTH)
		abort();
	begin_element(json, key);
	putchar(open);
	json->bracket[json->depth] = close;
	json->filled[json->depth++] = 0;
}

void out_object(struct out_json *json, const char *key)
{
	open_level(json, key, '{', '}');
}

void out_array(struct out_json *json, const char *key)
{
	open_level(json, key, '[', ']');
}

void out_close(struct out_json *json)
{
	int at = --json->depth;

	if (at < SPREAD && json->filled[at])
		new_line(at);
	putchar(json->bracket[at]);
	if (!at)
		putchar('\n');
}

void out_member(struct out_json *json, const char *key, struct out_value value)
{
	begin_element(json, key);
	switch (value.type) {
	case OUT_NULL:
		fputs("null", stdout);
		break;
	case OUT_BOOL:
		fputs(value.number ? "true" : "false", stdout);
		break;
	case OUT_NUMBER:
		printf("%" PRId64, value.number);
		break;
	case OUT_TEXT:
		write_string(value.text);
		break;
	}
}

void out_table_begin(struct out_table *table, const struct out_column *columns)
{
	*table = (struct out_table){ .columns = columns };
}

/* Room for `more` bytes. */
static char *extend(struct out_table *table, size_t more)
{
	if (table->size - table->used < more) {
		table->size = 2 * table->size + more + 4096;
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
		size_t length = decode(text, &code);

		if (!length || is_control(code))
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

static void print_cell(const char *text, int room, int right, int last)
{
	int gap = room - (int)width(text);

	printf("%*s%s", right ? gap : 0, "", text);
	if (last)
		putchar('\n');
	else
		printf("%*s", (right ? 0 : gap) + 2, "");
}

void out_table_print(struct out_table *table)
{
	enum { COLUMNS_MAX = 64 };
	int room[COLUMNS_MAX];
	const char *cell = table->text;
	const struct out_column *columns = table->columns;
	size_t count = 0;

	if (!columns->heading)
		return;
	for (; count < COLUMNS_MAX && columns[count].heading; count++)
		room[count] = (int)width(columns[count].heading);
	for (size_t i = 0; i < table->cells; i++, cell += strlen(cell) + 1)
		if (room[i % count] < (int)width(cell))
			room[i % count] = (int)width(cell);
	for (size_t i = 0; i < count; i++)
		print_cell(columns[i].heading, room[i], columns[i].right, i == count - 1);
	cell = table->text;
	for (size_t i = 0; i < table->cells; i++, cell += strlen(cell) + 1) {
		size_t at = i % count;

		print_cell(cell, room[at], columns[at].right, at == count - 1);
	}
	free(table->text);
	out_table_begin(table, table->columns);
}

void out_end(void)
{
	/* An earlier write that failed left its mark on the stream, and errno as it was. */
	if (fflush(stdout) || ferror(stdout))
		die("write to standard output");
}
