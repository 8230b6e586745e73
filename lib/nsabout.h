/* SPDX-License-Identifier: ISC */
/* nsabout - the questions about one or two: of a process, of a namespace, what two share */
#ifndef NSKIT_NSABOUT_H
#define NSKIT_NSABOUT_H

#include "nslist.h"

/* Whether the word names one namespace, and no process: "net:[4026531840]", the inode alone, which
 * is above every process number, ":ID", or a file that is a namespace. */
int nsabout_is_namespace(const char *word);

/* Print all there is to know about that namespace, its members and what belongs to it. Returns
 * whether it was found. */
int nsabout_print(const struct nsask *asked, const char *word);

/* Print the namespaces of the process asked->handle, NULL for the caller: a row for each file of
 * its /proc/PID/ns. Returns how many there are. */
size_t nsabout_print_process(const struct nsask *asked);

/* Compare the namespaces of two handles, the second NULL for the caller: a row for each kind that
 * both have. Returns whether all of those asked for are shared. */
int nsabout_compare(const struct nsask *asked, const char *one, const char *two);

/* Wait until the process that the handle names has ended, or the namespace it is is gone, and
 * become `prog`, where that has words. Without, a process that has gone before is refused. */
void nsabout_wait(const char *word, char **prog);

/* Print the limits of each user namespace that can be seen, and what is in use. */
void nslimits_print(const struct nsask *asked);

#endif
