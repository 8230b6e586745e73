/* SPDX-License-Identifier: ISC */
/* vethopt - the options of nsveth that say what connects the two namespaces */
#ifndef NSKIT_VETHOPT_H
#define NSKIT_VETHOPT_H

#include "opt.h"
#include "wire.h"

enum {
	VETHOPT_MAC = OPT_LONG, VETHOPT_PEER_MAC, VETHOPT_MTU, VETHOPT_QUEUES, VETHOPT_TXQLEN,
	VETHOPT_GROUP, VETHOPT_ALIAS, VETHOPT_DAD, VETHOPT_GATEWAY, VETHOPT_ROUTE, VETHOPT_BRIDGE,
	VETHOPT_HAIRPIN, VETHOPT_ISOLATED, VETHOPT_POOL, VETHOPT_MASQUERADE, VETHOPT_PUBLISH,
	VETHOPT_VLAN,
	VETHOPT_MOVE, VETHOPT_MACVLAN, VETHOPT_IPVLAN, VETHOPT_TAP, VETHOPT_TUN, VETHOPT_OWNER,
	VETHOPT_END
};

#define VETHOPT_TABLE \
	{ 'i', "interface", "NAME[:PEERNAME]", "names of the end and of the other end" }, \
	{ 'a', "address", "ADDR/LEN", "give the end an IPv4 or IPv6 address" }, \
	{ 'A', "peer-address", "ADDR/LEN", "give the other end, or its bridge, an address" }, \
	{ VETHOPT_MAC, "mac", "MAC", "the end's MAC address" }, \
	{ VETHOPT_PEER_MAC, "peer-mac", "MAC", "the other end's MAC address" }, \
	{ VETHOPT_MTU, "mtu", "BYTES|auto", "of both ends; auto: that of the peer's way out" }, \
	{ VETHOPT_QUEUES, "queues", "N", "have N queues in each direction" }, \
	{ VETHOPT_TXQLEN, "txqlen", "N", "have N packets wait to be sent" }, \
	{ VETHOPT_GROUP, "group", "N", "a number to delete many by" }, \
	{ VETHOPT_ALIAS, "alias", "TEXT", "a text that ip(8) shows with both ends" }, \
	{ VETHOPT_DAD, "dad", NULL, "wait until nobody else has the IPv6 addresses" }, \
	{ VETHOPT_GATEWAY, "gateway", "ADDR|auto", "route all else from the end through ADDR" }, \
	{ VETHOPT_ROUTE, "route", "DST[,OPTIONS]", "another route in the end's namespace" }, \
	{ VETHOPT_BRIDGE, "bridge", "NAME", "the other end is a port of this bridge" }, \
	{ VETHOPT_HAIRPIN, "hairpin", NULL, "the port gets back what it sends to itself" }, \
	{ VETHOPT_ISOLATED, "isolated", NULL, "the port reaches no other isolated port" }, \
	{ VETHOPT_VLAN, "vlan", "ID", "the port is in this VLAN alone, untagged" }, \
	{ VETHOPT_POOL, "pool", "NET/LEN", "take the first free addresses of a network" }, \
	{ VETHOPT_MASQUERADE, "masquerade", NULL, "let the end out under the peer's addresses" }, \
	{ VETHOPT_PUBLISH, "publish", "PORT:PORT[/udp]", "lead a port of the peer to the end" }, \
	{ VETHOPT_MOVE, "move", "IF", "no pair: move the peer's interface IF here" }, \
	{ VETHOPT_MACVLAN, "macvlan", "IF[,mode=MODE]", "or share IF, with an own MAC address" }, \
	{ VETHOPT_IPVLAN, "ipvlan", "IF[,mode=MODE]", "or share IF, with its MAC address" }, \
	{ VETHOPT_TAP, "tap", "NAME", "or make one for a program's frames" }, \
	{ VETHOPT_TUN, "tun", "NAME", "or packets, by /dev/net/tun" }, \
	{ VETHOPT_OWNER, "owner", "UID", "whose program needs no privilege for it" }

/* Begin with what is done without options. */
void vethopt_begin(struct wire *wire);

/* Take one option of the table with its argument, which is cut up and borrowed; refuse what isn't
 * well-formed. */
void vethopt_take(struct wire *wire, int key, char *word);

/* Refuse what doesn't fit together. */
void vethopt_check(const struct wire *wire);

/* Parse a name for an end; one that is too long for the interface itself is its other name. */
void vethopt_parse_name(struct veth_end *end, const char *name);

/* Refuse `word`, as that of `what`, in the words of the parser that did: why.h. */
void vethopt_refuse(const char *what, const char *word) __attribute__((noreturn));

/* The number `word`, or refuse it as that of `what`. */
uint32_t vethopt_number(const char *what, const char *word, uint64_t least, uint64_t most);

/* The argument of --group: a number, and not 0, in which every interface is that has none. */
uint32_t vethopt_parse_group(const char *word);

#endif
