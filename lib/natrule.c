/* SPDX-License-Identifier: ISC */
/*
 * natrule - what is in an owner's table of address translation
 *
 *	chain postrouting	the sources get the address of the interface they leave by. So do
 *				neighbours and the host's loopback on their way to a published port:
 *				the container would answer them directly, or not at all
 *	chain published		for each port: off to the container
 *	chain prerouting	what is for an address of the host goes through `published`
 *	chain output		so does what the host sends to itself; here alone are the ports on
 *				a loopback address
 *	chain guard		nobody but the host gets to those, nor to the host's loopback
 */
#include "natrule.h"

#include <string.h>
#include <sys/socket.h>

#include "nft.h"

/* What is being written. */
struct writer {
	struct nl *nl;
	const struct nat *nat;
	const char *table;
};

static const struct nft_hook postrouting = {
	"postrouting", "nat", NFT_POSTROUTING, NFT_SOURCE_NAT
};
static const struct nft_hook published = { .chain = "published" };
static const struct nft_hook prerouting = {
	"prerouting", "nat", NFT_PREROUTING, NFT_DESTINATION_NAT
};
static const struct nft_hook output = {
	"output", "nat", NFT_OUTPUT, NFT_DESTINATION_NAT
};
static const struct nft_hook guard = {
	"guard", "filter", NFT_PREROUTING, NFT_BEFORE_TRACKING
};

static const struct addr loopback4 = { AF_INET, 8, { 127 } };
static const struct addr loopback6 = { AF_INET6, 128, { [15] = 1 } };

void natrule_claim(const struct nat_publish *publish, struct natrule_claim *claim)
{
	memset(claim, 0, sizeof(*claim));
	claim->protocol = publish->protocol;
	claim->family = publish->to.family;
	claim->port = publish->port;
	if (publish->addr.family)
		memcpy(claim->addr, publish->addr.bytes, addr_size(&publish->addr));
}

int natrule_overlap(const struct natrule_claim *a, const struct natrule_claim *b)
{
	static const uint8_t every[sizeof(a->addr)];

	return a->protocol == b->protocol && a->family == b->family && a->port == b->port &&
	       (!memcmp(a->addr, every, sizeof(every)) || !memcmp(b->addr, every, sizeof(every)) ||
		!memcmp(a->addr, b->addr, sizeof(every)));
}

static int is_loopback(const struct addr *addr)
{
	return addr->family == AF_INET && addr->bytes[0] == 127;
}

/* The address alone, without the network it is in. */
static struct addr host_of(const struct addr *addr)
{
	struct addr host = *addr;

	host.prefix = (unsigned char)(8 * addr_size(addr));
	return host;
}

static void add_chain(const struct writer *to, const struct nft_hook *hook)
{
	const struct nl_step step = { "NEWCHAIN", "make a chain of the nftables table of",
				      to->nat->owner };

	nft_add_chain(to->nl, &step, to->table, hook);
}

/* For `word`, or with NULL the owner. */
static size_t add_rule(const struct writer *to, const struct nft_hook *hook, const char *deed,
		       const char *word)
{
	const struct nl_step step = { "NEWRULE", deed, word ? word : to->nat->owner };

	return nft_add_rule(to->nl, &step, to->table, hook->chain);
}

static void end_rule(const struct writer *to, size_t rule)
{
	nft_end_rule(to->nl, rule, NULL, 0);
}

/* Masquerade. */

static void add_source(const struct writer *to, const struct addr *source)
{
	size_t rule = add_rule(to, &postrouting, "masquerade for", NULL);

	nft_match_interface(to->nl, NFT_META_OIF, NFT_CMP_NEQ, to->nat->via);
	nft_match_address(to->nl, NFT_SOURCE, source);
	nft_masquerade(to->nl);
	end_rule(to, rule);
}

/* What comes back to `via`, for a container that would take it for a neighbour's or its own. */
static void add_return(const struct writer *to, const struct addr *source,
		       const struct nat_publish *publish)
{
	struct addr host = host_of(&publish->to);
	size_t rule = add_rule(to, &postrouting, "publish", publish->word);

	nft_match_interface(to->nl, NFT_META_OIF, NFT_CMP_EQ, to->nat->via);
	nft_match_address(to->nl, NFT_SOURCE, source);
	nft_match_address(to->nl, NFT_DESTINATION, &host);
	nft_match_translated(to->nl);
	nft_masquerade(to->nl);
	end_rule(to, rule);
}

