/* SPDX-License-Identifier: ISC */
/*
 * nft - messages of nf_tables in a netlink conversation, linux/netfilter/nf_tables.h
 *
 * What is between nft_begin() and nft_end() is one transaction: all of it happens, or nothing. All
 * is of family inet (Linux 3.14; its nat chains 5.2). Values are compared in register 1; addresses
 * and ports to translate to go through 1 and 2.
 */
#ifndef NSKIT_NFT_H
#define NSKIT_NFT_H

#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>

#include "addr.h"
#include "nl.h"

/* From linux/netfilter.h and its like, which don't go with musl's netinet/in.h: families, hooks,
 * and where on a hook the kernel's own translation and tracking are. */
enum { NFT_FAMILY_INET = 1, NFT_FAMILY_IPV4 = 2, NFT_FAMILY_IPV6 = 10 };
enum { NFT_PREROUTING = 0, NFT_FORWARD = 2, NFT_OUTPUT = 3, NFT_POSTROUTING = 4 };
enum { NFT_BEFORE_TRACKING = -300, NFT_DESTINATION_NAT = -100, NFT_SOURCE_NAT = 100 };
enum { NFT_VERDICT_DROP = 0, NFT_VERDICT_ACCEPT = 1 };

/* Of the 256 bytes that a table (Linux 5.10) and a rule (3.15) carry for their maker. */
enum { NFT_NOTE = 200 };

/* Begin a transaction, with the `generation` of the rule set that it is meant for (Linux 4.12), or
 * 0 for any: ERESTART from nl_run() where there has been another since. nft_end() ends it. */
void nft_begin(struct nl *nl, uint32_t generation);
void nft_end(struct nl *nl);

/* Ask for the generation of the rule set. Returns 0, or -1 with errno of nl_run(). EOPNOTSUPP:
 * there is no nf_tables here. */
int nft_read_generation(struct nl *nl, uint32_t *generation);

/* Add the table `name`, EEXIST where there is one, with `size` bytes of a note that is given back
 * by nft_note(). Delete it, ENOENT where there is none. */
void nft_add_table(struct nl *nl, const struct nl_step *step, const char *name, const void *note,
		   size_t size);
void nft_delete_table(struct nl *nl, const struct nl_step *step, const char *name);

/* Where a base chain sees packets. */
struct nft_hook {
	const char *chain;	/* its name */
	const char *type;	/* "filter", "nat" */
	uint32_t hook;		/* NFT_PREROUTING, ... */
	int32_t priority;	/* NFT_SOURCE_NAT, ... */
};

/* Add a chain that sees packets, or with only a name in `hook` one that is jumped to. */
void nft_add_chain(struct nl *nl, const struct nl_step *step, const char *table,
		   const struct nft_hook *hook);

/* Begin a rule at the end of a chain. Then come its expressions, the verdict last, and
 * nft_end_rule(), with a note as above or NULL. */
size_t nft_add_rule(struct nl *nl, const struct nl_step *step, const char *table,
		    const char *chain);
void nft_end_rule(struct nl *nl, size_t rule, const void *note, size_t size);

/* Match: the interface a packet comes in or goes out by, by its index (NFT_META_IIF, NFT_META_OIF;
 * `op` NFT_CMP_EQ or NFT_CMP_NEQ); its transport protocol; its source or destination (NFT_SOURCE,
 * NFT_DESTINATION) below a prefix, which is also the match of its family; its destination port in
 * the host's order; a destination that is one of this host's own addresses; a connection whose
 * destination was translated. */
enum nft_side { NFT_SOURCE, NFT_DESTINATION };
void nft_match_interface(struct nl *nl, uint32_t key, uint32_t op, int index);
void nft_match_family(struct nl *nl, int family);
void nft_match_protocol(struct nl *nl, uint8_t protocol);
void nft_match_address(struct nl *nl, enum nft_side side, const struct addr *addr);
void nft_match_port(struct nl *nl, uint16_t port);
void nft_match_local(struct nl *nl);
void nft_match_translated(struct nl *nl);

/* Verdicts: accept, as far as this chain goes; drop; jump to a chain; give the packet the address
 * of the interface it goes out by; send it to the port of an address. */
void nft_accept(struct nl *nl);
void nft_drop(struct nl *nl);
void nft_jump(struct nl *nl, const char *chain);
void nft_masquerade(struct nl *nl);
void nft_translate(struct nl *nl, const struct addr *to, uint16_t port);

/* Ask for all tables, or for the rules of `table`, or for the chains of every family: `answer` gets
 * them as by nl_run(), whose result this is. */
int nft_read_tables(struct nl *nl, void (*answer)(const struct nlmsghdr *, void *), void *context);
int nft_read_rules(struct nl *nl, const char *table,
		   void (*answer)(const struct nlmsghdr *, void *), void *context);
int nft_read_chains(struct nl *nl, void (*answer)(const struct nlmsghdr *, void *), void *context);

/* The text of attribute `type` of an answer, NULL where there is none. */
const char *nft_text(const struct nlmsghdr *message, int type);

/* The note in attribute `type` (NFTA_TABLE_USERDATA, NFTA_RULE_USERDATA), of exactly `size` bytes.
 * Returns 0, or -1 where there is none of ours. */
int nft_note(const struct nlmsghdr *message, int type, void *note, size_t size);

#endif
