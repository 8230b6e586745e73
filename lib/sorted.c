/* SPDX-License-Identifier: ISC */
/* sorted - things in the ascending order of a number */
#include "sorted.h"

#include <stdlib.h>
#include <string.h>

static int number_of(const void *item)
{
	return *(const int *)item;
}

/* Where the first is whose number is not less. */
static size_t place(const struct sorted *sorted, int number)
{
	size_t low = 0, high = sorted->count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (number_of(sorted->item[middle]) < number)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

void *sorted_find(const struct sorted *sorted, int number)
{
	size_t at = place(sorted, number);

	return at < sorted->count && number_of(sorted->item[at]) == number ? sorted->item[at] :
									      NULL;
}

int sorted_insert(struct sorted *sorted, void *item)
{
	size_t at = place(sorted, number_of(item));
	void **more;

	/* Full: the room is a power of two. */
	if (!(sorted->count & (sorted->count - 1))) {
		more = reallocarray(sorted->item, 2 * sorted->count + 1, sizeof(*more));
		if (!more)
			return -1;
		sorted->item = more;
	}
	memmove(sorted->item + at + 1, sorted->item + at,
		(sorted->count++ - at) * sizeof(*sorted->item));
	sorted->item[at] = item;
	return 0;
}
