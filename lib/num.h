/* SPDX-License-Identifier: ISC */
/* num - strict numbers: decimal digits, nothing before, between or after */
#ifndef NSKIT_NUM_H
#define NSKIT_NUM_H

#include <stdint.h>

/* Parse all of `text` as an unsigned decimal number of at most `max`. Returns 0, or -1 with errno
 * EINVAL (not a number) or ERANGE (a number above max). */
int num_parse(const char *text, uint64_t max, uint64_t *value);

/* The same with an optional minus sign; the value lies in -max..max. */
int num_parse_signed(const char *text, int64_t max, int64_t *value);

/* The number that `text`, which the kernel wrote, begins with; 0 where it begins with none. */
uint64_t num_read(const char *text);

#endif
