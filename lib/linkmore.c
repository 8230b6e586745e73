/* SPDX-License-Identifier: ISC */
/*
 * linkmore - other links than a pair: with one end only, in the near namespace
 *
 * A macvlan or ipvlan is made by one message in the parent's namespace that names the other. Its
 * echo would go there, so it is found by a mark: a group that nobody has.
 */
#include "linkmore.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "trace.h"
#include "why.h"

#define TUN "/dev/net/tun"

static const struct {
	const char *name;
	const char *modes;	/* for people */
	unsigned short mode;	/* its attribute, of `size` bytes; 0: it has none */
	unsigned short size;
} kinds[] = {
	[LINKMORE_MOVE] = { .name = "move" },
	[LINKMORE_MACVLAN] = { "macvlan", "it takes mode=bridge, private, vepa or passthru",
			       IFLA_MACVLAN_MODE, 4 },
	[LINKMORE_IPVLAN] = { "ipvlan", "it takes mode=l2, l3 or l3s", IFLA_IPVLAN_MODE, 2 },
	[LINKMORE_TAP] = { .name = "tap" },
	[LINKMORE_TUN] = { .name = "tun" },
};

/* Of each kind the usual one comes first. */
static const struct {
	char name[10];
	unsigned char kind, mode;
} modes[] = {
	{ "bridge", LINKMORE_MACVLAN, MACVLAN_MODE_BRIDGE },
	{ "private", LINKMORE_MACVLAN, MACVLAN_MODE_PRIVATE },
	{ "vepa", LINKMORE_MACVLAN, MACVLAN_MODE_VEPA },
	{ "passthru", LINKMORE_MACVLAN, MACVLAN_MODE_PASSTHRU },
	{ "l2", LINKMORE_IPVLAN, IPVLAN_MODE_L2 },
	{ "l3", LINKMORE_IPVLAN, IPVLAN_MODE_L3 },
	{ "l3s", LINKMORE_IPVLAN, IPVLAN_MODE_L3S },
};

const char *linkmore_name(enum linkmore_kind kind)
{
	return kinds[kind].name;
}

int linkmore_parse_mode(enum linkmore_kind kind, const char *text, uint32_t *mode)
{
	int is_mode = text && !strncmp(text, "mode=", 5);

	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
		if (modes[i].kind == kind &&
		    (!text || (is_mode && !strcmp(text + 5, modes[i].name)))) {
			*mode = modes[i].mode;
			return 0;
		}
	why_set(kinds[kind].modes);
	errno = EINVAL;
	return -1;
}

int linkmore_open(struct veth_end *near)
{
	near->tun = traced(open(TUN, O_RDWR | O_CLOEXEC), "open(%s)", TUN);
	if (near->tun < 0)
		why_set(TUN);
	return near->tun < 0 ? -1 : 0;
}

/* The kernel says otherwise, or not at all, that the name is taken. */
static int is_taken(const struct veth_end *near)
{
	int saved = errno, taken = link_find(&near->nl, near->name) > 0;

	errno = taken ? EEXIST : saved;
	return taken;
}

static int told(int result, const struct veth_end *near, const char *request)
{
	return traced(result, "ioctl(%d, %s)", near->tun, request);
}

static int make_tun(struct linkmore *more, struct veth_end *near, struct veth_fault *fault)
{
	struct ifreq request = { 0 };

	if (more->kind == LINKMORE_TAP && vethend_choose_mac(near) < 0)
		return vethend_fail(fault, near, "make interface", near->name);
	near->has_mac |= more->kind == LINKMORE_TAP;
	/* Never one that is there already, and waits for a program. */
	request.ifr_flags = (short)(IFF_NO_PI | IFF_TUN_EXCL |
				    (more->kind == LINKMORE_TAP ? IFF_TAP : IFF_TUN));
	strncpy(request.ifr_name, near->name, sizeof(request.ifr_name) - 1);
	if (told(ioctl(near->tun, TUNSETIFF, &request), near, "TUNSETIFF") < 0) {
		is_taken(near);
		return vethend_fail(fault, near, "make interface", near->name);
	}
	near->index = link_find(&near->nl, request.ifr_name);
	if (near->index < 0 ||
	    (more->has_owner && told(ioctl(near->tun, TUNSETOWNER, (unsigned long)more->owner),
				     near, "TUNSETOWNER") < 0))
		return vethend_fail(fault, near, "set up", near->name);
	return 0;
}

static void add_branch(const struct linkmore *more, const struct veth_end *near,
		       struct veth_end *far, int parent)
{
	const struct veth_link marked = { .group = more->move.marked.group };
	struct nl *nl = &far->nl;
	size_t info, data;

