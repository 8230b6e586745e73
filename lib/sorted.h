/* SPDX-License-Identifier: ISC */
/* sorted - things in the ascending order of a number, each of which begins with it, an int */
#ifndef NSKIT_SORTED_H
#define NSKIT_SORTED_H

#include <stddef.h>

/* All zero to begin with. The caller frees the things and `item`. */
struct sorted {
	void **item;
	size_t count;
};

/* The one with that number, found in logarithmic time; NULL: none. */
void *sorted_find(const struct sorted *sorted, int number);

/* Put one in, which costs next to nothing where they come in order. Returns 0, or -1 with errno
 * ENOMEM. */
int sorted_insert(struct sorted *sorted, void *item);

#endif
