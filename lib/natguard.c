/* SPDX-License-Identifier: ISC */
/* natguard - a bridge's table, part of nat.h */
#include <errno.h>

#include "nat.h"

int nat_guard(struct nl *nl, const char *bridge, int index, struct nl_step *fault)
{
	const struct nat nat = { .owner = bridge, .index = index, .via = index, .guards = 1 };

	return nat_create(nl, &nat, fault) == 0 ? 1 : errno == EEXIST ? 0 : -1;
}
