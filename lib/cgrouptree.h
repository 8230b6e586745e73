/* SPDX-License-Identifier: ISC */
/* cgrouptree - a control group and those within it */
#ifndef NSKIT_CGROUPTREE_H
#define NSKIT_CGROUPTREE_H

#include <sys/types.h>

/* Call `visit` with each group within the one of `dir`, and last with that. Ends with what `visit`
 * answers, where that isn't 0; -1 with errno where the groups can't be read. */
int cgrouptree_each(int dir, int (*visit)(int dir, void *to), void *to);

/* Call `visit` with each process of the groups; as above. */
int cgrouptree_each_process(int dir, int (*visit)(pid_t pid, void *to), void *to);

/* Remove the groups within the one of `dir`, innermost first. 0, or -1 with errno of rmdir(2):
 * EBUSY where there are processes. */
int cgrouptree_clear(int dir);

#endif
