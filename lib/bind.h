/* SPDX-License-Identifier: ISC */
/* bind - the files that keep the namespaces of a plan */
#ifndef NSKIT_BIND_H
#define NSKIT_BIND_H

#include "plan.h"

/* Bind the namespaces of the process with the directory `procdir` to the files that the plan names,
 * and in its directory. What fails is said, leaves none, and ends the program with 125. */
void bind_add(const struct plan *plan, int procdir);

/* Undo that, where what comes after has failed. */
void bind_remove(const struct plan *plan);

#endif
