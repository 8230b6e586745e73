/* SPDX-License-Identifier: ISC */
/* bounds - what a process may do, in words or JSON */
#ifndef NSKIT_BOUNDS_H
#define NSKIT_BOUNDS_H

#include <stdint.h>

/* Print who the process of `procdir` is, its capabilities, no_new_privs, filters on system calls,
 * umask, OOM score and resource limits; with `own` it is this one, and its securebits are known.
 * `word` names it in messages. Ends the program with 125 where that can't be read. */
void bounds_print(int procdir, int own, const char *word, int json);

/* Print the names of the capabilities in `caps`, on a line with commas between. */
void bounds_print_caps(uint64_t caps, int json);

#endif
