/* SPDX-License-Identifier: ISC */
/* vethopt - the options of nsveth that say what connects the two namespaces */
#include "vethopt.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "die.h"
#include "num.h"
#include "vethkind.h"
#include "why.h"

enum { MTU_LEAST = 68, MTU_MOST = 65535, QUEUES_MOST = 4096, ALIAS_MOST = 255, VLAN_MOST = 4094 };

void vethopt_refuse(const char *what, const char *word)
{
	refuse("%s '%.140s': %s", what, word, why_text());
}

void vethopt_begin(struct wire *wire)
{
	wire->near.ns = wire->far.ns = -1;
	wire->near.name = "eth%d";
	wire->far.name = "veth%d";
}

void vethopt_parse_name(struct veth_end *end, const char *name)
{
	int too_long = strlen(name) >= IF_NAMESIZE;

	if ((too_long ? addr_parse_altname(name) : addr_parse_name(name)) < 0)
		vethopt_refuse("interface name", name);
	*(too_long ? &end->altname : &end->name) = name;
}

static void parse_names(struct wire *wire, char *names)
{
	char *colon = strchr(names, ':');

	if (colon)
		*colon = '\0';
	vethopt_parse_name(&wire->near, names);
	if (colon)
		vethopt_parse_name(&wire->far, colon + 1);
}

static void parse_address(struct veth_end *end, const char *word)
{
	struct link_address *address = &end->address[end->addresses];

	if (end->addresses == VETH_ADDRESSES)
		refuse("more than %d addresses for one end", VETH_ADDRESSES);
	if (addr_parse_in_net(word, &address->addr) < 0)
		vethopt_refuse("address", word);
	address->word = word;
	end->addresses++;
}

static void parse_gateway(struct wire *wire, const char *word)
{
	struct veth_end *near = &wire->near;
	struct link_address *gateway = &near->gateway[near->gateways];

	if (!strcmp(word, "auto")) {
		wire->gateway_auto = 1;
		return;
	}
	if (near->gateways == VETH_GATEWAYS)
		refuse("gateway '%s': more than one of a family", word);
	if (addr_parse(word, &gateway->addr) < 0)
		vethopt_refuse("gateway", word);
	gateway->word = word;
	near->gateways++;
}

static void parse_route(struct veth_end *near, char *word)
{
	struct route *route = &near->route[near->routes];
	char *words = strdup(word);

	if (near->routes == VETH_ROUTES)
		refuse("more than %d routes", VETH_ROUTES);
	if (!words)
		die("read route '%s'", word);
	if (route_parse(words, route) < 0)
		vethopt_refuse("route", word);
	route->word = word;
	near->routes++;
}

uint32_t vethopt_number(const char *what, const char *word, uint64_t least, uint64_t most)
{
	uint64_t number;

	if (num_parse(word, most, &number) < 0 || number < least)
		refuse("%s '%s': not a number from %llu to %llu", what, word,
		       (unsigned long long)least, (unsigned long long)most);
	return (uint32_t)number;
}

uint32_t vethopt_parse_group(const char *word)
{
	return vethopt_number("group", word, 1, UINT32_MAX);
}

static void parse_mac(struct veth_end *end, const char *word)
{
	if (addr_parse_mac(word, end->mac) < 0)
		vethopt_refuse("MAC address", word);
	end->has_mac = 1;
}

static void parse_pool(struct wire *wire, const char *word)
{
	struct addr *net = &wire->pool.net;

	if (addr_parse_net(word, net) < 0)
		vethopt_refuse("pool", word);
	if (!net->prefix || net->prefix > 8 * addr_size(net) - 2)
		refuse("pool '%s': a network with room for two addresses, NET/LEN", word);
	wire->pooled = 1;
}

__attribute__((noreturn))
static void refuse_publish(const char *word)
{
	refuse("publish '%s': not of the form [ADDR:]PORT:PORT[/udp]", word);
}

static uint16_t parse_port(const char *text, const char *word)
{
	uint64_t port;

	if (num_parse(text, UINT16_MAX, &port) < 0 || !port)
		refuse_publish(word);
	return (uint16_t)port;
}

static uint8_t parse_protocol(const char *text, const char *word)
{
	if (text && strcmp(text, "udp") && strcmp(text, "tcp"))
		refuse("publish '%s': it is /tcp or /udp", word);
	return text && *text == 'u' ? IPPROTO_UDP : IPPROTO_TCP;
}

/* An IPv6 address has colons, and may be in brackets. */
static void parse_host(struct nat_publish *publish, char *addr, const char *word)
{
	size_t length = strlen(addr);

	if (*addr == '[' && addr[length - 1] == ']') {
		addr[length - 1] = '\0';
		addr++;
	}
	if (addr_parse(addr, &publish->addr) < 0)
		vethopt_refuse("publish", word);
}

