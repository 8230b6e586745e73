/* SPDX-License-Identifier: ISC */
/* vethshow - what nsveth shows of the interfaces of a network namespace */
#include "vethshow.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "die.h"
#include "netfact.h"
#include "netpeer.h"
#include "out.h"

const char *vethshow_master(const struct vethshow *show, const struct netlist_link *link)
{
	const struct netlist_link *found = sorted_find(&show->list.links, link->master);

	return found ? found->name : NULL;
}

const struct netpeer *vethshow_place(const struct vethshow *show, const struct netlist_link *link)
{
	static const struct netpeer unknown = { .netid = -1 };
	const struct netpeer *found = sorted_find(&show->peers, link->netid);

	return found ? found : &unknown;
}

static const struct out_column columns[] = {
	{ "INTERFACE", OUT_TINTED }, { "KIND", OUT_LEFT }, { "STATE", OUT_LEFT },
	{ "PEER", OUT_LEFT }, { "NAMESPACE", OUT_LEFT }, { "MASTER", OUT_LEFT },
	{ "ADDRESSES", OUT_LEFT }, { "MTU", OUT_RIGHT }, { "MAC", OUT_LEFT },
	{ "RX", OUT_RIGHT }, { "TX", OUT_RIGHT }, { "ERRORS", OUT_RIGHT },
	{ "DROPPED", OUT_RIGHT }, { "NAMES", OUT_LEFT }, { "ALIAS", OUT_LEFT },
	{ NULL, OUT_LEFT }
};

static void put_text(struct out_table *table, const char *text)
{
	out_cell(table, out_text(text));
}

static void put_number(struct out_table *table, int64_t number)
{
	out_cell(table, out_number(number));
}

/* Words and what belongs to them, separated by commas, in room that grows. */
struct words {
	char *text;
	size_t length, room;
};

static void join(struct words *words, const char *word, const char *rest)
{
	size_t more = strlen(word) + strlen(rest) + 2;

	if (words->room - words->length < more) {
		words->room = 2 * words->room + more;
		words->text = realloc(words->text, words->room);
		if (!words->text)
			die("allocate %zu bytes for a table", words->room);
	}
	words->length += (size_t)snprintf(words->text + words->length, more, "%s%s%s",
					  words->length ? "," : "", word, rest);
}

static void put_words(struct out_table *table, struct words *words)
{
	put_text(table, words->text);
	free(words->text);
}

static void put_addresses(struct out_table *table, const struct netlist_link *link)
{
	struct words words = { 0 };
	char text[ADDR_TEXT], scope[10];

	for (const struct netlist_address *one = link->addresses; one; one = one->next) {
		snprintf(scope, sizeof(scope), "(%s)", netfact_scope(one));
		join(&words, netfact_address(one, text),
		     one->scope == RT_SCOPE_UNIVERSE ? "" : scope);
	}
	put_words(table, &words);
}

static void put_altnames(struct out_table *table, const struct netlist_link *link)
{
	struct words words = { 0 };

	for (const char *name = NULL; (name = netfact_altname(link, name));)
		join(&words, name, "");
	put_words(table, &words);
}

/* What matters of all the states. That it is up the kernel says a moment late. */
static const char *state(const struct netlist_link *link)
{
	const char *word = netfact_operstate(link);

	if (!netfact_is_up(link))
		return "down";
	if (!netfact_byte(link, IFLA_CARRIER))
		return "no-carrier";
	return strcmp(word, "dormant") && strcmp(word, "testing") ? "up" : word;
}

/* A name that is known, else a question mark where there is something to know. */
static void put_peer(const struct vethshow *show, struct out_table *table,
		     const struct netlist_link *link)
{
	const struct netpeer *peer = vethshow_place(show, link);
	const char *name = *link->peer_name ? link->peer_name : "?";
	const char *where = peer->name ? peer->name : *peer->handle ? peer->handle : "?";

	put_text(table, link->peer ? name : NULL);
	put_text(table, link->netid == NETLIST_HERE ? NULL : where);
}

static void put_row(const struct vethshow *show, struct out_table *table,
		    const struct netlist_link *link)
{
	int64_t count[NETFACT_COUNTERS];
	char text[ADDR_MAC_TEXT];

	netfact_count(link, count);
	put_text(table, link->name);
	put_text(table, netfact_kind(link));
	put_text(table, state(link));
	put_peer(show, table, link);
	put_text(table, vethshow_master(show, link));
	put_addresses(table, link);
	put_number(table, netfact_number(link, IFLA_MTU));
	put_text(table, netfact_mac(link, text));
	put_number(table, count[NETFACT_BYTES]);
	put_number(table, count[NETFACT_BYTES + 1]);
	put_number(table, count[NETFACT_ERRORS] + count[NETFACT_ERRORS + 1]);
	put_number(table, count[NETFACT_DROPPED] + count[NETFACT_DROPPED + 1]);
	put_altnames(table, link);
	put_text(table, netfact_text(link, IFLA_IFALIAS));
}

/* What was asked for: those of the names, of the group, or all. */
static void choose(struct netlist *list, char *const *names, uint32_t group)
{
	for (size_t i = 0; i < list->links.count; i++) {
		struct netlist_link *link = list->links.item[i];

		link->wanted = !*names && (!group || netfact_number(link, IFLA_GROUP) == group);
	}
	for (; *names; names++) {
		struct netlist_link *link = netlist_find(list, *names);

		if (!link) {
			errno = ENODEV;
			die("show interface '%s'", *names);
		}
		link->wanted = 1;
	}
}

static void print_table(const struct vethshow *show)
{
	struct out_table table;

	out_table_begin(&table, columns);
	for (size_t i = 0; i < show->list.links.count; i++) {
		const struct netlist_link *link = show->list.links.item[i];

		if (link->wanted)
			put_row(show, &table, link);
	}
	out_table_fit(&table);
	out_table_print(&table);
}

void vethshow_print(struct nl *nl, char *const *names, uint32_t group, int own, int json)
{
	struct vethshow show = { 0 };

	if (netlist_read(&show.list, nl) < 0)
		die("list the interfaces");
	choose(&show.list, names, group);
	if (netpeer_find(&show.peers, nl, &show.list, own) < 0)
		die("look for peers");
	out_begin();
	(json ? vethshow_print_json : print_table)(&show);
	out_end();
	netpeer_free(&show.peers);
	netlist_free(&show.list);
}
