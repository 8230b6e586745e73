/* SPDX-License-Identifier: ISC */
/* vethsay - what nsveth tells of what it made, or why it made nothing */
#include "vethsay.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "die.h"
#include "hint.h"
#include "out.h"

enum { PLACE = TARGET_WORD + 2 };

/* The namespace of an end, for messages. */
static const char *place(const struct target *target, char text[PLACE])
{
	if (*target->word)
		snprintf(text, PLACE, "'%s'", target->word);
	else
		strcpy(text, "this namespace");
	return text;
}

void vethsay_fail(const struct wire *wire, const struct veth_fault *fault,
		  const struct vethsay_places *places)
{
	char one[PLACE], two[PLACE], *there = fault->end == &wire->near ? one : two;

	place(&places->near, one);
	place(&places->far, two);
	if (!fault->end)
		warn("%s between %s and %s", fault->step.deed, one, two);
	else if (!fault->step.word)
		warn("%s %s", fault->step.deed, there);
	else
		warn("%s '%s' in %s", fault->step.deed, fault->step.word, there);
	if (errno == EPERM && !wire->more.kind && fault->end != &wire->near &&
	    !*places->far.word && places->near.handle.pid)
		hint_for(HINT_LINK_HERE, places->near.handle.pid);
	else
		hint_for(wire->more.kind < LINKMORE_TAP ? HINT_LINK : HINT_TUN, CLONE_NEWNET);
	if (fault->left)
		hint("something may be left behind: it couldn't be taken back");
	exit(EXIT_SELF);
}

void vethsay_obstacles(const struct wire *wire)
{
	const struct wayout_found *found = &wire->found;

	for (size_t i = 0; i < wire->way.changes; i++) {
		const struct wayout_switch *change = &wire->way.change[i];

		if (change->set && change->wanted)
			warnx("switched on: %s", change->name);
	}
	if (wire->obstacles < 0)
		return;
	if (wire->obstacles & WAYOUT_NONE)
		hint("there is no route to the Internet yet");
	if (wire->obstacles & WAYOUT_DROPS)
		hint("the chain %s drops what it isn't told to accept: add a rule for %s",
		     found->chain, wire->far.made);
	if (wire->obstacles & WAYOUT_STRICT)
		hint("rp_filter is strict on %s: answers that come another way are dropped",
		     found->strict);
	if (wire->obstacles & WAYOUT_BRIDGED)
		hint("bridge-nf-call-iptables is on: frames of the bridge go through iptables");
	if (wire->obstacles & WAYOUT_SMALLER)
		hint("the way out takes no more than %d bytes: --mtu auto", found->mtu);
}

/* One that has no MAC address has a zero here. */
static const char *format_mac(const struct veth_end *end, char text[ADDR_MAC_TEXT])
{
	static const unsigned char none[ADDR_MAC];

	return memcmp(end->mac, none, ADDR_MAC) ? addr_format_mac(end->mac, ADDR_MAC, text) : NULL;
}

static void print_end(struct out_json *json, const char *key, const struct veth_end *end)
{
	char mac[ADDR_MAC_TEXT];

	out_object(json, key);
	out_member_text(json, "name", end->made);
	out_member_number(json, "index", end->index);
	out_member_text(json, "altname", end->altname);
	out_member_text(json, "mac", format_mac(end, mac));
	out_array(json, "addresses");
	for (size_t i = 0; i < end->addresses; i++)
		out_member_text(json, NULL, end->address[i].word);
	out_close(json);
	out_close(json);
}

static void print_bridge(struct out_json *json, const struct bridge *bridge)
{
	out_object(json, "bridge");
	out_member_text(json, "name", bridge->name);
	out_member_number(json, "index", bridge->index);
	out_member(json, "made", out_bool(bridge->made));
	out_array(json, "addresses");
	for (size_t i = 0; i < bridge->addresses; i++)
		out_member_text(json, NULL, bridge->address[i].word);
	out_close(json);
	out_close(json);
}

/* There is no other end. */
static void print_more(struct out_json *json, const struct linkmore *more)
{
	out_member(json, "peer", out_null());
	out_member(json, "by", out_text(linkmore_name(more->kind)));
	out_member(json, "from", out_text(more->from));
}

void vethsay_json(const struct wire *wire)
{
	struct out_json json = { 0 };

	out_object(&json, NULL);
	print_end(&json, "end", &wire->near);
	if (wire->more.kind)
		print_more(&json, &wire->more);
	else
		print_end(&json, "peer", &wire->far);
	if (wire->bridge.name)
		print_bridge(&json, &wire->bridge);
	out_close(&json);
	out_end();
}

void vethsay_names(const struct wire *wire)
{
	const char *one = wire->near.made, *other = wire->far.made;

	printf("%s%s%s\n", one, *one && *other ? ":" : "", other);
	out_end();
}
