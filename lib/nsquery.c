/* SPDX-License-Identifier: ISC */
/* nsquery - which namespaces are asked for, by their columns */
#include "nsquery.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "die.h"
#include "num.h"

enum operation { NOT, AND, OR, KNOWN, EQUAL, UNEQUAL, LESS, LESS_EQUAL, MORE, MORE_EQUAL, PART,
		 NO_PART };

struct nsquery {
	enum operation operation;
	struct nsquery *left, *right;		/* of NOT, AND, OR */
	const struct nscolumn *column;		/* of the others */
	char *word;
	int quoted;				/* "null" is not null */
};

/* The words of the operators; the longer of two that begin alike first. */
static const struct {
	const char *text;
	enum operation operation;
} operators[] = {
	{ "==", EQUAL }, { "!=", UNEQUAL }, { "<=", LESS_EQUAL }, { ">=", MORE_EQUAL },
	{ "=~", PART }, { "!~", NO_PART }, { "<", LESS }, { ">", MORE }, { "&&", AND },
	{ "||", OR }, { "!", NOT }, { "and", AND }, { "or", OR }, { "not", NOT },
};

struct parser {
	const char *text, *at;
	int depth;
};

static void refuse_at(const struct parser *parser, const char *wanted)
{
	refuse_usage("in the filter '%s': %s wanted at '%s'", parser->text, wanted, parser->at);
}

static void skip_blanks(struct parser *parser)
{
	parser->at += strspn(parser->at, " \t\n");
}

static int is_word(char c)
{
	return isalnum((unsigned char)c) || (c && strchr("_.:/,@+-[]", c));
}

/* Take the operator that comes next, if it is one from `first` to `last`. */
static int take(struct parser *parser, enum operation first, enum operation last,
		enum operation *operation)
{
	skip_blanks(parser);
	for (size_t i = 0; i < sizeof(operators) / sizeof(operators[0]); i++) {
		size_t length = strlen(operators[i].text);

		if (operators[i].operation < first || operators[i].operation > last ||
		    strncasecmp(parser->at, operators[i].text, length) ||
		    (isalpha((unsigned char)operators[i].text[0]) && is_word(parser->at[length])))
			continue;
		parser->at += length;
		*operation = operators[i].operation;
		return 1;
	}
	return 0;
}

/* A bare word, or one in quotes. */
static char *take_word(struct parser *parser, const char *wanted, int *quoted)
{
	const char *start;
	size_t length;

	skip_blanks(parser);
	start = parser->at;
	*quoted = *start == '"' || *start == '\'';
	if (*quoted) {
		const char *end = strchr(++start, *parser->at);

		if (!end)
			refuse_at(parser, "the end of the text");
		length = (size_t)(end - start);
		parser->at = end + 1;
	} else {
		while (is_word(*parser->at))
			parser->at++;
		length = (size_t)(parser->at - start);
		if (!length)
			refuse_at(parser, wanted);
	}
	return strndup(start, length);
}

static struct nsquery *add(enum operation operation, struct nsquery *left, struct nsquery *right)
{
	struct nsquery *query = calloc(1, sizeof(*query));

	if (!query)
		die("allocate a filter");
	*query = (struct nsquery){ .operation = operation, .left = left, .right = right };
	return query;
}

static struct nsquery *parse_comparison(struct parser *parser)
{
	struct nsquery *query = add(KNOWN, NULL, NULL);
	const char *start;
	char *name;
	int quoted;

	skip_blanks(parser);
	start = parser->at;
	name = take_word(parser, "a column", &quoted);
	query->column = name ? nscolumn_find(name) : NULL;
	if (!query->column) {
		parser->at = start;
		refuse_at(parser, "a column");
	}
	free(name);
	if (take(parser, EQUAL, NO_PART, &query->operation))
		query->word = take_word(parser, "a word", &query->quoted);
	return query;
}

static struct nsquery *parse_any(struct parser *parser);

static struct nsquery *parse_one(struct parser *parser)
{
	enum operation operation;
	struct nsquery *query;

