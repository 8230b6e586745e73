/* SPDX-License-Identifier: ISC */
/* pool - addresses that nobody has, found by looking at what is in use */
#include "pool.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <time.h>

#include "netids.h"
#include "netlist.h"

enum { LOCK_TRIES = 2000, ANSWERS = 5 };

int pool_lock(int ns)
{
	static const struct timespec moment = { .tv_nsec = 1000000 };
	int fd = fcntl(ns, F_DUPFD_CLOEXEC, 3);

	for (int tries = 0; fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) < 0 && tries < LOCK_TRIES;
	     tries++)
		nanosleep(&moment, NULL);
	return fd;
}

static unsigned int bits(const struct addr *addr)
{
	return (unsigned int)(8 * addr_size(addr));
}

/* How long the prefix of one place is. */
static unsigned int place_prefix(const struct pool *pool)
{
	return pool->bridge ? bits(&pool->net) : bits(&pool->net) - 2;
}

/* The number of the place that `addr`, which is in the pool, lies in. */
static uint64_t find_place(const struct pool *pool, const struct addr *addr)
{
	size_t size = addr_size(addr);
	uint64_t number = 0;

	for (size_t i = size > 8 ? size - 8 : 0; i < size; i++)
		number = number << 8 | (unsigned char)(addr->bytes[i] ^ pool->net.bytes[i]);
	return number >> (bits(addr) - place_prefix(pool));
}

static void mark(struct pool *pool, uint64_t from, uint64_t count)
{
	for (uint64_t i = from; i < pool->places && i - from < count; i++)
		pool->used[i / 8] |= (unsigned char)(1 << i % 8);
}

static int is_used(const struct pool *pool, uint64_t place)
{
	return pool->used[place / 8] >> place % 8 & 1;
}

/* A network of the pool, or one address of it, is in use. One that the pool is a part of says
 * nothing about it. */
static void mark_net(struct pool *pool, const struct addr *net)
{
	unsigned int rest;

	if (net->prefix < pool->net.prefix || !addr_is_in(net, &pool->net))
		return;
	rest = place_prefix(pool) > net->prefix ? place_prefix(pool) - net->prefix : 0;
	mark(pool, find_place(pool, net), rest < 32 ? 1ULL << rest : pool->places);
}

/* Of a bridge every port has the whole network, and its own address alone is in use. */
static void note_address(const struct nlmsghdr *message, void *context)
{
	struct pool *pool = context;
	struct ifaddrmsg header;
	struct addr addr;

	if (netlist_parse_address(message, &header, &addr) < 0 || addr.family != pool->net.family)
		return;
	if (addr_is_in(&addr, &pool->own))
		pool->count++;
	if (pool->bridge && pool->own_ns && (int)header.ifa_index == pool->bridge &&
	    addr_is_in(&addr, &pool->net))
		pool->host = addr;
	if (pool->bridge)
		addr.prefix = (unsigned char)bits(&addr);
	mark_net(pool, &addr);
}

static void note_route(const struct nlmsghdr *message, void *context)
{
	struct pool *pool = context;
	struct rtmsg header;
	struct addr addr;
	const void *bytes = nl_find(message, sizeof(header), RTA_DST, 0);

	memcpy(&header, (const char *)message + NLMSG_HDRLEN, sizeof(header));
	if (message->nlmsg_type != RTM_NEWROUTE || header.rtm_table != RT_TABLE_MAIN ||
	    header.rtm_family != pool->net.family || !bytes ||
	    addr_set(&addr, header.rtm_family, header.rtm_dst_len, bytes, nl_size(bytes)) < 0)
		return;
	mark_net(pool, &addr);
}

