/* SPDX-License-Identifier: ISC */
/* vethkind - the options of nsveth that take another link than a pair */
#ifndef NSKIT_VETHKIND_H
#define NSKIT_VETHKIND_H

#include "wire.h"

/* Take one of VETHOPT_MOVE to VETHOPT_OWNER with its argument, which is cut up and borrowed; refuse
 * what isn't well-formed. */
void vethkind_take(struct wire *wire, int key, char *word);

/* Refuse what such a link can't have, and what goes with it alone. */
void vethkind_check(const struct wire *wire);

#endif
