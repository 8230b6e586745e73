/* SPDX-License-Identifier: ISC */
/* netfact - what the kernel's message about an interface says, in words and numbers */
#include "netfact.h"

#include <linux/if.h>
#include <stdio.h>
#include <string.h>

static const void *find(const struct netlist_link *link, int type, size_t least)
{
	return nl_find(link->message, sizeof(struct ifinfomsg), type, least);
}

const char *netfact_text(const struct netlist_link *link, int type)
{
	return find(link, type, 1);
}

uint32_t netfact_number(const struct netlist_link *link, int type)
{
	const void *value = find(link, type, sizeof(uint32_t));
	uint32_t number = 0;

	if (value)
		memcpy(&number, value, sizeof(number));
	return number;
}

int netfact_byte(const struct netlist_link *link, int type)
{
	const unsigned char *value = find(link, type, 1);

	return value ? *value : 0;
}

int netfact_is_up(const struct netlist_link *link)
{
	return !!(link->flags & IFF_UP);
}

/* By the numbers IF_OPER_..., as /sys/class/net has them. */
const char *netfact_operstate(const struct netlist_link *link)
{
	static const char *const words[] = {
		"unknown", "notpresent", "down", "lowerlayerdown", "testing", "dormant", "up"
	};
	size_t state = (size_t)netfact_byte(link, IFLA_OPERSTATE);

	return words[state < sizeof(words) / sizeof(*words) ? state : 0];
}

const char *netfact_kind(const struct netlist_link *link)
{
	return link->flags & IFF_LOOPBACK ? "loopback" :
	       nl_find_in(find(link, IFLA_LINKINFO, 0), IFLA_INFO_KIND, 1);
}

const char *netfact_altname(const struct netlist_link *link, const char *name)
{
	const void *names = find(link, IFLA_PROP_LIST, 0);

	return name ? nl_find_next(names, name, IFLA_ALT_IFNAME, 1) :
		      nl_find_in(names, IFLA_ALT_IFNAME, 1);
}

const char *netfact_mac(const struct netlist_link *link, char text[ADDR_MAC_TEXT])
{
	const void *value = find(link, IFLA_ADDRESS, 1);

	return value ? addr_format_mac(value, nl_size(value), text) : NULL;
}

void netfact_count(const struct netlist_link *link, int64_t count[NETFACT_COUNTERS])
{
	const size_t size = NETFACT_COUNTERS * sizeof(*count);
	const void *value = find(link, IFLA_STATS64, size);

	memset(count, 0, size);
	if (value)
		memcpy(count, value, size);
}

const char *netfact_scope(const struct netlist_address *address)
{
	switch (address->scope) {
	case RT_SCOPE_HOST: return "host";
	case RT_SCOPE_LINK: return "link";
	case RT_SCOPE_SITE: return "site";
	default: return "global";
	}
}

const char *netfact_address(const struct netlist_address *address, char text[ADDR_TEXT])
{
	addr_format(&address->addr, text);
	if (!strchr(text, '/'))
		snprintf(text + strlen(text), ADDR_TEXT - strlen(text), "/%u",
			 address->addr.prefix);
	return text;
}
