/* SPDX-License-Identifier: ISC */
/*
 * veth - a pair of interfaces between two network namespaces
 *
 * How a pair is made:
 *  1. One message makes both ends where they belong. A link that is made elsewhere and moved waits
 *     for every processor (RCU), 20 ms each time, and is in the wrong place meanwhile.
 *  2. The far end gets its addresses and is brought up, all in one piece; then the near end, with
 *     its routes. Addresses come first, so that nothing is sent without them.
 *  3. `lo` comes last: bringing it down again would leave traces.
 *  4. Whatever fails, deleting the far end takes the near one along, and the addresses and routes
 *     of both.
 *
 * Only what is known to be ours is ever deleted: by the index from the kernel's echo, or by the MAC
 * address. That is random, and chosen by us also because udev would change one of the kernel's.
 */
#include "veth.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>
#include <linux/veth.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/random.h>

#include "ns.h"
#include "why.h"

/* Tests build with 0 here, to see what becomes of it without an echo. */
#ifndef VETH_ECHO
#define VETH_ECHO NLM_F_ECHO
#endif

static int fail(struct veth_fault *fault, const struct veth_end *end, const char *deed)
{
	fault->end = end;
	fault->step.deed = deed;
	return -1;
}

/* A socket stays in the namespace it was opened in, so no way back is needed. */
static int open_away(struct veth_end *near, struct veth_end *far, struct veth_fault *fault)
{
	if (far->ns >= 0 && link_enter(far->ns, near->ns) < 0)
		return fail(fault, far, "enter NEWNET of");
	if (nl_open(&far->nl, NETLINK_ROUTE) < 0)
		return fail(fault, far, "open a netlink socket in");
	if (link_enter(near->ns, far->ns) < 0)
		return fail(fault, near, "enter NEWNET of");
	if (nl_open(&near->nl, NETLINK_ROUTE) < 0)
		return fail(fault, near, "open a netlink socket in");
	return 0;
}

int veth_open(struct veth_end *near, struct veth_end *far, struct veth_fault *fault)
{
	*fault = (struct veth_fault){ .step.deed = "make a veth pair" };
	if (near->ns >= 0)
		return open_away(near, far, fault);
	if (nl_open(&near->nl, NETLINK_ROUTE) < 0)
		return fail(fault, near, "open a netlink socket in");
	/* The way back. The kernel asks the privilege for it that the pair takes anyway. */
	near->ns = ioctl(near->nl.fd, SIOCGSKNS);
	if (near->ns < 0)
		return -1;
	if (ns_enter(far->ns, CLONE_NEWNET) < 0)
		return fail(fault, far, "enter NEWNET of");
	if (nl_open(&far->nl, NETLINK_ROUTE) < 0)
		return fail(fault, far, "open a netlink socket in");
	if (ns_enter(near->ns, CLONE_NEWNET) < 0)
		return fail(fault, near, "return to");
	return 0;
}

/* Random, with the bit "locally administered" and without the one of groups. */
static int choose_macs(struct veth_end *near, struct veth_end *far)
{
	unsigned char random[2 * VETH_MAC];

	if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
		return -1;
	random[0] = random[VETH_MAC] = (random[0] & 0xfc) | 0x02;
	memcpy(near->mac, random, VETH_MAC);
	memcpy(far->mac, random + VETH_MAC, VETH_MAC);
	return 0;
}

