/* SPDX-License-Identifier: ISC */
/*
 * netlist - the interfaces of a network namespace
 *
 * Of an interface the kernel's message itself is kept: whoever wants to know more of it asks there.
 */
#include "netlist.h"

#include <errno.h>
#include <linux/if_addr.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "netfact.h"

/* Where links are made all the time, a dump that nothing disturbs takes some patience. */
enum { TRIES = 20 };

/* An attribute that is a number, in which the kernel has its indexes. */
static int number(const struct netlist_link *link, int type, int otherwise)
{
	const void *value = nl_find(link->message, sizeof(struct ifinfomsg), type, sizeof(int));

	if (value)
		memcpy(&otherwise, value, sizeof(otherwise));
	return otherwise;
}

static void note_link(const struct nlmsghdr *message, void *context)
{
	const char *name = nl_find(message, sizeof(struct ifinfomsg), IFLA_IFNAME, 1);
	struct netlist *list = context;
	struct netlist_link *link;
	struct ifinfomsg header;

	if (message->nlmsg_type != RTM_NEWLINK || !name)
		return;
	link = calloc(1, sizeof(*link) + message->nlmsg_len);
	if (!link) {
		list->error = errno;
		return;
	}
	memcpy(link->message, message, message->nlmsg_len);
	memcpy(&header, message + 1, sizeof(header));
	link->index = header.ifi_index;
	link->flags = header.ifi_flags;
	snprintf(link->name, sizeof(link->name), "%s", name);
	link->end = &link->addresses;
	link->master = number(link, IFLA_MASTER, 0);
	link->netid = number(link, IFLA_LINK_NETNSID, NETLIST_HERE);
	/* Some kernels leave it out where both have the same number. */
	link->peer = number(link, IFLA_LINK, link->netid == NETLIST_HERE ? 0 : link->index);
	if (sorted_insert(&list->links, link) < 0) {
		list->error = errno;
		free(link);
	}
}

/* IPv4 has its own address in IFA_LOCAL, and so has IPv6 where there is another end. */
int netlist_parse_address(const struct nlmsghdr *message, struct ifaddrmsg *header,
			  struct addr *addr)
{
	const void *bytes = nl_find(message, sizeof(*header), IFA_LOCAL, 0);

	if (!bytes)
		bytes = nl_find(message, sizeof(*header), IFA_ADDRESS, 0);
	if (message->nlmsg_type != RTM_NEWADDR || !bytes)
		return -1;
	memcpy(header, message + 1, sizeof(*header));
	return addr_set(addr, header->ifa_family, header->ifa_prefixlen, bytes, nl_size(bytes));
}

/* One whose interface came after these were told is passed over. */
static void note_address(const struct nlmsghdr *message, void *context)
{
	struct netlist_address *address;
	struct netlist *list = context;
	struct netlist_link *link;
	struct ifaddrmsg header;
	struct addr addr;

	if (netlist_parse_address(message, &header, &addr) < 0)
		return;
	link = sorted_find(&list->links, (int)header.ifa_index);
	if (!link)
		return;
	address = malloc(sizeof(*address));
	if (!address) {
		list->error = errno;
		return;
	}
	*address = (struct netlist_address){ .addr = addr, .scope = header.ifa_scope };
	*link->end = address;
	link->end = &address->next;
}

static int read_once(struct netlist *list, struct nl *nl)
{
	static const struct nl_step links = { "GETLINK", "list interfaces", "all" };
	static const struct nl_step addresses = { "GETADDR", "list addresses", "all" };

	nl_add(nl, &links, RTM_GETLINK, NLM_F_DUMP, &(struct ifinfomsg){ 0 },
	       sizeof(struct ifinfomsg));
	/* Any mask, for why see nl_add_dump(); this one changes nothing. */
	nl_put_u32(nl, IFLA_EXT_MASK, RTEXT_FILTER_BRVLAN_COMPRESSED);
	if (nl_run(nl, note_link, list) < 0)
		return -1;
	nl_add_dump(nl, &addresses, RTM_GETADDR, &(struct ifaddrmsg){ 0 },
		    sizeof(struct ifaddrmsg));
	return nl_run(nl, note_address, list);
}

int netlist_read(struct netlist *list, struct nl *nl)
{
	int tries = TRIES, result;

	do {
		netlist_free(list);
		result = read_once(list, nl);
	} while (result < 0 && errno == EINTR && --tries);
	if (result < 0 || !list->error)
		return result;
	errno = list->error;
	return -1;
}

void netlist_free(struct netlist *list)
{
	for (size_t i = 0; i < list->links.count; i++) {
		struct netlist_link *link = list->links.item[i];
		struct netlist_address *address = link->addresses, *next;

		for (; address; address = next) {
			next = address->next;
			free(address);
		}
		free(link);
	}
	free(list->links.item);
	*list = (struct netlist){ 0 };
}

static int has_name(const struct netlist_link *link, const char *wanted)
{
	const char *name = link->name;

	for (int first = 1; name; name = netfact_altname(link, first ? NULL : name), first = 0)
		if (!strcmp(name, wanted))
			return 1;
	return 0;
}

struct netlist_link *netlist_find(const struct netlist *list, const char *name)
{
	for (size_t i = 0; i < list->links.count; i++)
		if (has_name(list->links.item[i], name))
			return list->links.item[i];
	return NULL;
}
