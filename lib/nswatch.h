/* SPDX-License-Identifier: ISC */
/* nswatch - the same report again and again */
#ifndef NSKIT_NSWATCH_H
#define NSKIT_NSWATCH_H

/* Returns in a child process, every so many milliseconds in a new one, each of which is to print
 * the report once and end. On a terminal each begins at the top of an empty screen, and its tables
 * are cut to fit; elsewhere an empty line comes between two. Ends the program with 125 when a child
 * did that. */
void nswatch_fork(int milliseconds);

#endif