	if (++parser->depth > 100)
		refuse_at(parser, "less nesting");
	if (take(parser, NOT, NOT, &operation)) {
		query = add(NOT, parse_one(parser), NULL);
	} else if (*parser->at == '(') {
		parser->at++;
		query = parse_any(parser);
		skip_blanks(parser);
		if (*parser->at++ != ')')
			refuse_at((parser->at--, parser), ")");
	} else {
		query = parse_comparison(parser);
	}
	parser->depth--;
	return query;
}

static struct nsquery *parse_both(struct parser *parser)
{
	struct nsquery *query = parse_one(parser);
	enum operation operation;

	while (take(parser, AND, AND, &operation))
		query = add(AND, query, parse_one(parser));
	return query;
}

static struct nsquery *parse_any(struct parser *parser)
{
	struct nsquery *query = parse_both(parser);
	enum operation operation;

	while (take(parser, OR, OR, &operation))
		query = add(OR, query, parse_both(parser));
	return query;
}

struct nsquery *nsquery_parse(const char *text)
{
	struct parser parser = { .text = text, .at = text };
	struct nsquery *query = parse_any(&parser);

	skip_blanks(&parser);
	if (*parser.at)
		refuse_at(&parser, "'and', 'or' or the end");
	return query;
}

struct nsquery *nsquery_and(struct nsquery *left, struct nsquery *right)
{
	return left ? add(AND, left, right) : right;
}

struct nsquery *nsquery_add(struct nsquery *left, const char *column, const char *word)
{
	struct nsquery *query = add(EQUAL, NULL, NULL);

	query->column = nscolumn_find(column);
	query->word = strdup(word);
	query->quoted = 1;
	return nsquery_and(left, query);
}

/* Numbers by their value, what is text on either side by its letters. */
static int order(struct out_value value, const char *word)
{
	char digits[24];
	int64_t number;

	if (value.type == OUT_BOOL)
		return strcasecmp(value.number ? "yes" : "no", !strcasecmp(word, "true") ? "yes" :
				  !strcasecmp(word, "false") ? "no" : word);
	if (value.type == OUT_TEXT)
		return strcmp(value.text, word);
	if (num_parse_signed(word, INT64_MAX, &number) == 0)
		return value.number < number ? -1 : value.number > number;
	snprintf(digits, sizeof(digits), "%lld", (long long)value.number);
	return strcmp(digits, word);
}

static int is_part(struct out_value value, const char *word)
{
	char digits[24];

	snprintf(digits, sizeof(digits), "%lld", (long long)value.number);
	return strstr(value.type == OUT_TEXT ? value.text : digits, word) != NULL;
}

static int compare(const struct nsquery *query, struct out_value value)
{
	int null = value.type == OUT_NULL;

	if (query->operation == KNOWN)
		return value.type == OUT_TEXT ? *value.text != '\0' : !null && value.number;
	if (!query->quoted && !strcmp(query->word, "null"))
		return query->operation == EQUAL ? null : query->operation == UNEQUAL && !null;
	if (null)
		return query->operation == UNEQUAL || query->operation == NO_PART;
	switch (query->operation) {
	case EQUAL: return order(value, query->word) == 0;
	case UNEQUAL: return order(value, query->word) != 0;
	case LESS: return order(value, query->word) < 0;
	case LESS_EQUAL: return order(value, query->word) <= 0;
	case MORE: return order(value, query->word) > 0;
	case MORE_EQUAL: return order(value, query->word) >= 0;
	case PART: return is_part(value, query->word);
	default: return !is_part(value, query->word);
	}
}

int nsquery_holds(const struct nsquery *query, struct nsview *view)
{
	if (!query)
		return 1;
	switch (query->operation) {
	case NOT: return !nsquery_holds(query->left, view);
	case AND: return nsquery_holds(query->left, view) && nsquery_holds(query->right, view);
	case OR: return nsquery_holds(query->left, view) || nsquery_holds(query->right, view);
	default: return compare(query, nsview_find(view, query->column));
	}
}
