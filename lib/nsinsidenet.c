/* SPDX-License-Identifier: ISC */
/* nsinsidenet - the interfaces of a network namespace, part of nsinside.h */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>

#include "nl.h"
#include "nsinside.h"

enum { INTERFACES = 1024, ADDRESSES = 2048 };

/* As the kernel tells them: first all interfaces, then all addresses. */
struct told {
	struct {
		int index;
		char name[IF_NAMESIZE];
	} interfaces[INTERFACES];
	struct {
		int index;
		char text[INET6_ADDRSTRLEN + 4];
	} addresses[ADDRESSES];
	int interface_count, address_count;
	int more;		/* than there is room for */
};

/* The header of `message`'s family, copied out; 0 where it is too short. */
static int copy_header(const struct nlmsghdr *message, void *header, size_t size)
{
	if (message->nlmsg_len < NLMSG_LENGTH(size))
		return 0;
	memcpy(header, (const char *)message + NLMSG_HDRLEN, size);
	return 1;
}

static void add_interface(const struct nlmsghdr *message, void *context)
{
	struct told *told = context;
	const char *name = nl_find(message, sizeof(struct ifinfomsg), IFLA_IFNAME, 1);
	struct ifinfomsg header;

	told->more |= told->interface_count == INTERFACES;
	if (!name || told->more || !copy_header(message, &header, sizeof(header)))
		return;
	told->interfaces[told->interface_count].index = header.ifi_index;
	snprintf(told->interfaces[told->interface_count].name, IF_NAMESIZE, "%s", name);
	told->interface_count++;
}

/* IPv4 has its own address in IFA_LOCAL, IPv6 in IFA_ADDRESS. */
static void add_address(const struct nlmsghdr *message, void *context)
{
	struct told *told = context;
	char text[INET6_ADDRSTRLEN];
	struct ifaddrmsg header;
	const void *bytes;

	told->more |= told->address_count == ADDRESSES;
	if (told->more || !copy_header(message, &header, sizeof(header)))
		return;
	bytes = nl_find(message, sizeof(header), header.ifa_family == AF_INET ? IFA_LOCAL :
			IFA_ADDRESS, header.ifa_family == AF_INET ? 4 : 16);
	if (!bytes || !inet_ntop(header.ifa_family, bytes, text, sizeof(text)))
		return;
	told->addresses[told->address_count].index = (int)header.ifa_index;
	snprintf(told->addresses[told->address_count].text, INET6_ADDRSTRLEN + 4, "%s/%d", text,
		 header.ifa_prefixlen);
	told->address_count++;
}

/* Ask for all of a type; once more where the list changed meanwhile, which none can make last. */
static int dump(struct nl *nl, int type, void (*add)(const struct nlmsghdr *, void *), int *count,
		struct told *told)
{
	static const struct nl_step links = { "GETLINK", "list interfaces", "all" };
	static const struct nl_step addresses = { "GETADDR", "list addresses", "all" };
	int tries = 5, result;

	do {
		*count = 0;
		if (type == RTM_GETLINK)
			nl_add_dump(nl, &links, type, &(struct ifinfomsg){ 0 },
				    sizeof(struct ifinfomsg));
		else
			nl_add_dump(nl, &addresses, type, &(struct ifaddrmsg){ 0 },
				    sizeof(struct ifaddrmsg));
		result = nl_run(nl, add, told);
	} while (result < 0 && errno == EINTR && --tries);
	return result;
}

/* In place of the interface that was cut short, or after the last. */
static void mark_cut(char *text, char *at, const char *end)
{
	static const char mark[] = ", ...";

	if (at > end - sizeof(mark))
		for (at = text + (end - text) - sizeof(mark); at > text && strncmp(at, ", ", 2);)
			at--;
	strcpy(at, at > text ? mark : mark + 2);
}

static void write_all(const struct told *told, char *text, size_t size)
{
	char *at = text, *end = text + size;

	for (int i = 0; i < told->interface_count && at < end; i++) {
		at += snprintf(at, (size_t)(end - at), "%s%s", i ? ", " : "",
			       told->interfaces[i].name);
		for (int j = 0; j < told->address_count && at < end; j++)
			if (told->addresses[j].index == told->interfaces[i].index)
				at += snprintf(at, (size_t)(end - at), " %s",
					       told->addresses[j].text);
	}
	if (told->more || at >= end)
		mark_cut(text, at, end);
}

int nsinside_interfaces(const void *none, char *text, size_t size)
{
	struct told told = { .interface_count = 0 };
	struct nl nl;
	int result;

	(void)none;
	if (nl_open(&nl, NETLINK_ROUTE) < 0)
		return -1;
	result = dump(&nl, RTM_GETLINK, add_interface, &told.interface_count, &told);
	if (result == 0)
		result = dump(&nl, RTM_GETADDR, add_address, &told.address_count, &told);
	nl_close(&nl);
	if (result == 0)
		write_all(&told, text, size);
	return result;
}
