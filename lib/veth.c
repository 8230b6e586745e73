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
 * Where the user gave it, a group that nobody has is the mark, until the pair is found.
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

#include "ns.h"
#include "why.h"

/* Tests build with 0 here, to see what becomes of it without an echo. */
#ifndef VETH_ECHO
#define VETH_ECHO NLM_F_ECHO
#endif

static int open_end(struct veth_end *end, struct veth_fault *fault)
{
	if (nl_open(&end->nl, NETLINK_ROUTE) < 0)
		return vethend_fail(fault, end, "open a netlink socket in", NULL);
	if (end->open && end->open(end) < 0)
		return vethend_fail(fault, end, "look at", NULL);
	return 0;
}

/* A socket stays in the namespace it was opened in, so no way back is needed. */
static int open_away(struct veth_end *near, struct veth_end *far, struct veth_fault *fault)
{
	if (far->ns >= 0 && link_enter(far->ns, near->ns) < 0)
		return vethend_fail(fault, far, "enter NEWNET of", NULL);
	if (open_end(far, fault) < 0)
		return -1;
	if (link_enter(near->ns, far->ns) < 0)
		return vethend_fail(fault, near, "enter NEWNET of", NULL);
	return open_end(near, fault);
}

int veth_open(struct veth_end *near, struct veth_end *far, struct veth_fault *fault)
{
	*fault = (struct veth_fault){ .step.deed = "make a veth pair" };
	if (near->ns >= 0)
		return open_away(near, far, fault);
	if (open_end(near, fault) < 0)
		return -1;
	/* The way back. The kernel asks the privilege for it that the pair takes anyway. */
	near->ns = ioctl(near->nl.fd, SIOCGSKNS);
	if (near->ns < 0)
		return -1;
	if (ns_enter(far->ns, CLONE_NEWNET) < 0)
		return vethend_fail(fault, far, "enter NEWNET of", NULL);
	if (open_end(far, fault) < 0)
		return -1;
	if (ns_enter(near->ns, CLONE_NEWNET) < 0)
		return vethend_fail(fault, near, "return to", NULL);
	return 0;
}

static void add_pair(const struct veth_end *near, struct veth_end *far,
		     const struct veth_link *link, uint32_t mark, const char *names)
{
	struct veth_link marked = *link;
	struct ifinfomsg header = { 0 };
	struct nl *nl = &far->nl;
	size_t info, data, peer;

	link_begin(nl, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL | VETH_ECHO, 0, "NEWLINK", "make",
		   names);
	if (mark)
		marked.group = mark;
	vethend_put(nl, far, &marked);
	/* In this message it has the bridge before it is up: no frame is lost. */
	if (far->master)
		nl_put_u32(nl, IFLA_MASTER, (uint32_t)far->master);
	info = nl_nest(nl, IFLA_LINKINFO, NULL, 0);
	nl_put_text(nl, IFLA_INFO_KIND, "veth");
	data = nl_nest(nl, IFLA_INFO_DATA, NULL, 0);
	peer = nl_nest(nl, VETH_INFO_PEER, &header, sizeof(header));
	vethend_put(nl, near, link);
	nl_put_u32(nl, IFLA_NET_NS_FD, (uint32_t)near->ns);
	nl_nest_end(nl, peer);
	nl_nest_end(nl, data);
	nl_nest_end(nl, info);
}

/* The kernel doesn't say whose name it is that exists. */
static void find_taken(const struct veth_end *near, const struct veth_end *far,
		       struct veth_fault *fault)
{
	if (link_find(&near->nl, near->name) > 0)
		fault->end = near;
	else if (link_find(&far->nl, far->name) > 0)
		fault->end = far;
	if (fault->end)
		fault->step = (struct nl_step){ "NEWLINK", "make interface", fault->end->name };
}

static int make_pair(struct veth_end *near, struct veth_end *far, const struct veth_link *link,
		     struct veth_fault *fault)
{
	struct link_marked marked = { 0 };
	char names[3 * IF_NAMESIZE];
	int error;

	/* A MAC address that was given can be somebody's already. */
	if (vethend_choose_mac(near) < 0 || vethend_choose_mac(far) < 0 ||
	    (far->has_mac && link_choose_group(&marked.group) < 0))
		return -1;
	memcpy(marked.mac, far->mac, ADDR_MAC);
	snprintf(names, sizeof(names), "%s, peer %s", far->name, near->name);
	add_pair(near, far, link, marked.group, names);
	error = nl_run(&far->nl, link_note_marked, &marked) < 0 ? errno : 0;
	/* Before Linux 6.2 there is no echo, and after a broken conversation there may be a pair
	 * that we haven't heard of. */
	if (far->nl.failed < 0 && !marked.index && link_find_marked(&far->nl, &marked) < 0 &&
	    !error)
		error = errno;
	far->index = marked.index;
	near->index = marked.peer;
	if (error == EEXIST)
		find_taken(near, far, fault);
	if (marked.group && far->index)
		link_add_group(&far->nl, far->index, link->group);
	errno = error;
	return error ? -1 : 0;
}

int veth_create_pair(struct veth_end *near, struct veth_end *far, const struct veth_link *link,
		     struct veth_fault *fault)
{
	struct why why;

	*fault = (struct veth_fault){ .step.deed = "make a veth pair" };
	near->index = far->index = near->raised_lo = far->raised_lo = 0;
	near->routed = far->routed = 0;
	if (make_pair(near, far, link, fault) == 0 && vethend_set_up(far, link, fault) == 0 &&
	    vethend_set_up(near, link, fault) == 0 && vethend_raise_lo(far, fault) == 0 &&
	    vethend_raise_lo(near, fault) == 0)
		return 0;
	why_keep(&why);
	fault->left = veth_delete_pair(near, far) < 0;
	why_restore(&why);
	return -1;
}

int veth_delete_pair(struct veth_end *near, struct veth_end *far)
{
	vethend_undo(near);
	vethend_undo(far);
	if (!far->index)
		return 0;
	link_add_delete(&far->nl, far->index, "veth pair");
	if (nl_run(&far->nl, NULL, NULL) < 0 && errno != ENODEV)
		return -1;
	far->index = near->index = 0;
	return 0;
}