	link_begin(nl, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, 0, "NEWLINK", "make interface",
		   near->name);
	vethend_put(nl, near, &marked);
	nl_put_u32(nl, IFLA_LINK, (uint32_t)parent);
	nl_put_u32(nl, IFLA_NET_NS_FD, (uint32_t)near->ns);
	info = nl_nest(nl, IFLA_LINKINFO, NULL, 0);
	nl_put_text(nl, IFLA_INFO_KIND, kinds[more->kind].name);
	data = nl_nest(nl, IFLA_INFO_DATA, NULL, 0);
	if (kinds[more->kind].size == 4)
		nl_put_u32(nl, kinds[more->kind].mode, more->mode);
	else
		nl_put(nl, kinds[more->kind].mode, &(uint16_t){ (uint16_t)more->mode }, 2);
	nl_nest_end(nl, data);
	nl_nest_end(nl, info);
}

static int make_branch(struct linkmore *more, struct veth_end *near, struct veth_end *far,
		       const struct veth_link *link, struct veth_fault *fault)
{
	struct link_marked *marked = &more->move.marked;
	int parent = link_find(&far->nl, more->from);

	if (parent < 0)
		return vethend_fail(fault, far, "find interface", more->from);
	if (vethend_choose_mac(near) < 0 || link_choose_group(&marked->group) < 0)
		return vethend_fail(fault, near, "make interface", near->name);
	add_branch(more, near, far, parent);
	if (nl_run(&far->nl, NULL, NULL) < 0)
		return is_taken(near) ?
		       vethend_fail(fault, near, "make interface", near->name) :
		       vethend_fail(fault, far, "share interface", more->from);
	if (link_find_marked(&near->nl, marked) < 0)
		return vethend_fail(fault, near, "find interface", near->name);
	near->index = marked->index;
	/* Some have their parent's. */
	memcpy(near->mac, marked->mac, ADDR_MAC);
	near->has_mac = 0;
	link_add_group(&near->nl, near->index, link->group);
	return 0;
}

static int move(struct linkmore *more, struct veth_end *near, struct veth_end *far,
		struct veth_fault *fault)
{
	const char *name = strchr(near->name, '%') ? NULL : near->name;

	more->move.from = far;
	more->move.to = near;
	if (linkmove_go(&more->move, more->from, name, fault) < 0)
		return -1;
	if (!near->has_mac)
		memcpy(near->mac, more->move.marked.mac, ADDR_MAC);
	return 0;
}

static int make(struct linkmore *more, struct veth_end *near, struct veth_end *far,
		const struct veth_link *link, struct veth_fault *fault)
{
	switch (more->kind) {
	case LINKMORE_MOVE: return move(more, near, far, fault);
	case LINKMORE_MACVLAN:
	case LINKMORE_IPVLAN: return make_branch(more, near, far, link, fault);
	default: return make_tun(more, near, fault);
	}
}

static int set_persistent(const struct veth_end *near, int on)
{
	return near->tun ? told(ioctl(near->tun, TUNSETPERSIST, (unsigned long)on), near,
				"TUNSETPERSIST") : 0;
}

static int make_and_set_up(struct linkmore *more, struct veth_end *near, struct veth_end *far,
			   const struct veth_link *link, struct veth_fault *fault)
{
	if (make(more, near, far, link, fault) < 0)
		return -1;
	vethend_add_settings(near, link);
	if (vethend_set_up(near, link, fault) < 0 || vethend_raise_lo(near, fault) < 0)
		return -1;
	return set_persistent(near, 1) < 0 ?
	       vethend_fail(fault, near, "set up", near->made) : 0;
}

int linkmore_create(struct linkmore *more, struct veth_end *near, struct veth_end *far,
		    const struct veth_link *link, struct veth_fault *fault)
{
	struct why why;

	if (make_and_set_up(more, near, far, link, fault) == 0)
		return 0;
	why_keep(&why);
	fault->left = linkmore_undo(more, near) < 0;
	why_restore(&why);
	return -1;
}

/* It may be there though we haven't heard of it. */
static int delete_branch(struct link_marked *marked, struct veth_end *near)
{
	if (!marked->group)
		return 0;
	if (!near->index && link_find_marked(&near->nl, marked) < 0)
		return errno == ENODEV ? 0 : -1;
	link_add_delete(&near->nl, marked->index, near->name);
	if (nl_run(&near->nl, NULL, NULL) < 0 && errno != ENODEV)
		return -1;
	near->index = 0;
	marked->group = 0;
	return 0;
}

/* One that isn't persistent goes when it's closed. */
static int close_tun(struct veth_end *near)
{
	int result = near->index > 0 ? set_persistent(near, 0) : 0;

	if (near->tun)
		close(near->tun);
	near->index = near->tun = 0;
	return result;
}

int linkmore_undo(struct linkmore *more, struct veth_end *near)
{
	vethend_undo(near);
	switch (more->kind) {
	case LINKMORE_MOVE: return linkmove_undo(&more->move);
	case LINKMORE_MACVLAN:
	case LINKMORE_IPVLAN: return delete_branch(&more->move.marked, near);
	default: return close_tun(near);
	}
}
