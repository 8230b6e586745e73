/* SPDX-License-Identifier: ISC */
/* nft - messages of nf_tables in a netlink conversation */
#include "nft.h"

#include <endian.h>
#include <errno.h>
#include <string.h>

#include "why.h"

/* What stands before a note, as libnftnl writes what it keeps there: nft(8) reads those of its own
 * types and passes over ours. */
struct note_header {
	uint8_t type, size;
};

enum { NOTE_TYPE = 'n' };

/* A message of nf_tables. */
static void add(struct nl *nl, const struct nl_step *step, int type, int flags, int family)
{
	struct nfgenmsg header = { .nfgen_family = (uint8_t)family };

	nl_add(nl, step, NFNL_SUBSYS_NFTABLES << 8 | type, flags, &header, sizeof(header));
}

/* All numbers are in network order. */
static void put_number(struct nl *nl, int type, uint32_t value)
{
	nl_put_u32(nl, type, htobe32(value));
}

static void put_note(struct nl *nl, int type, const void *note, size_t size)
{
	struct note_header header = { NOTE_TYPE, (uint8_t)size };
	unsigned char bytes[sizeof(header) + NFT_NOTE];

	if (!note || size > NFT_NOTE)
		return;
	memcpy(bytes, &header, sizeof(header));
	memcpy(bytes + sizeof(header), note, size);
	nl_put(nl, type, bytes, sizeof(header) + size);
}

/* The two that enclose a transaction say for which subsystem it is. */
static void add_bound(struct nl *nl, const struct nl_step *step, int type)
{
	struct nfgenmsg header = { .res_id = htobe16(NFNL_SUBSYS_NFTABLES) };

	nl_add(nl, step, type, 0, &header, sizeof(header));
}

void nft_begin(struct nl *nl, uint32_t generation)
{
	static const struct nl_step step = { "BATCH_BEGIN", "begin a transaction of", "nf_tables" };

	add_bound(nl, &step, NFNL_MSG_BATCH_BEGIN);
	if (generation)
		put_number(nl, NFNL_BATCH_GENID, generation);
}

void nft_end(struct nl *nl)
{
	static const struct nl_step step = { "BATCH_END", "end a transaction of", "nf_tables" };

	nl_ask_ack(nl);
	add_bound(nl, &step, NFNL_MSG_BATCH_END);
}

void nft_add_table(struct nl *nl, const struct nl_step *step, const char *name, const void *note,
		   size_t size)
{
	add(nl, step, NFT_MSG_NEWTABLE, NLM_F_CREATE | NLM_F_EXCL, NFT_FAMILY_INET);
	nl_put_text(nl, NFTA_TABLE_NAME, name);
	put_note(nl, NFTA_TABLE_USERDATA, note, size);
}

void nft_delete_table(struct nl *nl, const struct nl_step *step, const char *name)
{
	add(nl, step, NFT_MSG_DELTABLE, 0, NFT_FAMILY_INET);
	nl_put_text(nl, NFTA_TABLE_NAME, name);
}

void nft_add_chain(struct nl *nl, const struct nl_step *step, const char *table,
		   const struct nft_hook *hook)
{
	size_t nest;

	add(nl, step, NFT_MSG_NEWCHAIN, NLM_F_CREATE | NLM_F_EXCL, NFT_FAMILY_INET);
	nl_put_text(nl, NFTA_CHAIN_TABLE, table);
	nl_put_text(nl, NFTA_CHAIN_NAME, hook->chain);
	if (!hook->type)
		return;
	nest = nl_nest(nl, NFTA_CHAIN_HOOK, NULL, 0);
	put_number(nl, NFTA_HOOK_HOOKNUM, hook->hook);
	put_number(nl, NFTA_HOOK_PRIORITY, (uint32_t)hook->priority);
	nl_nest_end(nl, nest);
	nl_put_text(nl, NFTA_CHAIN_TYPE, hook->type);
}

size_t nft_add_rule(struct nl *nl, const struct nl_step *step, const char *table,
		    const char *chain)
{
	add(nl, step, NFT_MSG_NEWRULE, NLM_F_CREATE | NLM_F_APPEND, NFT_FAMILY_INET);
	nl_put_text(nl, NFTA_RULE_TABLE, table);
	nl_put_text(nl, NFTA_RULE_CHAIN, chain);
	return nl_nest(nl, NFTA_RULE_EXPRESSIONS, NULL, 0);
}

void nft_end_rule(struct nl *nl, size_t rule, const void *note, size_t size)
{
	nl_nest_end(nl, rule);
	put_note(nl, NFTA_RULE_USERDATA, note, size);
}

/* Answers. */

static const struct nl_step look = { "GETRULE", "read the rules of", "nf_tables" };

static void note_generation(const struct nlmsghdr *message, void *context)
{
	const void *id = nl_find(message, sizeof(struct nfgenmsg), NFTA_GEN_ID, sizeof(uint32_t));
	uint32_t number;

	if (!id)
		return;
	memcpy(&number, id, sizeof(number));
	*(uint32_t *)context = be32toh(number);
}

int nft_read_generation(struct nl *nl, uint32_t *generation)
{
	static const struct nl_step step = { "GETGEN", "ask for", "nf_tables" };

	*generation = 0;
	add(nl, &step, NFT_MSG_GETGEN, 0, 0);
	if (nl_run(nl, note_generation, generation) == 0)
		return 0;
	/* What nfnetlink answers for a subsystem that it doesn't have. */
	if (nl->failed >= 0 && errno == EINVAL) {
		why_set("this kernel has no nf_tables");
		errno = EOPNOTSUPP;
	}
	return -1;
}

int nft_read_tables(struct nl *nl, void (*answer)(const struct nlmsghdr *, void *), void *context)
{
	add(nl, &look, NFT_MSG_GETTABLE, NLM_F_DUMP, NFT_FAMILY_INET);
	return nl_run(nl, answer, context);
}

int nft_read_rules(struct nl *nl, const char *table,
		   void (*answer)(const struct nlmsghdr *, void *), void *context)
{
	add(nl, &look, NFT_MSG_GETRULE, NLM_F_DUMP, NFT_FAMILY_INET);
	nl_put_text(nl, NFTA_RULE_TABLE, table);
	return nl_run(nl, answer, context);
}

int nft_read_chains(struct nl *nl, void (*answer)(const struct nlmsghdr *, void *), void *context)
{
	add(nl, &look, NFT_MSG_GETCHAIN, NLM_F_DUMP, 0);
	return nl_run(nl, answer, context);
}

const char *nft_text(const struct nlmsghdr *message, int type)
{
	const char *text = nl_find(message, sizeof(struct nfgenmsg), type, 1);

	return text && memchr(text, '\0', nl_size(text)) ? text : NULL;
}

int nft_note(const struct nlmsghdr *message, int type, void *note, size_t size)
{
	struct note_header header;
	const char *bytes = nl_find(message, sizeof(struct nfgenmsg), type, sizeof(header));

	if (!bytes)
		return -1;
	memcpy(&header, bytes, sizeof(header));
	if (header.type != NOTE_TYPE || header.size != size ||
	    nl_size(bytes) != sizeof(header) + size)
		return -1;
	memcpy(note, bytes + sizeof(header), size);
	return 0;
}
