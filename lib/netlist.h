/* SPDX-License-Identifier: ISC */
/* netlist - the interfaces of a network namespace, as the kernel tells of them, rtnetlink(7) */
#ifndef NSKIT_NETLIST_H
#define NSKIT_NETLIST_H

#include <linux/rtnetlink.h>
#include <net/if.h>

#include "addr.h"
#include "nl.h"
#include "sorted.h"

struct netlist_address {
	struct netlist_address *next;
	struct addr addr;	/* its own, with the prefix of its network */
	unsigned char scope;	/* RT_SCOPE_UNIVERSE, RT_SCOPE_LINK, ... */
};

/* `netid` of what is linked with something in its own namespace. */
enum { NETLIST_HERE = -2 };

struct netlist_link {
	int index;
	unsigned int flags;	/* IFF_... */
	char name[IF_NAMESIZE];
	int master;		/* index of the bridge that it is a port of, or the like; 0: none */
	int peer;		/* index of what it is linked with: the other end of a veth pair, or
				 * what lies below; 0: nothing */
	int netid;		/* the number of that one's namespace, -1: it has none */
	int wanted;		/* the caller's */
	char peer_name[IF_NAMESIZE]; /* empty: not known, see netpeer.h */
	struct netlist_address *addresses, **end;
	struct nlmsghdr message[]; /* all that the kernel told, see netfact.h */
};

/* All zero to begin with. */
struct netlist {
	struct sorted links;	/* by their indexes */
	int error;		/* errno of what couldn't be noted */
};

/* Read all interfaces and addresses of the namespace of `nl`, in one dump each, and once more
 * where they changed meanwhile. Returns 0, or -1 with errno of nl_run(): EINTR where they change
 * all along. netlist_free() frees what was read. */
int netlist_read(struct netlist *list, struct nl *nl);
void netlist_free(struct netlist *list);

/* The interface with that name, which may be an alternative one. NULL: none. */
struct netlist_link *netlist_find(const struct netlist *list, const char *name);

/* The address that a message RTM_NEWADDR tells of, and what else that says in its header. Returns
 * 0, or -1 where it is no such message, or of another family than IP. */
int netlist_parse_address(const struct nlmsghdr *message, struct ifaddrmsg *header,
			  struct addr *addr);

#endif
