/* SPDX-License-Identifier: ISC */
/* waycheck - the way out, and what may be in it */
#include <endian.h>
#include <errno.h>
#include <linux/netconf.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "link.h"
#include "nft.h"
#include "wayout.h"

static void note_route(const struct nlmsghdr *message, void *context)
{
	const size_t size = sizeof(struct rtmsg);
	const void *index = nl_find(message, size, RTA_OIF, sizeof(int));
	const void *mtu = nl_find_in(nl_find(message, size, RTA_METRICS, 0), RTAX_MTU,
				     sizeof(int));
	struct wayout_route *route = context;
	struct rtmsg header;

	if (message->nlmsg_len < NLMSG_LENGTH(size) || !index)
		return;
	memcpy(&header, (const char *)message + NLMSG_HDRLEN, size);
	if (header.rtm_type != RTN_UNICAST)
		return;
	route->protocol = header.rtm_protocol;
	memcpy(&route->index, index, sizeof(int));
	if (mtu)
		memcpy(&route->mtu, mtu, sizeof(int));
}

/* Which is the interface's where the route has none of its own. */
static int find_mtu(const struct nl *nl, struct wayout_route *route)
{
	struct ifreq request = { 0 };

	if (route->mtu)
		return 0;
	if (link_read_name(nl, route->index, request.ifr_name) < 0 ||
	    ioctl(nl->fd, SIOCGIFMTU, &request) < 0)
		return -1;
	route->mtu = request.ifr_mtu;
	return 0;
}

int wayout_find_route(struct nl *nl, int family, struct wayout_route *route)
{
	/* a.root-servers.net */
	static const struct addr far4 = { AF_INET, 32, { 198, 41, 0, 4 } };
	static const struct addr far6 = { AF_INET6, 128, { 0x20, 0x01, 0x05, 0x03, 0xba, 0x3e, 0, 0,
							   0, 0, 0, 0, 0, 2, 0, 0x30 } };
	static const struct nl_step step = { "GETROUTE", "look for", "the way out" };
	const struct addr *far = family == AF_INET ? &far4 : &far6;
	const struct rtmsg header = { .rtm_family = far->family, .rtm_dst_len = far->prefix };

	memset(route, 0, sizeof(*route));
	nl_add(nl, &step, RTM_GETROUTE, 0, &header, sizeof(header));
	nl_put(nl, RTA_DST, far->bytes, addr_size(far));
	/* Whatever the kernel says of a route that rejects, or of a family that it lacks. */
	if (nl_run(nl, note_route, route) < 0 && nl->failed < 0)
		return -1;
	if (!route->index) {
		errno = ENETUNREACH;
		return -1;
	}
	return find_mtu(nl, route);
}

/* The smaller of two, 0 being none. */
static int smaller(int a, int b)
{
	return !a || (b && b < a) ? b : a;
}

/* Find both routes; a family that has none leaves its all zero. */
static int find_routes(struct wayout *way, struct wayout_route route[2])
{
	static const int family[2] = { AF_INET, AF_INET6 };
	int found = 0;

	for (int i = 0; i < 2; i++)
		if (wayout_find_route(&way->nl, family[i], &route[i]) == 0)
			found = 1;
		else if (errno != ENETUNREACH)
			return -1;
	if (found)
		return 0;
	errno = ENETUNREACH;
	return -1;
}

int wayout_mtu(struct wayout *way)
{
	struct wayout_route route[2];

	return find_routes(way, route) < 0 ? -1 : smaller(route[0].mtu, route[1].mtu);
}

/* Chains. */

static const char *family_of(const struct nlmsghdr *message)
{
	switch (((const unsigned char *)message)[NLMSG_HDRLEN]) {
	case NFT_FAMILY_INET: return "inet";
	case NFT_FAMILY_IPV4: return "ip";
	case NFT_FAMILY_IPV6: return "ip6";
	default: return NULL;
	}
}

static int is_number(const void *value, uint32_t wanted)
{
	uint32_t number;

	if (!value)
		return 0;
	memcpy(&number, value, sizeof(number));
	return be32toh(number) == wanted;
}

