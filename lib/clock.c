/* SPDX-License-Identifier: ISC */
/* clock - time limits, in milliseconds */
#include "clock.h"

#include <limits.h>
#include <time.h>

#include "num.h"

int64_t clock_read(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

int clock_find_left(int64_t end)
{
	int64_t left = end - clock_read();

	if (left < 0)
		return 0;
	return left < 60000 ? (int)left : 60000;
}

int clock_parse(const char *seconds, int *milliseconds)
{
	uint64_t value;

	if (num_parse(seconds, INT_MAX / 1000, &value) < 0)
		return -1;
	*milliseconds = (int)value * 1000;
	return 0;
}
