/* SPDX-License-Identifier: ISC */
/* nftrule - the expressions of a rule of nf_tables */
#include <endian.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/rtnetlink.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <string.h>

#include "nft.h"

/* All numbers of the messages are in network order, those that rules compare in the host's. */
static void put_number(struct nl *nl, int type, uint32_t value)
{
	nl_put_u32(nl, type, htobe32(value));
}

/* An expression is a name, and attributes of its own. */
struct expression {
	size_t element, data;
};

static struct expression begin(struct nl *nl, const char *name)
{
	struct expression made = { .element = nl_nest(nl, NFTA_LIST_ELEM, NULL, 0) };

	nl_put_text(nl, NFTA_EXPR_NAME, name);
	made.data = nl_nest(nl, NFTA_EXPR_DATA, NULL, 0);
	return made;
}

static void end(struct nl *nl, struct expression made)
{
	nl_nest_end(nl, made.data);
	nl_nest_end(nl, made.element);
}

static void put_value(struct nl *nl, int type, const void *value, size_t size)
{
	size_t nest = nl_nest(nl, type, NULL, 0);

	nl_put(nl, NFTA_DATA_VALUE, value, size);
	nl_nest_end(nl, nest);
}

static void compare(struct nl *nl, uint32_t op, const void *value, size_t size)
{
	struct expression made = begin(nl, "cmp");

	put_number(nl, NFTA_CMP_SREG, NFT_REG_1);
	put_number(nl, NFTA_CMP_OP, op);
	put_value(nl, NFTA_CMP_DATA, value, size);
	end(nl, made);
}

/* Keep of register 1 the bits that are set in `mask`. */
static void keep_bits(struct nl *nl, const void *mask, size_t size)
{
	static const unsigned char nothing[16];
	struct expression made = begin(nl, "bitwise");

	put_number(nl, NFTA_BITWISE_SREG, NFT_REG_1);
	put_number(nl, NFTA_BITWISE_DREG, NFT_REG_1);
	put_number(nl, NFTA_BITWISE_LEN, (uint32_t)size);
	put_value(nl, NFTA_BITWISE_MASK, mask, size);
	put_value(nl, NFTA_BITWISE_XOR, nothing, size);
	end(nl, made);
}

static void load_meta(struct nl *nl, uint32_t key)
{
	struct expression made = begin(nl, "meta");

	put_number(nl, NFTA_META_KEY, key);
	put_number(nl, NFTA_META_DREG, NFT_REG_1);
	end(nl, made);
}

static void load_payload(struct nl *nl, uint32_t base, size_t offset, size_t size)
{
	struct expression made = begin(nl, "payload");

	put_number(nl, NFTA_PAYLOAD_DREG, NFT_REG_1);
	put_number(nl, NFTA_PAYLOAD_BASE, base);
	put_number(nl, NFTA_PAYLOAD_OFFSET, (uint32_t)offset);
	put_number(nl, NFTA_PAYLOAD_LEN, (uint32_t)size);
	end(nl, made);
}

static void load_constant(struct nl *nl, uint32_t reg, const void *value, size_t size)
{
	struct expression made = begin(nl, "immediate");

	put_number(nl, NFTA_IMMEDIATE_DREG, reg);
	put_value(nl, NFTA_IMMEDIATE_DATA, value, size);
	end(nl, made);
}

void nft_match_interface(struct nl *nl, uint32_t key, uint32_t op, int index)
{
	load_meta(nl, key);
	compare(nl, op, &index, sizeof(index));
}

void nft_match_family(struct nl *nl, int family)
{
	const uint8_t value = family == AF_INET ? NFT_FAMILY_IPV4 : NFT_FAMILY_IPV6;

	load_meta(nl, NFT_META_NFPROTO);
	compare(nl, NFT_CMP_EQ, &value, sizeof(value));
}

void nft_match_protocol(struct nl *nl, uint8_t protocol)
{
	load_meta(nl, NFT_META_L4PROTO);
	compare(nl, NFT_CMP_EQ, &protocol, sizeof(protocol));
}

/* Where the header has an address. */
static size_t offset_of(enum nft_side side, const struct addr *addr)
{
	if (addr->family == AF_INET)
		return side == NFT_SOURCE ? offsetof(struct iphdr, saddr) :
					    offsetof(struct iphdr, daddr);
	return side == NFT_SOURCE ? offsetof(struct ip6_hdr, ip6_src) :
				    offsetof(struct ip6_hdr, ip6_dst);
}

