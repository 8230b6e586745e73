/* SPDX-License-Identifier: ISC */
/* words - a list of words with commas between them */
#include "words.h"

#include <errno.h>
#include <string.h>

#include "why.h"

enum { WORD_MAX = 256 };

static int cut(const char *list, size_t length, char word[WORD_MAX])
{
	errno = length ? ERANGE : EINVAL;
	if (!length || length >= WORD_MAX)
		return -1;
	memcpy(word, list, length);
	word[length] = '\0';
	return 0;
}

int words_each(const char *list, int (*take)(const char *word, void *to), void *to)
{
	char word[WORD_MAX];

	for (;; list++) {
		size_t length = strcspn(list, ",");

		if (cut(list, length, word) < 0)
			return -1;
		if (take(word, to) < 0) {
			why_set(word);
			return -1;
		}
		list += length;
		if (!*list)
			return 0;
	}
}