static void add_pair(const struct veth_end *near, struct veth_end *far, const char *names)
{
	struct nl_step step = { "NEWLINK", "make", names };
	struct ifinfomsg header = { 0 };
	struct nl *nl = &far->nl;
	size_t info, data, peer;

	nl_add(nl, &step, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL | VETH_ECHO, &header,
	       sizeof(header));
	nl_put_text(nl, IFLA_IFNAME, far->name);
	nl_put(nl, IFLA_ADDRESS, far->mac, VETH_MAC);
	info = nl_nest(nl, IFLA_LINKINFO, NULL, 0);
	nl_put_text(nl, IFLA_INFO_KIND, "veth");
	data = nl_nest(nl, IFLA_INFO_DATA, NULL, 0);
	peer = nl_nest(nl, VETH_INFO_PEER, &header, sizeof(header));
	nl_put_text(nl, IFLA_IFNAME, near->name);
	nl_put(nl, IFLA_ADDRESS, near->mac, VETH_MAC);
	nl_put_u32(nl, IFLA_NET_NS_FD, (uint32_t)near->ns);
	nl_nest_end(nl, peer);
	nl_nest_end(nl, data);
	nl_nest_end(nl, info);
}

struct pair {
	struct veth_end *near, *far;
};

/* Learn the indexes from the echo or a dump. */
static void note_pair(const struct nlmsghdr *message, void *context)
{
	const struct pair *pair = context;
	const void *mac = nl_find(message, sizeof(struct ifinfomsg), IFLA_ADDRESS, VETH_MAC);
	const void *link = nl_find(message, sizeof(struct ifinfomsg), IFLA_LINK, sizeof(int));
	struct ifinfomsg header;

	if (message->nlmsg_type != RTM_NEWLINK || !mac ||
	    memcmp(mac, pair->far->mac, VETH_MAC) != 0)
		return;
	memcpy(&header, (const char *)message + NLMSG_HDRLEN, sizeof(header));
	pair->far->index = pair->near->index = header.ifi_index;
	/* Some kernels leave it out where the numbers are equal. */
	if (link)
		memcpy(&pair->near->index, link, sizeof(int));
}

/* Look for the far end by its MAC address: before Linux 6.2 there is no echo, and after a broken
 * conversation there may be a pair that we haven't heard of. */
static int find_pair(struct pair *pair)
{
	static const struct nl_step step = { "GETLINK", "look for", "veth pair" };
	struct ifinfomsg header = { 0 };
	struct nl *nl = &pair->far->nl;
	int tries = 5;

	do {
		nl_add(nl, &step, RTM_GETLINK, NLM_F_DUMP, &header, sizeof(header));
		if (nl_run(nl, note_pair, pair) < 0 && errno != EINTR)
			return -1;
	} while (!pair->far->index && --tries);
	if (pair->far->index)
		return 0;
	errno = ENODEV;
	return -1;
}

/* The kernel doesn't say whose name it is that exists. */
static void find_taken(const struct pair *pair, struct veth_fault *fault)
{
	if (link_find(&pair->near->nl, pair->near->name) > 0)
		fault->end = pair->near;
	else if (link_find(&pair->far->nl, pair->far->name) > 0)
		fault->end = pair->far;
	if (fault->end)
		fault->step = (struct nl_step){ "NEWLINK", "make interface", fault->end->name };
}

static int make_pair(struct pair *pair, struct veth_fault *fault)
{
	struct veth_end *near = pair->near, *far = pair->far;
	char names[3 * IF_NAMESIZE];
	int error;

	if (choose_macs(near, far) < 0)
		return -1;
	snprintf(names, sizeof(names), "%s, peer %s", far->name, near->name);
	add_pair(near, far, names);
	error = nl_run(&far->nl, note_pair, pair) < 0 ? errno : 0;
	if (far->nl.failed < 0 && !far->index && find_pair(pair) < 0 && !error)
		error = errno;
	if (error == EEXIST)
		find_taken(pair, fault);
	errno = error;
	return error ? -1 : 0;
}

static int set_up(struct veth_end *end, struct veth_fault *fault)
{
	struct nl *nl = &end->nl;

	if (link_read_name(nl, end->index, end->made) < 0)
		return fail(fault, end, "read the name of the interface in");
	for (size_t i = 0; i < end->addresses; i++)
		link_add_address(nl, end->index, &end->address[i]);
	link_add_up(nl, end->index, end->made);
	for (size_t i = 0; i < end->gateways; i++)
		link_add_default_route(nl, end->index, &end->gateway[i]);
	if (nl_run(nl, NULL, NULL) == 0)
		return 0;
	fault->end = end;
	fault->step = nl->failed < 0 ? (struct nl_step){ "", "set up", end->made } :
				       nl->step[nl->failed];
	return -1;
}