static void note_dropping(const struct nlmsghdr *message, void *context)
{
	const size_t size = sizeof(struct nfgenmsg), number = sizeof(uint32_t);
	const void *hook = nl_find(message, size, NFTA_CHAIN_HOOK, 0);
	const char *table = nft_text(message, NFTA_CHAIN_TABLE);
	const char *chain = nft_text(message, NFTA_CHAIN_NAME);
	struct wayout_found *found = context;

	if (!hook || !table || !chain || *found->chain || !family_of(message) ||
	    !is_number(nl_find_in(hook, NFTA_HOOK_HOOKNUM, number), NFT_FORWARD) ||
	    !is_number(nl_find(message, size, NFTA_CHAIN_POLICY, number), NFT_VERDICT_DROP))
		return;
	snprintf(found->chain, sizeof(found->chain), "%s %s %s", family_of(message), table, chain);
}

/* Interfaces. */

struct strictness {
	int index[2];		/* of the interfaces concerned */
	int strict[2];
	int all;
};

static void note_strictness(const struct nlmsghdr *message, void *context)
{
	const size_t size = sizeof(struct netconfmsg);
	const void *index = nl_find(message, size, NETCONFA_IFINDEX, sizeof(int));
	const void *filter = nl_find(message, size, NETCONFA_RP_FILTER, sizeof(int));
	struct strictness *known = context;
	int number, value;

	if (!index || !filter)
		return;
	memcpy(&number, index, sizeof(number));
	memcpy(&value, filter, sizeof(value));
	if (number == NETCONFA_IFINDEX_ALL)
		known->all = value;
	for (int i = 0; i < 2; i++)
		if (number == known->index[i])
			known->strict[i] = value;
}

/* The larger value of `all` and the interface's own counts: ip-sysctl, rp_filter. */
static int find_strict(struct wayout *way, int via, int out, struct wayout_found *found)
{
	static const struct nl_step step = { "GETNETCONF", "read the settings of", "interfaces" };
	const struct netconfmsg header = { .ncm_family = AF_INET };
	struct strictness known = { .index = { via, out } };

	nl_add(&way->nl, &step, RTM_GETNETCONF, NLM_F_DUMP, &header, sizeof(header));
	if (nl_run(&way->nl, note_strictness, &known) < 0 && errno != EINTR)
		return -1;
	for (int i = 0; i < 2 && !*found->strict; i++)
		if (known.index[i] &&
		    (known.all > known.strict[i] ? known.all : known.strict[i]) == 1)
			link_read_name(&way->nl, known.index[i], found->strict);
	return 0;
}

static void note_bridge(const struct nlmsghdr *message, void *context)
{
	static const char bridge[] = "bridge";
	const char *kind = nl_find_in(nl_find(message, sizeof(struct ifinfomsg), IFLA_LINKINFO, 0),
				      IFLA_INFO_KIND, sizeof(bridge));

	if (kind && !memcmp(kind, bridge, sizeof(bridge)))
		*(int *)context = 1;
}

/* 1 where it is one, 0, or -1 with errno. */
static int is_bridge(struct wayout *way, int index)
{
	int bridge = 0;

	link_begin(&way->nl, RTM_GETLINK, 0, index, "GETLINK", "look at", "interface");
	return nl_run(&way->nl, note_bridge, &bridge) < 0 ? -1 : bridge;
}

int wayout_check(struct wayout *way, struct nl *filter, int via, int mtu,
		 struct wayout_found *found)
{
	struct wayout_route route[2] = { { 0 }, { 0 } };
	int mask = 0, bridge = is_bridge(way, via);

	memset(found, 0, sizeof(*found));
	if (bridge < 0)
		return -1;
	if (find_routes(way, route) < 0) {
		if (errno != ENETUNREACH)
			return -1;
		mask |= WAYOUT_NONE;
	}
	if (find_strict(way, via, route[0].index, found) < 0)
		return -1;
	/* Without nf_tables there is no chain of theirs. */
	if (filter && nft_read_chains(filter, note_dropping, found) < 0 && filter->failed < 0 &&
	    errno != EINTR)
		return -1;
	found->mtu = smaller(route[0].mtu, route[1].mtu);
	if (*found->chain)
		mask |= WAYOUT_DROPS;
	if (*found->strict)
		mask |= WAYOUT_STRICT;
	if (way->bridged && bridge)
		mask |= WAYOUT_BRIDGED;
	if (found->mtu && found->mtu < mtu)
		mask |= WAYOUT_SMALLER;
	return mask;
}
