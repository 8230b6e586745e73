/* SPDX-License-Identifier: ISC */
/* link - network interfaces, their addresses and routes, rtnetlink(7) */
#ifndef NSKIT_LINK_H
#define NSKIT_LINK_H

#include <net/if.h>

#include "addr.h"
#include "nl.h"

/* Bring `lo` of the network namespace that the caller is in up. Returns 0, or -1 with errno. */
int link_set_loopback_up(void);

struct link_address {
	const char *word;	/* as the user wrote it */
	struct addr addr;
};

/* The same in the network namespace of the socket `fd`. Returns 1 where it was down, 0 where it was
 * up already, or -1 with errno. link_lower_lo() undoes it. */
int link_raise_lo(int fd);
int link_lower_lo(int fd);

/* Begin a message of `type` about the interface `index`, or with 0 about one that it names; `flags`
 * as for nl_add(), the three texts as in struct nl_step. */
void link_begin(struct nl *nl, int type, int flags, int index, const char *name, const char *deed,
		const char *word);

/* Have `answer` called with what the kernel tells of each interface, as nl_dump(). */
int link_dump(struct nl *nl, const char *word,
	      void (*answer)(const struct nlmsghdr *message, void *context), void *context);

/* Add messages to the conversation `nl`, about the interface `index`. With `dad` an IPv6 address is
 * usable only when the kernel has asked whether somebody has it already, 1 to 2 s later. */
void link_add_up(struct nl *nl, int index, const char *name, int up);
void link_add_delete(struct nl *nl, int index, const char *word);
void link_add_address(struct nl *nl, int index, const struct link_address *address, int dad);
void link_delete_address(struct nl *nl, int index, const struct link_address *address);
void link_add_alias(struct nl *nl, int index, const char *alias);
void link_add_group(struct nl *nl, int index, uint32_t group);
void link_add_altname(struct nl *nl, int index, const char *altname);
void link_delete_altname(struct nl *nl, int index, const char *altname);
void link_add_default_route(struct nl *nl, int index, const struct link_address *gateway);

/* A random Ethernet address of one's own: locally administered, and no group's. 0, or -1 with
 * errno. */
int link_choose_mac(unsigned char mac[ADDR_MAC]);

/* A group that nobody has, for it is random: as the mark of interfaces of which nothing else is
 * known for sure. 0, or -1 with errno. */
int link_choose_group(uint32_t *group);

/* An interface that is marked so, or by a MAC address of its own. */
struct link_marked {
	uint32_t group;		/* 0: the MAC address is the mark */
	unsigned char mac[ADDR_MAC]; /* all zero: it has none */
	int index;		/* 0: not found */
	int peer;		/* the index, over there, of what it leads to */
};

/* Find it in the namespace of `nl`. 0, or -1 with errno: ENODEV where there is none. The former is
 * for nl_run() to call, with a struct link_marked. */
void link_note_marked(const struct nlmsghdr *message, void *context);
int link_find_marked(struct nl *nl, struct link_marked *marked);

/* Have `answer` called with what the kernel tells of the interface with that name, which may be an
 * alternative one. 0, or -1 with errno: ENODEV where there is none. */
int link_ask(struct nl *nl, const char *name,
	     void (*answer)(const struct nlmsghdr *message, void *context), void *context);

/* Ask in the namespace of `nl`: the index of the interface `name`, the name of an index. -1 with
 * errno, ENODEV where there is no such interface. */
int link_find(const struct nl *nl, const char *name);
int link_read_name(const struct nl *nl, int index, char name[IF_NAMESIZE]);

/* Enter the network namespace `ns`. Where we may not as we are, the user namespace that owns it is
 * entered first, for the privilege that it gives; of two that are needed, for `ns` and for the
 * network namespace `other` (or -1), the upper one. Returns 0, or -1 with errno of setns(2). */
int link_enter(int ns, int other);

#endif
