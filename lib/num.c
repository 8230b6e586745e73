/* SPDX-License-Identifier: ISC */
/* num - strict numbers */
#include "num.h"

#include <errno.h>

int num_parse(const char *text, uint64_t max, uint64_t *value)
{
	uint64_t sum = 0;
	int range = 0;

	if (!*text) {
		errno = EINVAL;
		return -1;
	}
	for (; *text; text++) {
		uint64_t digit = (uint64_t)(*text - '0');

		if (*text < '0' || *text > '9') {
			errno = EINVAL;
			return -1;
		}
		/* Go on after an overflow: "99999999999999999999x" is no number at all. */
		if (sum > (UINT64_MAX - digit) / 10)
			range = 1;
		else
			sum = sum * 10 + digit;
	}
	if (range || sum > max) {
		errno = ERANGE;
		return -1;
	}
	*value = sum;
	return 0;
}

int num_parse_signed(const char *text, int64_t max, int64_t *value)
{
	int minus = *text == '-';
	uint64_t sum;

	if (num_parse(text + minus, (uint64_t)max, &sum) < 0)
		return -1;
	*value = minus ? -(int64_t)sum : (int64_t)sum;
	return 0;
}

/* strtoull(3) knows every base and sign, and is ten times as large. */
uint64_t num_read(const char *text)
{
	uint64_t sum = 0;

	for (; *text >= '0' && *text <= '9'; text++)
		sum = sum * 10 + (uint64_t)(*text - '0');
	return sum;
}
