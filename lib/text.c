/* SPDX-License-Identifier: ISC */
/* text - words that a user or a container chose, on their way to a terminal; and short texts */
#include "text.h"

#include <string.h>

void text_clean(char *text)
{
	for (unsigned char *c = (unsigned char *)text; *c; c++) {
		if (*c < ' ' || *c == 0x7f)
			*c = '?';
		else if (*c == 0xc2 && c[1] >= 0x80 && c[1] < 0xa0)
			*c = c[1] = '?';
	}
}

/* That of libc is made for long texts, and larger than all that this is for. */
const char *text_find(const char *text, const char *word)
{
	size_t length = strlen(word);

	for (; *text; text++)
		if (!strncmp(text, word, length))
			return text;
	return NULL;
}
