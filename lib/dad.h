/* SPDX-License-Identifier: ISC */
/* dad - duplicate address detection of IPv6, RFC 4862 5.4 */
#ifndef NSKIT_DAD_H
#define NSKIT_DAD_H

#include "nl.h"

/* Wait until no IPv6 address of the interface `index` is tentative, in the network namespace of
 * `nl`. Returns 0, or -1 with errno: EADDRINUSE where somebody else has one, ETIMEDOUT where the
 * kernel hasn't made up its mind after 10 s, as where the interface has no carrier. */
int dad_wait(struct nl *nl, int index);

#endif
