/* SPDX-License-Identifier: ISC */
/* nsname - the names that lead to namespaces: those of nsnew(1), and those of ip-netns(8) */
#ifndef NSKIT_NSNAME_H
#define NSKIT_NSNAME_H

#include "nsscan.h"

/* Call `visit` with every name that is a handle, first those registered, then those of network
 * namespaces in /run/netns. */
void nsname_each(void (*visit)(const char *name, void *context), void *context);

/* Give each namespace of the pass the first name that leads to it. That of a process is given to
 * those which it doesn't share with us. */
void nsname_find_all(struct nsscan *scan);

#endif
