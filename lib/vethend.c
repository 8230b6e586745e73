/* SPDX-License-Identifier: ISC */
/* vethend - one interface in one network namespace: its addresses, routes and settings */
#include "vethend.h"

#include <linux/rtnetlink.h>

int vethend_fail(struct veth_fault *fault, const struct veth_end *end, const char *deed,
		 const char *word)
{
	fault->end = end;
	fault->step = (struct nl_step){ "", deed, word };
	return -1;
}

int vethend_choose_mac(struct veth_end *end)
{
	return end->has_mac ? 0 : link_choose_mac(end->mac);
}

static void put_settings(struct nl *nl, const struct veth_link *link)
{
	if (link->mtu)
		nl_put_u32(nl, IFLA_MTU, link->mtu);
	if (link->txqlen)
		nl_put_u32(nl, IFLA_TXQLEN, link->txqlen);
	if (link->group)
		nl_put_u32(nl, IFLA_GROUP, link->group);
}

void vethend_put(struct nl *nl, const struct veth_end *end, const struct veth_link *link)
{
	nl_put_text(nl, IFLA_IFNAME, end->name);
	nl_put(nl, IFLA_ADDRESS, end->mac, ADDR_MAC);
	put_settings(nl, link);
	if (link->queues) {
		nl_put_u32(nl, IFLA_NUM_TX_QUEUES, link->queues);
		nl_put_u32(nl, IFLA_NUM_RX_QUEUES, link->queues);
	}
}

void vethend_add_settings(struct veth_end *end, const struct veth_link *link)
{
	link_begin(&end->nl, RTM_SETLINK, 0, end->index, "SETLINK", "set up", end->name);
	if (end->has_mac)
		nl_put(&end->nl, IFLA_ADDRESS, end->mac, ADDR_MAC);
	put_settings(&end->nl, link);
}

static int add_routes(struct veth_end *end, struct veth_fault *fault)
{
	for (; end->routed < end->routes; end->routed++)
		if (route_add(&end->nl, &end->route[end->routed], end->index) < 0)
			return vethend_fail(fault, end, "add route", end->route[end->routed].word);
	return 0;
}

int vethend_set_up(struct veth_end *end, const struct veth_link *link, struct veth_fault *fault)
{
	struct nl *nl = &end->nl;

	if (link_read_name(nl, end->index, end->made) < 0)
		return vethend_fail(fault, end, "read the name of the interface in", NULL);
	if (end->master)
		bridge_add_port(nl, end->index, end->made, &end->port);
	if (link->alias)
		link_add_alias(nl, end->index, link->alias);
	if (end->altname)
		link_add_altname(nl, end->index, end->altname);
	for (size_t i = 0; i < end->addresses; i++)
		link_add_address(nl, end->index, &end->address[i], link->dad);
	link_add_up(nl, end->index, end->made, 1);
	for (size_t i = 0; i < end->gateways; i++)
		link_add_default_route(nl, end->index, &end->gateway[i]);
	if (nl_run(nl, NULL, NULL) == 0)
		return add_routes(end, fault);
	fault->end = end;
	fault->step = nl->failed < 0 ? (struct nl_step){ "", "set up", end->made } :
				       nl->step[nl->failed];
	return -1;
}

int vethend_raise_lo(struct veth_end *end, struct veth_fault *fault)
{
	end->raised_lo = link_raise_lo(end->nl.fd);
	return end->raised_lo < 0 ? vethend_fail(fault, end, "bring up lo in", NULL) : 0;
}

void vethend_undo(struct veth_end *end)
{
	/* Those that are not by the end itself stay without it. */
	while (end->routed)
		route_delete(&end->nl, &end->route[--end->routed], end->index);
	if (end->raised_lo > 0)
		link_lower_lo(end->nl.fd);
	end->raised_lo = 0;
}
