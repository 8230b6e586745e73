/* SPDX-License-Identifier: ISC */
/* netfact - what the kernel's message about an interface says, in words and numbers */
#ifndef NSKIT_NETFACT_H
#define NSKIT_NETFACT_H

#include "netlist.h"

/* The attribute `type`, IFLA_...: a text, NULL where there is none; a number, else 0. */
const char *netfact_text(const struct netlist_link *link, int type);
uint32_t netfact_number(const struct netlist_link *link, int type);
int netfact_byte(const struct netlist_link *link, int type);

/* "veth", "bridge", ..., "loopback"; NULL for a network card. */
const char *netfact_kind(const struct netlist_link *link);

/* Whether it was brought up; and what came of it: "up", "down", "unknown", "lowerlayerdown", ... */
int netfact_is_up(const struct netlist_link *link);
const char *netfact_operstate(const struct netlist_link *link);

/* The alternative name after `name`, the first one for NULL; NULL: no more. */
const char *netfact_altname(const struct netlist_link *link, const char *name);

/* Its MAC address, or what it has in place of one; NULL: nothing. */
const char *netfact_mac(const struct netlist_link *link, char text[ADDR_MAC_TEXT]);

/* What was counted; each is followed by the same of what was sent. */
enum {
	NETFACT_PACKETS = 0, NETFACT_BYTES = 2, NETFACT_ERRORS = 4, NETFACT_DROPPED = 6,
	NETFACT_COUNTERS = 8
};
void netfact_count(const struct netlist_link *link, int64_t count[NETFACT_COUNTERS]);

/* "ADDR/LEN", and how far it is valid: "global", "link", "host", "site". */
const char *netfact_address(const struct netlist_address *address, char text[ADDR_TEXT]);
const char *netfact_scope(const struct netlist_address *address);

#endif
