/* SPDX-License-Identifier: ISC */
/* cap - capabilities of the calling process, capabilities(7) */
#ifndef NSKIT_CAP_H
#define NSKIT_CAP_H

/* 1 where capability `cap` (CAP_SYS_ADMIN, ...) is effective here, in the user namespace we are in,
 * else 0. */
int cap_is_effective(int cap);

/* Clear the inheritable and the ambient set: of a program with capabilities of its own, they would
 * be added to it. 0, or -1 with errno. */
int cap_clear_inheritable(void);

/* Make every permitted capability ambient, so that a program without privilege of its own keeps it
 * (Linux 4.3). 0, or -1 with errno. */
int cap_set_ambient(void);

#endif
