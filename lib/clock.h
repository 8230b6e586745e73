/* SPDX-License-Identifier: ISC */
/* clock - time limits, in milliseconds */
#ifndef NSKIT_CLOCK_H
#define NSKIT_CLOCK_H

#include <stdint.h>

/* The monotonic clock, which no time that is set disturbs. */
int64_t clock_read(void);

/* What is left until `end`, as poll(2) takes it: 0 where it has passed, a minute at most. */
int clock_find_left(int64_t end);

/* Parse whole seconds. Returns 0, or -1 with errno EINVAL or ERANGE. */
int clock_parse(const char *seconds, int *milliseconds);

#endif
