/* SPDX-License-Identifier: ISC */
/* wire - all that connects two network namespaces, made together or not at all */
#include "wire.h"

#include <errno.h>
#include <linux/sockios.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "dad.h"
#include "file.h"
#include "why.h"

enum { POOL_TRIES = 64, DEFAULT_MTU = 1500 };

static int translates(const struct wire *wire)
{
	return wire->masquerade || wire->published;
}

static int open_way(struct veth_end *far)
{
	struct wire *wire = (struct wire *)(void *)((char *)far - offsetof(struct wire, far));

	if (wayout_open(&wire->way) < 0)
		return -1;
	wire->way_open = 1;
	return translates(wire) ? nl_open(&wire->filter, NETLINK_NETFILTER) : 0;
}

int wire_open(struct wire *wire, struct veth_fault *fault)
{
	wire->filter.fd = -1;
	if (wire->more.kind == LINKMORE_TAP || wire->more.kind == LINKMORE_TUN)
		wire->near.open = linkmore_open;
	if (wire->mtu_auto || translates(wire))
		wire->far.open = open_way;
	/* Of a bridge's port the addresses are the bridge's. */
	if (wire->bridge.name) {
		wire->bridge.address = wire->far.address;
		wire->bridge.addresses = wire->far.addresses;
		wire->bridge.filters = wire->far.port.vlan;
		wire->far.addresses = 0;
	}
	return veth_open(&wire->near, &wire->far, fault);
}

static int set_mtu(struct wire *wire, struct veth_fault *fault)
{
	int mtu = wire->mtu_auto ? wayout_mtu(&wire->way) : 0;

	if (mtu < 0)
		return vethend_fail(fault, &wire->far, "find the MTU of the way out of", NULL);
	if (wire->mtu_auto)
		wire->link.mtu = (uint32_t)mtu;
	return 0;
}

static int open_bridge(struct wire *wire, struct veth_fault *fault)
{
	struct bridge *bridge = &wire->bridge;

	if (!bridge->name)
		return 0;
	if (bridge_open(bridge, &wire->far.nl) < 0)
		return bridge->failed ?
		       vethend_fail(fault, &wire->far, "add address", bridge->failed->word) :
		       vethend_fail(fault, &wire->far, "use bridge", bridge->name);
	wire->far.master = bridge->index;
	return 0;
}

static void append(struct link_address *list, size_t count, const struct addr *addr,
		   char text[ADDR_TEXT])
{
	list[count] = (struct link_address){ addr_format(addr, text), *addr };
}

/* The first address of each family that the other side has. */
static void set_gateways(struct wire *wire)
{
	const struct link_address *address = wire->far.address;
	size_t count = wire->bridge.name ? wire->bridge.addresses : wire->far.addresses;

	wire->near.gateways = 0;
	for (size_t i = 0; i < count && wire->near.gateways < VETH_GATEWAYS; i++)
		if (!wire->near.gateways ||
		    wire->near.gateway[0].addr.family != address[i].addr.family)
			wire->near.gateway[wire->near.gateways++] = address[i];
}

/* Of a bridge that has an address in the pool already it is that, which is then the gateway. */
static int take_from_pool(struct wire *wire, int again, struct veth_fault *fault)
{
	struct veth_end *near = &wire->near, *far = &wire->far;
	struct addr end, peer;
	size_t *count = wire->bridge.name ? &wire->bridge.addresses : &far->addresses;

	wire->pool.bridge = wire->bridge.index;
	if (pool_look(&wire->pool, &far->nl, &near->nl) < 0)
		return vethend_fail(fault, far, "look for free addresses in", NULL);
	if (pool_choose(&wire->pool, again, &end, &peer) < 0) {
		why_set("every address of the pool is in use");
		return vethend_fail(fault, far, "find a free address in", NULL);
	}
	append(near->address, near->addresses++, &end, wire->pool_end);
	append(far->address, (*count)++, &peer, wire->pool_peer);
	if (wire->bridge.name && bridge_add_addresses(&wire->bridge, &far->nl, *count - 1) < 0)
		return vethend_fail(fault, far, "add address", wire->pool_peer);
	return 0;
}

static void give_back(struct wire *wire)
{
	wire->near.addresses--;
	if (!wire->bridge.name)
		wire->far.addresses--;
	else
		bridge_remove_last(&wire->bridge, &wire->far.nl);
}

static int await(struct veth_end *end, struct veth_fault *fault)
{
	return dad_wait(&end->nl, end->index) < 0 ?
	       vethend_fail(fault, end, "wait for the addresses of", end->made) : 0;
}

static int create_pair(struct wire *wire, struct veth_fault *fault)
{
	if (wire->gateway_auto)
		set_gateways(wire);
	if ((wire->more.kind ?
	     linkmore_create(&wire->more, &wire->near, &wire->far, &wire->link, fault) :
	     veth_create_pair(&wire->near, &wire->far, &wire->link, fault)) < 0)
		return -1;
	if (wire->link.dad && (await(&wire->far, fault) < 0 || await(&wire->near, fault) < 0))
		return -1;
	return 0;
}

