/* SPDX-License-Identifier: ISC */
/* holder - create namespaces, and leave a process that holds them */
#ifndef NSKIT_HOLDER_H
#define NSKIT_HOLDER_H

#include "outside.h"
#include "plan.h"

/* Create the namespaces of the plan with a holder in them, give it its names, print its handle,
 * and return when all is in place. What fails is said, leaves nothing, and ends the program with
 * 125. */
void holder_create(const struct plan *plan, const struct outside *outside);

#endif