/* From the end, for what comes first may be left out. */
static void parse_publish(struct wire *wire, const char *word)
{
	struct nat_publish *publish = &wire->publish[wire->published];
	char words[80], *rest = words, *to, *port;

	if (wire->published == NAT_PUBLISHED)
		refuse("more than %d published ports", NAT_PUBLISHED);
	*publish = (struct nat_publish){ .word = word };
	if ((size_t)snprintf(words, sizeof(words), "%s", word) >= sizeof(words))
		refuse_publish(word);
	strsep(&rest, "/");
	publish->protocol = parse_protocol(rest, word);
	to = strrchr(words, ':');
	if (!to)
		refuse_publish(word);
	*to = '\0';
	publish->to_port = parse_port(to + 1, word);
	port = strrchr(words, ':');
	publish->port = parse_port(port ? port + 1 : words, word);
	if (port) {
		*port = '\0';
		parse_host(publish, words, word);
	}
	wire->published++;
}

static void parse_alias(struct wire *wire, const char *word)
{
	if (!*word || strlen(word) > ALIAS_MOST)
		refuse("alias '%.40s': 1 to %d bytes", word, ALIAS_MOST);
	wire->link.alias = word;
}

static void parse_bridge(struct wire *wire, const char *word)
{
	if (addr_parse_name(word) < 0)
		vethopt_refuse("bridge", word);
	wire->bridge.name = word;
}

static uint16_t parse_vlan(const char *word)
{
	return (uint16_t)vethopt_number("VLAN", word, 1, VLAN_MOST);
}

static void parse_mtu(struct wire *wire, const char *word)
{
	wire->mtu_auto = !strcmp(word, "auto");
	if (!wire->mtu_auto)
		wire->link.mtu = vethopt_number("mtu", word, MTU_LEAST, MTU_MOST);
}

void vethopt_take(struct wire *wire, int key, char *word)
{
	struct veth_link *link = &wire->link;

	switch (key) {
	case 'i': parse_names(wire, word); break;
	case 'a': parse_address(&wire->near, word); break;
	case 'A': parse_address(&wire->far, word); break;
	case VETHOPT_MAC: parse_mac(&wire->near, word); break;
	case VETHOPT_PEER_MAC: parse_mac(&wire->far, word); break;
	case VETHOPT_MTU: parse_mtu(wire, word); break;
	case VETHOPT_QUEUES: link->queues = vethopt_number("queues", word, 1, QUEUES_MOST); break;
	case VETHOPT_TXQLEN: link->txqlen = vethopt_number("txqlen", word, 1, INT32_MAX); break;
	case VETHOPT_GROUP: link->group = vethopt_parse_group(word); break;
	case VETHOPT_ALIAS: parse_alias(wire, word); break;
	case VETHOPT_DAD: link->dad = 1; break;
	case VETHOPT_GATEWAY: parse_gateway(wire, word); break;
	case VETHOPT_ROUTE: parse_route(&wire->near, word); break;
	case VETHOPT_BRIDGE: parse_bridge(wire, word); break;
	case VETHOPT_HAIRPIN: wire->far.port.hairpin = 1; break;
	case VETHOPT_ISOLATED: wire->far.port.isolated = 1; break;
	case VETHOPT_VLAN: wire->far.port.vlan = parse_vlan(word); break;
	case VETHOPT_POOL: parse_pool(wire, word); break;
	case VETHOPT_MASQUERADE: wire->masquerade = 1; break;
	case VETHOPT_PUBLISH: parse_publish(wire, word); break;
	default: vethkind_take(wire, key, word);
	}
}

static int has_family(const struct wire *wire, int family)
{
	int has = wire->pooled && wire->pool.net.family == family;

	for (size_t i = 0; i < wire->near.addresses; i++)
		has |= wire->near.address[i].addr.family == family;
	return has;
}

static void check_gateway(const struct wire *wire, const struct link_address *gateway)
{
	for (size_t i = 0; i < wire->near.addresses; i++)
		if (addr_is_same(&wire->near.address[i].addr, &gateway->addr))
			refuse("gateway '%s': it is the end's own address", gateway->word);
	if (!has_family(wire, gateway->addr.family))
		refuse("gateway '%s': the end has no address of its family (-a)", gateway->word);
}

static void check_publish(const struct wire *wire, const struct nat_publish *publish)
{
	if (addr_is_loopback6(&publish->addr))
		refuse("publish '%s': IPv6 has no way out of ::1: publish it of another address",
		       publish->word);
	if (publish->addr.family && !has_family(wire, publish->addr.family))
		refuse("publish '%s': the end has no address of its family (-a)", publish->word);
}

void vethopt_check(const struct wire *wire)
{
	const struct veth_end *near = &wire->near;
	const struct bridge_port *port = &wire->far.port;

	vethkind_check(wire);
	for (size_t i = 0; i < near->gateways; i++)
		check_gateway(wire, &near->gateway[i]);
	if (near->gateways == 2 && near->gateway[0].addr.family == near->gateway[1].addr.family)
		refuse("gateway '%s': more than one of a family", near->gateway[1].word);
	if (wire->gateway_auto && (near->gateways || (!wire->pooled && !wire->far.addresses)))
		refuse_usage("--gateway auto is the other end's address: with -A or --pool, alone");
	if (!wire->bridge.name && (port->hairpin || port->isolated || port->vlan))
		refuse_usage("--hairpin, --isolated and --vlan go with --bridge");
	if ((wire->masquerade || wire->published) && !near->addresses && !wire->pooled)
		refuse_usage("--masquerade and --publish are for the addresses of -a or --pool");
	for (size_t i = 0; i < wire->published; i++)
		check_publish(wire, &wire->publish[i]);
}
