/* SPDX-License-Identifier: ISC */
/* natrule - what is in an owner's table of address translation, and what it keeps for its maker */
#ifndef NSKIT_NATRULE_H
#define NSKIT_NATRULE_H

#include "nat.h"

/* The note of a table. */
struct natrule_mark {
	int32_t index;		/* of the owner */
	uint32_t published;	/* rules that have a claim */
};

/* The note of the rule for a published port. */
struct natrule_claim {
	uint8_t protocol, family;
	uint16_t port;
	uint8_t addr[16];	/* all zero: every one */
};

/* The claim of a port, and whether two of them can't be at the same time. */
void natrule_claim(const struct nat_publish *publish, struct natrule_claim *claim);
int natrule_overlap(const struct natrule_claim *a, const struct natrule_claim *b);

/* Add to the transaction `nl` the messages that make the table `name` with all its chains and
 * rules. Their steps have the words of `nat`. */
void natrule_add_table(struct nl *nl, const struct nat *nat, const char *name);

#endif
