/* SPDX-License-Identifier: ISC */
/* words - a list of words with commas between them */
#ifndef NSKIT_WORDS_H
#define NSKIT_WORDS_H

/* Hand each word of `list` to `take`, which answers 0, or -1 with errno: then that is the answer,
 * and the word is kept as why. -1 with errno EINVAL for an empty word, ERANGE for one beyond 255
 * bytes. */
int words_each(const char *list, int (*take)(const char *word, void *to), void *to);

#endif
