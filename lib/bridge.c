/* SPDX-License-Identifier: ISC */
/* bridge - a bridge that the other ends of pairs are ports of */
#include "bridge.h"

#include <errno.h>
#include <linux/if_bridge.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "file.h"
#include "pool.h"
#include "why.h"

struct found {
	int index, is_bridge, is_up, filters;
	unsigned char mac[ADDR_MAC];
};

static void note(const struct nlmsghdr *message, void *context)
{
	struct found *found = context;
	struct ifinfomsg header;
	const void *info = nl_find(message, sizeof(header), IFLA_LINKINFO, 0);
	const char *kind = nl_find_in(info, IFLA_INFO_KIND, sizeof("bridge"));
	const void *mac = nl_find(message, sizeof(header), IFLA_ADDRESS, ADDR_MAC);
	const void *data = nl_find_in(info, IFLA_INFO_DATA, 0);
	const char *filters = nl_find_in(data, IFLA_BR_VLAN_FILTERING, 1);

	memcpy(&header, (const char *)message + NLMSG_HDRLEN, sizeof(header));
	found->index = header.ifi_index;
	found->is_up = !!(header.ifi_flags & IFF_UP);
	found->filters = filters && *filters;
	found->is_bridge = kind && !strncmp(kind, "bridge", nl_size(kind));
	if (mac)
		memcpy(found->mac, mac, ADDR_MAC);
}

static int find(struct bridge *bridge, struct nl *nl, struct found *found)
{
	*found = (struct found){ 0 };
	if (link_ask(nl, bridge->name, note, found) < 0)
		return -1;
	if (found->is_bridge && (found->filters || !bridge->filters))
		return 0;
	why_set(found->is_bridge ? "its vlan_filtering is off" : "it is there, and is no bridge");
	errno = found->is_bridge ? EINVAL : ENOTUNIQ;
	return -1;
}

static void put_flag(struct nl *nl, int type, int flag)
{
	if (flag)
		nl_put(nl, type, &(unsigned char){ 1 }, 1);
}

static int make(struct bridge *bridge, struct nl *nl)
{
	const struct nl_step step = { "NEWLINK", "make bridge", bridge->name };
	const struct ifinfomsg header = { .ifi_flags = IFF_UP, .ifi_change = IFF_UP };
	size_t info;

	if (link_choose_mac(bridge->mac) < 0)
		return -1;
	nl_add(nl, &step, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &header, sizeof(header));
	nl_put_text(nl, IFLA_IFNAME, bridge->name);
	nl_put(nl, IFLA_ADDRESS, bridge->mac, ADDR_MAC);
	info = nl_nest(nl, IFLA_LINKINFO, NULL, 0);
	nl_put_text(nl, IFLA_INFO_KIND, "bridge");
	if (bridge->filters) {
		size_t data = nl_nest(nl, IFLA_INFO_DATA, NULL, 0);

		put_flag(nl, IFLA_BR_VLAN_FILTERING, 1);
		nl_nest_end(nl, data);
	}
	nl_nest_end(nl, info);
	return nl_run(nl, NULL, NULL);
}

/* Whose it is, its MAC address tells. */
static int find_and_note(struct bridge *bridge, struct nl *nl, struct found *found)
{
	int result = find(bridge, nl, found);

	if (result == 0) {
		bridge->index = found->index;
		bridge->made = !memcmp(found->mac, bridge->mac, ADDR_MAC);
	}
	return result;
}

/* Somebody else may make it at the same time, or delete it. */
static int find_or_make(struct bridge *bridge, struct nl *nl, struct found *found)
{
	for (int tries = 5; tries; tries--) {
		if (find_and_note(bridge, nl, found) == 0)
			return 0;
		if (errno != ENODEV || (make(bridge, nl) < 0 && errno != EEXIST))
			return -1;
	}
	return -1;
}

static int raise_if_down(struct bridge *bridge, struct nl *nl, const struct found *found)
{
	if (found->is_up)
		return 0;
	link_add_up(nl, found->index, bridge->name, 1);
	bridge->raised = nl_run(nl, NULL, NULL) == 0;
	return bridge->raised ? 0 : -1;
}

/* Two that start at the same time both want it to be there: that it is, is success. */
int bridge_add_addresses(struct bridge *bridge, struct nl *nl, size_t from)
{
	for (size_t i = from; i < bridge->addresses; i++) {
		bridge->failed = &bridge->address[i];
		link_add_address(nl, bridge->index, bridge->failed, 0);
		bridge->is_new[i] = nl_run(nl, NULL, NULL) == 0;
		if (!bridge->is_new[i] && errno != EEXIST)
			return -1;
	}
	bridge->failed = NULL;
	return 0;
}

void bridge_remove_last(struct bridge *bridge, struct nl *nl)
{
	size_t i = --bridge->addresses;

	if (!bridge->is_new[i])
		return;
	bridge->is_new[i] = 0;
	link_delete_address(nl, bridge->index, &bridge->address[i]);
	nl_run(nl, NULL, NULL);
}