void nft_match_address(struct nl *nl, enum nft_side side, const struct addr *addr)
{
	unsigned char mask[16] = { 0 }, value[16];
	size_t size = addr_size(addr);

	for (size_t i = 0; i < addr->prefix && i < 8 * size; i++)
		mask[i / 8] |= (unsigned char)(0x80 >> i % 8);
	for (size_t i = 0; i < size; i++)
		value[i] = addr->bytes[i] & mask[i];
	nft_match_family(nl, addr->family);
	load_payload(nl, NFT_PAYLOAD_NETWORK_HEADER, offset_of(side, addr), size);
	if (addr->prefix < 8 * size)
		keep_bits(nl, mask, size);
	compare(nl, NFT_CMP_EQ, value, size);
}

void nft_match_port(struct nl *nl, uint16_t port)
{
	const uint16_t value = htobe16(port);

	/* TCP and UDP have it at the same place. */
	load_payload(nl, NFT_PAYLOAD_TRANSPORT_HEADER, sizeof(port), sizeof(port));
	compare(nl, NFT_CMP_EQ, &value, sizeof(value));
}

void nft_match_local(struct nl *nl)
{
	const uint32_t local = RTN_LOCAL;
	struct expression made = begin(nl, "fib");

	put_number(nl, NFTA_FIB_DREG, NFT_REG_1);
	put_number(nl, NFTA_FIB_RESULT, NFT_FIB_RESULT_ADDRTYPE);
	put_number(nl, NFTA_FIB_FLAGS, NFTA_FIB_F_DADDR);
	end(nl, made);
	compare(nl, NFT_CMP_EQ, &local, sizeof(local));
}

void nft_match_translated(struct nl *nl)
{
	const uint32_t translated = IPS_DST_NAT, none = 0;
	struct expression made = begin(nl, "ct");

	put_number(nl, NFTA_CT_KEY, NFT_CT_STATUS);
	put_number(nl, NFTA_CT_DREG, NFT_REG_1);
	end(nl, made);
	keep_bits(nl, &translated, sizeof(translated));
	compare(nl, NFT_CMP_NEQ, &none, sizeof(none));
}

static void put_verdict(struct nl *nl, uint32_t code, const char *chain)
{
	struct expression made = begin(nl, "immediate");
	size_t data, verdict;

	put_number(nl, NFTA_IMMEDIATE_DREG, NFT_REG_VERDICT);
	data = nl_nest(nl, NFTA_IMMEDIATE_DATA, NULL, 0);
	verdict = nl_nest(nl, NFTA_DATA_VERDICT, NULL, 0);
	put_number(nl, NFTA_VERDICT_CODE, code);
	if (chain)
		nl_put_text(nl, NFTA_VERDICT_CHAIN, chain);
	nl_nest_end(nl, verdict);
	nl_nest_end(nl, data);
	end(nl, made);
}

void nft_accept(struct nl *nl)
{
	put_verdict(nl, NFT_VERDICT_ACCEPT, NULL);
}

void nft_drop(struct nl *nl)
{
	put_verdict(nl, NFT_VERDICT_DROP, NULL);
}

void nft_jump(struct nl *nl, const char *chain)
{
	put_verdict(nl, (uint32_t)NFT_JUMP, chain);
}

void nft_masquerade(struct nl *nl)
{
	end(nl, begin(nl, "masq"));
}

void nft_translate(struct nl *nl, const struct addr *to, uint16_t port)
{
	const uint16_t value = htobe16(port);
	struct expression made;

	load_constant(nl, NFT_REG_1, to->bytes, addr_size(to));
	load_constant(nl, NFT_REG_2, &value, sizeof(value));
	made = begin(nl, "nat");
	put_number(nl, NFTA_NAT_TYPE, NFT_NAT_DNAT);
	put_number(nl, NFTA_NAT_FAMILY, to->family == AF_INET ? NFT_FAMILY_IPV4 : NFT_FAMILY_IPV6);
	put_number(nl, NFTA_NAT_REG_ADDR_MIN, NFT_REG_1);
	put_number(nl, NFTA_NAT_REG_PROTO_MIN, NFT_REG_2);
	end(nl, made);
}