/* The addresses of the namespace of `nl`, or of one that it knows by the number `netid`. */
static int look_at_addresses(struct pool *pool, struct nl *nl, int netid)
{
	static const struct nl_step step = { "GETADDR", "look for", "addresses" };
	const struct ifaddrmsg header = { .ifa_family = pool->net.family };
	size_t before = pool->count;
	int tries = ANSWERS, result;

	do {
		pool->count = before;
		nl_add(nl, &step, RTM_GETADDR, NLM_F_DUMP, &header, sizeof(header));
		if (netid >= 0)
			nl_put_u32(nl, IFA_TARGET_NETNSID, (uint32_t)netid);
		result = nl_run(nl, note_address, pool);
	} while (result < 0 && errno == EINTR && --tries);
	return result;
}

static int look_at_routes(struct pool *pool, struct nl *nl)
{
	static const struct nl_step step = { "GETROUTE", "look for", "routes" };
	const struct rtmsg header = { .rtm_family = pool->net.family };

	return nl_dump(nl, &step, RTM_GETROUTE, &header, sizeof(header), note_route, pool);
}

/* Of a namespace that we may not look into we know nothing. */
static int look_behind_ports(struct pool *pool, struct nl *nl)
{
	int *ids, count, result = 0;

	if (nl_set_strict(nl) < 0)
		return 0;
	count = netids_of_ports(nl, pool->bridge, &ids);
	for (int i = 0; i < count && result == 0; i++)
		if (look_at_addresses(pool, nl, ids[i]) < 0 && errno != EPERM && errno != EACCES &&
		    errno != EINVAL)
			result = -1;
	if (count > 0)
		free(ids);
	return count < 0 ? -1 : result;
}

static int look(struct pool *pool, struct nl *nl)
{
	int result;

	pool->own_ns = 1;
	result = look_at_addresses(pool, nl, -1);
	pool->own_ns = 0;
	if (result < 0)
		return -1;
	return pool->bridge ? look_behind_ports(pool, nl) : look_at_routes(pool, nl);
}

int pool_look(struct pool *pool, struct nl *nl, struct nl *other)
{
	unsigned int rest = place_prefix(pool) - pool->net.prefix;

	pool->places = rest < 20 ? (size_t)1 << rest : POOL_PLACES;
	free(pool->used);
	pool->own = pool->host = (struct addr){ 0 };
	pool->used = calloc(1, pool->places / 8 + 1);
	if (!pool->used || look(pool, nl) < 0)
		return -1;
	if (other && (look_at_addresses(pool, other, -1) < 0 ||
		      (!pool->bridge && look_at_routes(pool, other) < 0)))
		return -1;
	/* The network's own address, the bridge's, and IPv4's for all. */
	if (pool->bridge) {
		mark(pool, 0, 2);
		if (pool->net.family == AF_INET && rest < 20)
			mark(pool, pool->places - 1, 1);
	}
	return 0;
}

int pool_choose(struct pool *pool, int again, struct addr *end, struct addr *peer)
{
	unsigned int shift = bits(&pool->net) - place_prefix(pool);
	uint32_t from = 0;

	if (again && getrandom(&from, sizeof(from), 0) != sizeof(from))
		return -1;
	for (size_t i = 0; i < pool->places; i++) {
		uint64_t place = (from + i) % pool->places;
		struct addr first;

		if (is_used(pool, place))
			continue;
		first = addr_next(&pool->net, place << shift);
		*peer = addr_next(pool->bridge ? &pool->net : &first, 1);
		*end = pool->bridge ? first : addr_next(&first, 2);
		if (!pool->bridge)
			end->prefix = peer->prefix = (unsigned char)place_prefix(pool);
		else if (pool->host.family)
			*peer = pool->host;
		pool->own = first;
		pool->own.prefix = (unsigned char)place_prefix(pool);
		return 0;
	}
	errno = ENOSPC;
	return -1;
}

/* Of a pair one end is here, of a bridge's port the one behind it. */
int pool_is_alone(struct pool *pool, struct nl *nl)
{
	pool->count = 0;
	if (look(pool, nl) < 0)
		return -1;
	return pool->count <= 1;
}

void pool_forget(struct pool *pool)
{
	free(pool->used);
	pool->used = NULL;
}