static int raise_lo(struct veth_end *end, struct veth_fault *fault)
{
	end->raised_lo = link_raise_lo(end->nl.fd);
	return end->raised_lo < 0 ? fail(fault, end, "bring up lo in") : 0;
}

int veth_create_pair(struct veth_end *near, struct veth_end *far, struct veth_fault *fault)
{
	struct pair pair = { near, far };
	char why[256];
	int saved;

	*fault = (struct veth_fault){ .step.deed = "make a veth pair" };
	near->index = far->index = near->raised_lo = far->raised_lo = 0;
	if (make_pair(&pair, fault) == 0 && set_up(far, fault) == 0 && set_up(near, fault) == 0 &&
	    raise_lo(far, fault) == 0 && raise_lo(near, fault) == 0)
		return 0;
	saved = errno;
	snprintf(why, sizeof(why), "%s", why_text());
	fault->left = veth_delete_pair(near, far) < 0;
	why_set(why);
	errno = saved;
	return -1;
}

int veth_delete_pair(struct veth_end *near, struct veth_end *far)
{
	static const struct nl_step step = { "DELLINK", "delete", "veth pair" };
	struct ifinfomsg header = { .ifi_index = far->index };

	if (near->raised_lo > 0)
		link_lower_lo(near->nl.fd);
	if (far->raised_lo > 0)
		link_lower_lo(far->nl.fd);
	if (!far->index)
		return 0;
	nl_add(&far->nl, &step, RTM_DELLINK, 0, &header, sizeof(header));
	return nl_run(&far->nl, NULL, NULL) < 0 && errno != ENODEV ? -1 : 0;
}

struct ends {
	int index[NL_STEPS];
	size_t count;
};

/* Of IFLA_LINKINFO the kind comes first. */
static void note_end(const struct nlmsghdr *message, void *context)
{
	static const char veth[] = "veth";
	const size_t kind = sizeof(struct nlattr);
	const char *info = nl_find(message, sizeof(struct ifinfomsg), IFLA_LINKINFO,
				   kind + sizeof(veth));
	struct ends *ends = context;
	struct ifinfomsg header;

	if (message->nlmsg_type != RTM_NEWLINK || !info || ends->count == NL_STEPS ||
	    memcmp(info + kind, veth, sizeof(veth)) != 0)
		return;
	memcpy(&header, (const char *)message + NLMSG_HDRLEN, sizeof(header));
	ends->index[ends->count++] = header.ifi_index;
}

/* As many as one conversation takes. Returns how many, or -1 with errno. */
static int delete_some(struct nl *nl)
{
	static const struct nl_step look = { "GETLINK", "look for", "veth pairs" };
	static const struct nl_step gone = { "DELLINK", "delete", "veth pair" };
	struct ifinfomsg header = { 0 };
	struct ends ends = { .count = 0 };

	nl_add(nl, &look, RTM_GETLINK, NLM_F_DUMP, &header, sizeof(header));
	if (nl_run(nl, note_end, &ends) < 0 && errno != EINTR)
		return -1;
	for (size_t i = 0; i < ends.count; i++) {
		header.ifi_index = ends.index[i];
		nl_add(nl, &gone, RTM_DELLINK, 0, &header, sizeof(header));
	}
	/* Both ends may be here: the second goes with the first. */
	if (nl_run(nl, NULL, NULL) < 0 && errno != ENODEV)
		return -1;
	return (int)ends.count;
}

int veth_delete_all(int ns)
{
	struct nl nl;
	int some;

	if (link_enter(ns, -1) < 0 || nl_open(&nl, NETLINK_ROUTE) < 0)
		return -1;
	while ((some = delete_some(&nl)) > 0)
		continue;
	nl_close(&nl);
	return some;
}
