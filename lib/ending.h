/* SPDX-License-Identifier: ISC */
/* ending - the end of processes that are held by pidfds */
#ifndef NSKIT_ENDING_H
#define NSKIT_ENDING_H

#include <stddef.h>
#include <stdint.h>

#include "members.h"

/* Send `sig` to each that hasn't got it yet, with `last` also to the last ones. One that is stopped
 * continues, to take it. The kernel drops what a process 1 has no handler for: it gets KILL where
 * that would end another. */
void ending_signal(struct members *members, int sig, int last);

/* Wait until they have ended, with `last` also the last ones, or until clock_read() is at `end`.
 * Returns how many are left; for those that may not be signalled it doesn't wait. */
size_t ending_wait(struct members *members, int last, int64_t end);

/* Wait until those that have ended are reaped, at most until `end`: until then a zombie keeps its
 * pid and user namespace. That this can be waited for is new in Linux 6.9. */
void ending_wait_reaped(struct members *members, int64_t end);

#endif
