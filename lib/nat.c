/* SPDX-License-Identifier: ISC */
/*
 * nat - one owner's table of address translation
 *
 * A container that is killed leaves its table. The kernel gives no rule the life of an interface,
 * and one that matched the interface by its index would still stand between others and the port. So
 * the table's note has the index, which the kernel gives again only after 2^31 others, and the
 * table's name the name: where they don't belong together any more the table is dead, and gives way
 * to whoever needs its name or one of its ports.
 *
 * Whose port it is stands in the note of a rule. It is looked up before the transaction, which the
 * kernel refuses if the rule set has another generation by then. So there is no lock that somebody
 * could hold.
 */
#include "nat.h"

#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "link.h"
#include "natrule.h"
#include "nft.h"
#include "why.h"

#define PREFIX "nskit-"

enum { NAME = sizeof(PREFIX) + IF_NAMESIZE, TRIES = 1000 };

/* The tables that are there. */
struct table {
	char name[NAME];
	struct natrule_mark mark;	/* index 0: unknown */
	int dead, in_way;
};

struct tables {
	struct table *table;
	size_t count;
	int error;
	uint32_t generation;
};

static const char *owner_of(const struct table *table)
{
	return table->name + strlen(PREFIX);
}

static void name_table(char name[NAME], const char *owner)
{
	snprintf(name, NAME, PREFIX "%.*s", IF_NAMESIZE - 1, owner);
}

static void note_table(const struct nlmsghdr *message, void *context)
{
	const char *name = nft_text(message, NFTA_TABLE_NAME);
	struct tables *tables = context;
	struct table *more, *table;

	if (!name || strncmp(name, PREFIX, strlen(PREFIX)) != 0 ||
	    !name[strlen(PREFIX)] || strlen(name) >= NAME)
		return;
	more = reallocarray(tables->table, tables->count + 1, sizeof(*more));
	if (!more) {
		tables->error = ENOMEM;
		return;
	}
	tables->table = more;
	table = &more[tables->count++];
	memset(table, 0, sizeof(*table));
	strcpy(table->name, name);
	nft_note(message, NFTA_TABLE_USERDATA, &table->mark, sizeof(table->mark));
}

/* Returns 0 with the tables, and which of them are dead, or -1 with errno. */
static int read_tables(struct nl *nl, struct tables *tables)
{
	*tables = (struct tables){ 0 };
	if (nft_read_generation(nl, &tables->generation) < 0 ||
	    nft_read_tables(nl, note_table, tables) < 0)
		return -1;
	if (tables->error) {
		errno = tables->error;
		return -1;
	}
	for (size_t i = 0; i < tables->count; i++) {
		struct table *table = &tables->table[i];
		int index = link_find(nl, owner_of(table));

		table->dead = index < 0 || (table->mark.index && table->mark.index != index);
	}
	return 0;
}

static void delete_table(struct nl *nl, const struct table *table)
{
	static const struct nl_step step = { "DELTABLE", "delete a table of", "nf_tables" };

	nft_delete_table(nl, &step, table->name);
}

/* Try, and again where others have changed the rules meanwhile. */
static int insist(int (*attempt)(struct nl *nl, const struct nat *nat, struct nl_step *fault),
		  struct nl *nl, const struct nat *nat, struct nl_step *fault)
{
	int tries = TRIES, result;

	do
		result = attempt(nl, nat, fault);
	while (result < 0 && (errno == ERESTART || errno == EINTR) && --tries);
	if (!tries)
		errno = EAGAIN;
	return result;
}

static int refuse(const struct nat_publish *publish, int error, const char *why,
		  struct nl_step *fault)
{
	*fault = (struct nl_step){ "", "publish", publish->word };
	why_set(why);
	errno = error;
	return -1;
}

struct conflict {
	const struct nat *nat;
	const struct nat_publish *publish; /* the first port that somebody has */
};

static void find_conflict(const struct nlmsghdr *message, void *context)
{
	struct conflict *conflict = context;
	struct natrule_claim theirs, ours;

	if (nft_note(message, NFTA_RULE_USERDATA, &theirs, sizeof(theirs)) < 0)
		return;
	for (size_t i = 0; i < conflict->nat->published && !conflict->publish; i++) {
		natrule_claim(&conflict->nat->publish[i], &ours);
		if (natrule_overlap(&ours, &theirs))
			conflict->publish = &conflict->nat->publish[i];
	}
}

static int look_at_ports(struct nl *nl, const struct nat *nat, struct table *table,
			 struct nl_step *fault)
{
	struct conflict conflict = { .nat = nat };
	char why[IF_NAMESIZE + 16];

