/* SPDX-License-Identifier: ISC */
/* vethkind - the options of nsveth that take another link than a pair */
#include "vethkind.h"

#include <string.h>

#include "die.h"
#include "vethopt.h"

static void choose(struct linkmore *more, enum linkmore_kind kind, const char *from)
{
	if (more->kind)
		refuse_usage("one of --move, --macvlan, --ipvlan, --tap and --tun");
	more->kind = kind;
	more->from = from;
}

static void parse_move(struct wire *wire, const char *word)
{
	if (addr_parse_altname(word) < 0)
		vethopt_refuse("interface name", word);
	choose(&wire->more, LINKMORE_MOVE, word);
}

/* "PARENT[,mode=MODE]" */
static void parse_branch(struct wire *wire, enum linkmore_kind kind, char *word)
{
	char *mode = strchr(word, ',');

	if (mode)
		*mode++ = '\0';
	if (addr_parse_name(word) < 0)
		vethopt_refuse("interface name", word);
	choose(&wire->more, kind, word);
	if (linkmore_parse_mode(kind, mode, &wire->more.mode) < 0)
		vethopt_refuse(linkmore_name(kind), word);
}

static void parse_tap(struct wire *wire, enum linkmore_kind kind, const char *word)
{
	choose(&wire->more, kind, NULL);
	vethopt_parse_name(&wire->near, word);
}

static void parse_owner(struct linkmore *more, const char *word)
{
	more->owner = vethopt_number("owner", word, 0, UINT32_MAX - 1);
	more->has_owner = 1;
}

void vethkind_take(struct wire *wire, int key, char *word)
{
	switch (key) {
	case VETHOPT_MOVE: parse_move(wire, word); break;
	case VETHOPT_MACVLAN: parse_branch(wire, LINKMORE_MACVLAN, word); break;
	case VETHOPT_IPVLAN: parse_branch(wire, LINKMORE_IPVLAN, word); break;
	case VETHOPT_TAP: parse_tap(wire, LINKMORE_TAP, word); break;
	case VETHOPT_TUN: parse_tap(wire, LINKMORE_TUN, word); break;
	case VETHOPT_OWNER: parse_owner(&wire->more, word); break;
	}
}

void vethkind_check(const struct wire *wire)
{
	enum linkmore_kind kind = wire->more.kind;
	const struct veth_end *far = &wire->far;

	if (wire->more.has_owner && kind != LINKMORE_TAP && kind != LINKMORE_TUN)
		refuse_usage("--owner goes with --tap or --tun");
	if (!kind)
		return;
	if (far->addresses || far->has_mac || far->altname || !strchr(far->name, '%') ||
	    wire->link.queues || wire->bridge.name || wire->pooled || wire->masquerade ||
	    wire->published || wire->gateway_auto)
		refuse_usage("--%s makes no other end, nor what leads through one",
			     linkmore_name(kind));
}
