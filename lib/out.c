/* SPDX-License-Identifier: ISC */
/* out - results on standard output: values and JSON; the tables are in outtable.c */
#include "out.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

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

struct out_value out_decimal(int64_t thousandths)
{
	return (struct out_value){ .type = OUT_DECIMAL, .number = thousandths };
}

struct out_value out_text(const char *text)
{
	return (struct out_value){ .type = text ? OUT_TEXT : OUT_NULL, .text = text };
}

size_t out_decode(const char *text, uint32_t *code)
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

int out_is_control(uint32_t code)
{
	return code < 0x20 || (code >= 0x7f && code < 0xa0);
}

static void write_string(const char *text)
{
	putchar('"');
	while (*text) {
		uint32_t code;
		size_t length = out_decode(text, &code);

		if (!length)
			fputs("\\ufffd", stdout);
		else if (out_is_control(code))
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
	if (value.type == OUT_TEXT && value.list) {
		value.list->write(json, key, value);
		return;
	}
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
	case OUT_DECIMAL:
		printf("%" PRId64 ".%03d", value.number / 1000, (int)(value.number % 1000));
		break;
	case OUT_TEXT:
		write_string(value.text);
		break;
	}
}

void out_member_text(struct out_json *json, const char *key, const char *text)
{
	out_member(json, key, out_text(text));
}

void out_member_number(struct out_json *json, const char *key, int64_t number)
{
	out_member(json, key, out_number(number));
}

void out_begin(void)
{
	static char buffer[16384];

	setvbuf(stdout, buffer, _IOFBF, sizeof(buffer));
}

void out_end(void)
{
	/* An earlier write that failed left its mark on the stream, and errno as it was. */
	if (fflush(stdout) || ferror(stdout))
		die("write to standard output");
}