/* The number of the first port that leads to the same address. */
static size_t first_to(const struct nat *nat, size_t number)
{
	const struct addr *to = &nat->publish[number].to;

	for (size_t i = 0; i < number; i++)
		if (!memcmp(&nat->publish[i].to, to, sizeof(*to)))
			return i;
	return number;
}

static void add_postrouting(const struct writer *to)
{
	const struct nat *nat = to->nat;

	add_chain(to, &postrouting);
	for (size_t i = 0; i < nat->sources; i++)
		add_source(to, &nat->source[i]);
	for (size_t i = 0; i < nat->published; i++) {
		const struct nat_publish *publish = &nat->publish[i];

		if (first_to(nat, i) != i)
			continue;
		add_return(to, &publish->to, publish);
		if (publish->to.family == AF_INET)
			add_return(to, &loopback4, publish);
	}
}

/* Published ports. */

static void add_port(const struct writer *to, const struct nft_hook *hook,
		     const struct nat_publish *publish)
{
	struct natrule_claim claim;
	size_t rule = add_rule(to, hook, "publish", publish->word);

	natrule_claim(publish, &claim);
	if (publish->addr.family)
		nft_match_address(to->nl, NFT_DESTINATION, &publish->addr);
	else
		nft_match_family(to->nl, publish->to.family);
	nft_match_protocol(to->nl, publish->protocol);
	nft_match_port(to->nl, publish->port);
	nft_translate(to->nl, &publish->to, publish->to_port);
	nft_end_rule(to->nl, rule, &claim, sizeof(claim));
}

static void add_jump(const struct writer *to, const struct nft_hook *hook)
{
	size_t rule = add_rule(to, hook, "publish ports for", NULL);

	nft_match_local(to->nl);
	nft_jump(to->nl, published.chain);
	end_rule(to, rule);
}

/* Nothing gets out from ::1, so what is sent there stays. */
static void add_exception(const struct writer *to)
{
	size_t rule = add_rule(to, &output, "keep what is on ::1 from", NULL);

	nft_match_address(to->nl, NFT_DESTINATION, &loopback6);
	nft_accept(to->nl);
	end_rule(to, rule);
}

static void add_published(const struct writer *to)
{
	const struct nat *nat = to->nat;

	add_chain(to, &published);
	add_chain(to, &prerouting);
	add_chain(to, &output);
	for (size_t i = 0; i < nat->published; i++)
		add_port(to, is_loopback(&nat->publish[i].addr) ? &output : &published,
			 &nat->publish[i]);
	add_jump(to, &prerouting);
	add_exception(to);
	add_jump(to, &output);
}

/* With route_localnet (ip-sysctl) nothing else keeps them out. */
static void add_guard_of_loopback(const struct writer *to, enum nft_side side)
{
	size_t rule = add_rule(to, &guard, "guard the loopback addresses from", NULL);

	nft_match_interface(to->nl, NFT_META_IIF, NFT_CMP_EQ, to->nat->via);
	nft_match_address(to->nl, side, &loopback4);
	nft_drop(to->nl);
	end_rule(to, rule);
}

/* Whoever routes by way of the host could go to the container directly. */
static void add_guard_of_port(const struct writer *to, const struct nat_publish *publish)
{
	struct addr host = host_of(&publish->to);
	size_t rule = add_rule(to, &guard, "publish", publish->word);

	nft_match_interface(to->nl, NFT_META_IIF, NFT_CMP_NEQ, to->nat->via);
	nft_match_address(to->nl, NFT_DESTINATION, &host);
	nft_match_protocol(to->nl, publish->protocol);
	nft_match_port(to->nl, publish->to_port);
	nft_drop(to->nl);
	end_rule(to, rule);
}

static void add_guard(const struct writer *to)
{
	const struct nat *nat = to->nat;

	add_chain(to, &guard);
	add_guard_of_loopback(to, NFT_SOURCE);
	add_guard_of_loopback(to, NFT_DESTINATION);
	for (size_t i = 0; i < nat->published; i++)
		if (is_loopback(&nat->publish[i].addr))
			add_guard_of_port(to, &nat->publish[i]);
}

void natrule_add_table(struct nl *nl, const struct nat *nat, const char *name)
{
	const struct nl_step step = { "NEWTABLE", "make the nftables table of", nat->owner };
	const struct natrule_mark mark = { nat->index, (uint32_t)nat->published };
	const struct writer to = { nl, nat, name };

	nft_add_table(nl, &step, name, &mark, sizeof(mark));
	if (!nat->guards)
		add_postrouting(&to);
	if (nat->published)
		add_published(&to);
	if (nat->published || nat->guards)
		add_guard(&to);
}