	if (!nat->published || (table->mark.index && !table->mark.published))
		return 0;
	if (nft_read_rules(nl, table->name, find_conflict, &conflict) < 0)
		return -1;
	if (!conflict.publish)
		return 0;
	table->in_way = 1;
	if (table->dead)
		return 0;
	snprintf(why, sizeof(why), "published by '%s'", owner_of(table));
	return refuse(conflict.publish, EADDRINUSE, why, fault);
}

/* Whether a table has our name or one of our ports. */
static int look_at(struct nl *nl, const struct nat *nat, struct table *table,
		   struct nl_step *fault)
{
	if (strcmp(owner_of(table), nat->owner) != 0)
		return look_at_ports(nl, nat, table, fault);
	table->in_way = 1;
	if (table->dead)
		return 0;
	errno = EEXIST;
	return -1;
}

/* The kernel has numbers alone for what it lacks. */
static void say_lack(const struct nl_step *step)
{
	if (errno == EOPNOTSUPP && !strcmp(step->type, "NEWTABLE"))
		why_set("this kernel has no nf_tables of family inet");
	if (errno == ENOENT && !strcmp(step->type, "NEWCHAIN"))
		why_set("this kernel has no translation in family inet: Linux 5.2, nft_chain_nat");
	if (errno == ENOENT && !strcmp(step->type, "NEWRULE"))
		why_set("this kernel lacks one of nft_nat, nft_masq, nft_ct and nft_fib_inet");
}

static int replace(struct nl *nl, const struct nat *nat, const struct tables *tables,
		   struct nl_step *fault)
{
	char name[NAME];

	name_table(name, nat->owner);
	nft_begin(nl, tables->generation);
	for (size_t i = 0; i < tables->count; i++)
		if (tables->table[i].in_way)
			delete_table(nl, &tables->table[i]);
	natrule_add_table(nl, nat, name);
	nft_end(nl);
	if (nl_run(nl, NULL, NULL) == 0)
		return 0;
	if (nl->failed > 0) {
		*fault = nl->step[nl->failed];
		say_lack(fault);
	}
	return -1;
}

static int try_create(struct nl *nl, const struct nat *nat, struct nl_step *fault)
{
	struct tables tables;
	int result = read_tables(nl, &tables);

	for (size_t i = 0; i < tables.count && result == 0; i++)
		result = look_at(nl, nat, &tables.table[i], fault);
	if (result == 0)
		result = replace(nl, nat, &tables, fault);
	free(tables.table);
	return result;
}

static int check_port(const struct nat *nat, size_t number, struct nl_step *fault)
{
	const struct nat_publish *publish = &nat->publish[number];
	struct natrule_claim this, that;

	if (addr_is_loopback6(&publish->addr))
		return refuse(publish, EADDRNOTAVAIL, "IPv6 has no way out of ::1", fault);
	natrule_claim(publish, &this);
	for (size_t i = 0; i < number; i++) {
		natrule_claim(&nat->publish[i], &that);
		if (natrule_overlap(&this, &that))
			return refuse(publish, EADDRINUSE, "published twice", fault);
	}
	return 0;
}

static int check(const struct nat *nat, struct nl_step *fault)
{
	for (size_t i = 0; i < nat->published; i++)
		if (check_port(nat, i, fault) < 0)
			return -1;
	return 0;
}

int nat_create(struct nl *nl, const struct nat *nat, struct nl_step *fault)
{
	*fault = (struct nl_step){ "", "make the nftables table of", nat->owner };
	return check(nat, fault) < 0 ? -1 : insist(try_create, nl, nat, fault);
}

int nat_delete(struct nl *nl, const char *owner)
{
	struct table table;

	name_table(table.name, owner);
	nft_begin(nl, 0);
	delete_table(nl, &table);
	nft_end(nl);
	return nl_run(nl, NULL, NULL) < 0 && (nl->failed < 0 || errno != ENOENT) ? -1 : 0;
}

/* As many as one transaction takes. */
static int try_prune(struct nl *nl, const struct nat *nat, struct nl_step *fault)
{
	struct tables tables;
	int result = read_tables(nl, &tables);

	(void)nat, (void)fault;
	for (size_t i = 0; i < tables.count && result >= 0 && result < NL_STEPS - 2; i++) {
		if (!tables.table[i].dead)
			continue;
		if (!result++)
			nft_begin(nl, tables.generation);
		delete_table(nl, &tables.table[i]);
	}
	free(tables.table);
	if (result <= 0)
		return result;
	nft_end(nl);
	return nl_run(nl, NULL, NULL) < 0 ? -1 : result;
}

int nat_prune(struct nl *nl)
{
	int some, all = 0;

	while ((some = insist(try_prune, nl, NULL, NULL)) > 0)
		all += some;
	return some < 0 ? -1 : all;
}
