/* SPDX-License-Identifier: ISC */
/* capname - capabilities by name, number and preset, capabilities(7) */
#ifndef NSKIT_CAPNAME_H
#define NSKIT_CAPNAME_H

#include <stdint.h>

/* What a list asks for, a bit each by capability number. */
struct capname_list {
	uint64_t named;		/* one by one: each has to be there */
	uint64_t preset;	/* by a word for many: as far as they are there */
	int given;		/* there was such a list, even an empty one */
};

/* Add the list `text` to `list`: names with or without "cap_", in either case, numbers below 64,
 * "all", "none", and "default", what container engines leave to a container, without mknod; commas
 * between. 0, or -1 with errno EINVAL or ERANGE, and the word as why. */
int capname_parse(const char *text, struct capname_list *list);

/* Both halves of it. */
uint64_t capname_all(const struct capname_list *list);

/* The name of a capability, without "cap_"; the number where it is newer than this program. It
 * lives until the next call. */
const char *capname_find(int cap);

/* Write the names in `caps` with commas between, "none" for none, "all" for all in `every`, and
 * where few of these are missing "all but ...". */
enum { CAPNAME_TEXT = 1024 };
void capname_write(uint64_t caps, uint64_t every, char text[CAPNAME_TEXT]);

#endif
