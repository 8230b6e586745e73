/* SPDX-License-Identifier: ISC */
/* rootplan - a recipe that all options have gone into: completed, checked, and told */
#ifndef NSKIT_ROOTPLAN_H
#define NSKIT_ROOTPLAN_H

#include "recipe.h"
#include "target.h"

/* 1 where no option has said what the root is, so that an operand does. */
int rootplan_needs_dir(const struct recipe *recipe);

/* Put the standard set, /proc, /sys and /dev, before what was asked for, unless it is not wanted,
 * and refuse what doesn't fit together. */
void rootplan_complete(struct recipe *recipe);

/* Open the user namespaces that map the ids of sources: new ones, or that of `target`, which may be
 * NULL. */
void rootplan_open_maps(struct recipe *recipe, const struct target *target);

/* Print what would be done, in order: a table, or JSON. */
void rootplan_print(const struct recipe *recipe, int json);

#endif
