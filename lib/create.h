/* SPDX-License-Identifier: ISC */
/* create - the namespaces of a plan, for this process or for a child that is born in them */
#ifndef NSKIT_CREATE_H
#define NSKIT_CREATE_H

#include "outside.h"
#include "plan.h"

/* Create them for this process, and settle in them. What fails, here and below, is said, and ends
 * the process with 125. */
void create_here(const struct plan *plan, const struct outside *outside);

/* As fork(2), with a pidfd of the child for the parent; the child is settled in them. */
pid_t create_child(const struct plan *plan, const struct outside *outside, int *pidfd);

#endif