int bridge_open(struct bridge *bridge, struct nl *nl)
{
	struct found found = { 0 };
	struct why why;

	if (find_or_make(bridge, nl, &found) == 0 && raise_if_down(bridge, nl, &found) == 0 &&
	    bridge_add_addresses(bridge, nl, 0) == 0)
		return 0;
	why_keep(&why);
	bridge_undo(bridge, nl);
	why_restore(&why);
	return -1;
}

struct ports {
	int master, other;
};

static void note_port(const struct nlmsghdr *message, void *context)
{
	struct ports *ports = context;
	const void *master = nl_find(message, sizeof(struct ifinfomsg), IFLA_MASTER, sizeof(int));

	ports->other |= master && !memcmp(master, &ports->master, sizeof(int));
}

static int has_ports(struct bridge *bridge, struct nl *nl)
{
	struct ports ports = { .master = bridge->index };

	return link_dump(nl, "ports", note_port, &ports) < 0 || ports.other;
}

static int delete(struct bridge *bridge, struct nl *nl)
{
	link_add_delete(nl, bridge->index, bridge->name);
	return nl_run(nl, NULL, NULL) < 0 && errno != ENODEV ? -1 : 0;
}

static int restore(struct bridge *bridge, struct nl *nl)
{
	for (size_t i = 0; i < bridge->addresses; i++)
		if (bridge->is_new[i])
			link_delete_address(nl, bridge->index, &bridge->address[i]);
	if (bridge->raised)
		link_add_up(nl, bridge->index, bridge->name, 0);
	return nl_run(nl, NULL, NULL);
}

int bridge_undo(struct bridge *bridge, struct nl *nl)
{
	struct found found;

	/* Where the conversation broke, we may have made one that we haven't heard of. */
	if (!bridge->index && (!bridge->mac[0] || find_and_note(bridge, nl, &found) < 0 ||
			       !bridge->made))
		return 0;
	if (!bridge->made)
		return restore(bridge, nl);
	return has_ports(bridge, nl) ? 0 : delete(bridge, nl);
}

int bridge_delete_unused(struct bridge *bridge, struct nl *nl)
{
	int ns = ioctl(nl->fd, SIOCGSKNS), lock = pool_lock(ns), result = 0;
	struct found found;

	if (find_and_note(bridge, nl, &found) < 0)
		result = errno == ENODEV ? 0 : -1;
	else if (!has_ports(bridge, nl))
		result = delete(bridge, nl);
	return file_close(ns, file_close(lock, result));
}

static void add_flags(struct nl *nl, int index, const char *name, const struct bridge_port *port)
{
	size_t info, data;

	link_begin(nl, RTM_NEWLINK, 0, index, "NEWLINK", "set up bridge port", name);
	info = nl_nest(nl, IFLA_LINKINFO, NULL, 0);
	nl_put_text(nl, IFLA_INFO_SLAVE_KIND, "bridge");
	data = nl_nest(nl, IFLA_INFO_SLAVE_DATA, NULL, 0);
	put_flag(nl, IFLA_BRPORT_MODE, port->hairpin);
	put_flag(nl, IFLA_BRPORT_ISOLATED, port->isolated);
	nl_nest_end(nl, data);
	nl_nest_end(nl, info);
}

/* Put the port into a VLAN, or take it out of all from `vlan` on to `last`. */
static void add_vlan(struct nl *nl, int type, int index, const char *name, unsigned int flags,
		     unsigned int vlan, unsigned int last)
{
	const struct nl_step step = { "VLAN", "set the VLAN of", name };
	const struct ifinfomsg header = { .ifi_family = AF_BRIDGE, .ifi_index = index };
	struct bridge_vlan_info info = { (uint16_t)flags, (uint16_t)vlan };
	size_t spec;

	nl_add(nl, &step, type, 0, &header, sizeof(header));
	spec = nl_nest(nl, IFLA_AF_SPEC, NULL, 0);
	nl_put(nl, IFLA_BRIDGE_VLAN_INFO, &info, sizeof(info));
	info = (struct bridge_vlan_info){ BRIDGE_VLAN_INFO_RANGE_END, (uint16_t)last };
	if (last)
		nl_put(nl, IFLA_BRIDGE_VLAN_INFO, &info, sizeof(info));
	nl_nest_end(nl, spec);
}

void bridge_add_port(struct nl *nl, int index, const char *name, const struct bridge_port *port)
{
	if (port->hairpin || port->isolated)
		add_flags(nl, index, name, port);
	if (!port->vlan)
		return;
	add_vlan(nl, RTM_DELLINK, index, name, BRIDGE_VLAN_INFO_RANGE_BEGIN, 1, 4094);
	add_vlan(nl, RTM_SETLINK, index, name, BRIDGE_VLAN_INFO_PVID | BRIDGE_VLAN_INFO_UNTAGGED,
		 port->vlan, 0);
}
