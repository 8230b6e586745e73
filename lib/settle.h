/* SPDX-License-Identifier: ISC */
/*
 * settle - in new namespaces, what makes them of use
 *
 *   1. the user namespace's maps, and an id in it
 *   2. the clocks, the mounts' propagation, lo
 *   3. what is done from outside
 *   4. root and working directory, proc, binfmt_misc
 *   5. ids and capabilities of PROG
 *
 * Where 4 or 5 fails, 3 is undone. Each step needs the privilege that the one after it may give up.
 */
#ifndef NSKIT_SETTLE_H
#define NSKIT_SETTLE_H

#include "outside.h"
#include "plan.h"

/* Steps 1 to 5, for a process that is in the namespaces of the plan but for those of `late`, which
 * it makes itself. What fails is said, and ends the program with 125. */
void settle(const struct plan *plan, int late, const struct outside *outside);

/* Become the owner that the plan wants for a user namespace, before it is made. */
void settle_owner(const struct plan *plan);

#endif
