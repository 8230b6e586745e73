/* SPDX-License-Identifier: ISC */
/* cgroupview - what a control group uses, in words or as JSON */
#ifndef NSKIT_CGROUPVIEW_H
#define NSKIT_CGROUPVIEW_H

#include "cgroupdir.h"

/* Print that to standard output; `name` is what the user calls the group. Where standard output
 * couldn't take it, ends the program with 125. */
void cgroupview_print(struct cgroupdirs *dirs, const char *name, int json);

#endif
