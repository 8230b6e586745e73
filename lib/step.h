/* SPDX-License-Identifier: ISC */
/* step - one step of a recipe, done to a root */
#ifndef NSKIT_STEP_H
#define NSKIT_STEP_H

#include "recipe.h"

/* Do the step. Of RECIPE_UMOUNT only see that it can be done: it can't be undone, and comes after
 * all others. 0, or -1 with errno and root->step, which names the path. */
int step_do(struct recipe_step *step, const struct recipe *recipe, struct rootfs *root);
int step_umount(const struct recipe_step *step, struct rootfs *root);

#endif
