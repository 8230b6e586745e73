/* SPDX-License-Identifier: ISC */
/* cap - capabilities of the calling process, capabilities(7) */
#ifndef NSKIT_CAP_H
#define NSKIT_CAP_H

/* 1 where capability `cap` (CAP_SYS_ADMIN, ...) is effective here, in the user namespace we are in,
 * else 0. */
int cap_is_effective(int cap);

#endif
