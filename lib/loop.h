/* SPDX-License-Identifier: ISC */
/* loop - a file as a block device, loop(4) */
#ifndef NSKIT_LOOP_H
#define NSKIT_LOOP_H

/* A read-only loop device of the file `file`, free again when nothing has it open or mounted.
 * Returns a descriptor, which the caller closes, and in `device` its number: /dev/loopN. -1 with
 * errno: EACCES or EPERM without privilege, ENODEV where /dev has none. */
int loop_open(int file, int *device);

#endif
