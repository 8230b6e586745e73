/* SPDX-License-Identifier: ISC */
/* outlist - results on standard output: texts that are lists, part of out.h */
#include <stdlib.h>
#include <string.h>

#include "die.h"
#include "out.h"

struct out_value out_list(const char *text, const struct out_list *list)
{
	struct out_value value = out_text(text);

	value.list = list;
	return value;
}

static void write_words(struct out_json *json, char *words, const struct out_list *list)
{
	out_object(json, NULL);
	for (const char *const *key = list->keys; *key; key++) {
		if (list->numbers || key[1]) {
			const char *word = strsep(&words, " ");

			out_member(json, *key, word && list->numbers ? out_number(atoll(word)) :
								       out_text(word));
			continue;
		}
		out_array(json, *key);
		for (const char *word; (word = strsep(&words, " "));)
			out_member(json, NULL, out_text(word));
		out_close(json);
	}
	out_close(json);
}

void out_write_list(struct out_json *json, const char *key, struct out_value value)
{
	char *copy = strdup(value.text), *element = copy, *end;

	if (!copy)
		die("allocate a list");
	out_array(json, key);
	for (; element && *element; element = end) {
		end = strstr(element, value.list->between);
		if (end) {
			*end = '\0';
			end += strlen(value.list->between);
		}
		if (value.list->keys)
			write_words(json, element, value.list);
		else
			out_member(json, NULL, out_text(element));
	}
	out_close(json);
	free(copy);
}