/* Somebody may have taken the same addresses who doesn't ask for the lock. */
static int create_pooled(struct wire *wire, struct veth_fault *fault)
{
	int alone;

	for (int tries = 0; tries < POOL_TRIES; tries++) {
		if (take_from_pool(wire, tries, fault) < 0 || create_pair(wire, fault) < 0)
			return -1;
		alone = pool_is_alone(&wire->pool, &wire->far.nl);
		if (alone > 0)
			return 0;
		if (alone < 0)
			return vethend_fail(fault, &wire->far, "look for free addresses in", NULL);
		veth_delete_pair(&wire->near, &wire->far);
		wire->far.index = 0;
		give_back(wire);
	}
	errno = EAGAIN;
	return vethend_fail(fault, &wire->far, "find a free address in", NULL);
}

static int lock(const struct wire *wire)
{
	int ns, fd;

	if (!wire->pooled && !wire->bridge.name)
		return -1;
	ns = wire->far.ns >= 0 ? wire->far.ns : ioctl(wire->far.nl.fd, SIOCGSKNS);
	fd = pool_lock(ns);
	return wire->far.ns >= 0 ? fd : file_close(ns, fd);
}

static int create_links(struct wire *wire, struct veth_fault *fault)
{
	int fd = lock(wire), result = open_bridge(wire, fault);

	if (result == 0)
		result = wire->pooled ? create_pooled(wire, fault) : create_pair(wire, fault);
	pool_forget(&wire->pool);
	return file_close(fd, result);
}

static void add_source(struct nat *nat, const struct addr *addr)
{
	nat->source[nat->sources] = *addr;
	nat->source[nat->sources++].prefix = (unsigned char)(8 * addr_size(addr));
}

/* Without an address of the host's a port is published in each family that the container has. */
static int add_published(struct nat *nat, const struct nat_publish *publish,
			 const struct veth_end *near)
{
	int done[2] = { 0, 0 };

	for (size_t i = 0; i < near->addresses; i++) {
		const struct addr *to = &near->address[i].addr;
		int *of_family = &done[to->family == AF_INET6];

		if (*of_family || (publish->addr.family && publish->addr.family != to->family))
			continue;
		if (nat->published == NAT_PUBLISHED) {
			errno = E2BIG;
			return -1;
		}
		*of_family = 1;
		nat->publish[nat->published] = *publish;
		nat->publish[nat->published++].to = *to;
	}
	if (done[0] || done[1])
		return 0;
	why_set("the end has no address of that family");
	errno = EADDRNOTAVAIL;
	return -1;
}

static int families(const struct wire *wire)
{
	int mask = 0;

	for (size_t i = 0; i < wire->near.addresses; i++)
		mask |= wire->near.address[i].addr.family == AF_INET ? WAYOUT_IP4 : WAYOUT_IP6;
	return mask;
}

static int open_way_out(struct wire *wire, struct veth_fault *fault)
{
	struct nat *nat = &wire->nat;
	int via = wire->bridge.name ? wire->bridge.index : wire->far.index, created;

	*nat = (struct nat){ .owner = wire->far.made, .index = wire->far.index, .via = via };
	for (size_t i = 0; wire->masquerade && i < wire->near.addresses; i++)
		add_source(nat, &wire->near.address[i].addr);
	for (size_t i = 0; i < wire->published; i++)
		if (add_published(nat, &wire->publish[i], &wire->near) < 0)
			return vethend_fail(fault, &wire->far, "publish", wire->publish[i].word);
	nat_prune(&wire->filter);
	fault->end = &wire->far;
	created = nat_create(&wire->filter, nat, &fault->step);
	/* Where the conversation broke, it may be there all the same. */
	wire->translated = created == 0 || (errno != EEXIST && errno != EADDRINUSE);
	if (created < 0)
		return -1;
	if (nat->published && wire->bridge.name)
		wire->guarded = nat_guard(&wire->filter, wire->bridge.name, via, &fault->step);
	if (wire->guarded < 0)
		return -1;
	if (nat->published && wayout_set_localnet(&wire->way, via) < 0)
		return vethend_fail(fault, &wire->far, "set route_localnet of", wire->far.made);
	if (wayout_set_forwarding(&wire->way, families(wire)) < 0)
		return vethend_fail(fault, &wire->far, "switch on", wire->way.failed);
	wire->obstacles = wayout_check(&wire->way, &wire->filter, via,
				       wire->link.mtu ? (int)wire->link.mtu : DEFAULT_MTU,
				       &wire->found);
	return 0;
}

int wire_create(struct wire *wire, struct veth_fault *fault)
{
	struct why why;

	*fault = (struct veth_fault){ .step.deed = "make a veth pair" };
	if (set_mtu(wire, fault) == 0 && create_links(wire, fault) == 0 &&
	    (!translates(wire) || open_way_out(wire, fault) == 0))
		return 0;
	why_keep(&why);
	fault->left |= wire_undo(wire) < 0;
	why_restore(&why);
	return -1;
}

int wire_undo(struct wire *wire)
{
	int result = 0;

	if (wire->translated) {
		result |= wayout_undo(&wire->way);
		result |= nat_delete(&wire->filter, wire->nat.owner);
	}
	if (wire->guarded > 0)
		result |= nat_delete(&wire->filter, wire->bridge.name);
	wire->translated = 0;
	result |= wire->more.kind ? linkmore_undo(&wire->more, &wire->near) :
				    veth_delete_pair(&wire->near, &wire->far);
	if (wire->bridge.name)
		result |= bridge_undo(&wire->bridge, &wire->far.nl);
	if (wire->guarded < 0)
		nat_prune(&wire->filter);
	return result < 0 ? -1 : 0;
}
