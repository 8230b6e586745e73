/* SPDX-License-Identifier: ISC */
/*
 * nat - the table of an owner, and the way out
 *
 * nat create OWNER[:VIA] WORD...: a WORD is a source as ADDR/LEN, or a published port as
 * [ADDR@]PORT=TO:PORT[/udp], TO with its prefix length
 * nat delete OWNER | nat prune
 * nat churn OWNER COUNT WORD...: create and delete, over and over
 *
 * Says what failed and why, as the tools do, and exits with 125.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <netinet/in.h>

#include "die.h"
#include "link.h"
#include "nat.h"
#include "why.h"

static struct nl nl;
static struct nat nat;

static void parse_publish(char *word)
{
	struct nat_publish *publish = &nat.publish[nat.published++];
	char *equal = strchr(word, '='), *at, *colon, *slash;

	publish->word = strdup(word);
	*equal = '\0';
	at = strchr(word, '@');
	if (at)
		*at = '\0';
	if (at && addr_parse(word, &publish->addr) < 0)
		die("address '%s'", word);
	publish->port = (uint16_t)atoi(at ? at + 1 : word);
	colon = strrchr(equal + 1, ':');
	*colon = '\0';
	slash = strchr(colon + 1, '/');
	publish->protocol = slash && !strcmp(slash, "/udp") ? IPPROTO_UDP : IPPROTO_TCP;
	publish->to_port = (uint16_t)atoi(colon + 1);
	if (addr_parse_in_net(equal + 1, &publish->to) < 0)
		die("address '%s'", equal + 1);
}

static void parse(char *owner, char **words)
{
	char *via = strchr(owner, ':');

	if (via)
		*via++ = '\0';
	nat.owner = owner;
	nat.index = link_find(&nl, owner);
	nat.via = link_find(&nl, via ? via : owner);
	if (nat.index < 0 || nat.via < 0)
		die("find '%s'", owner);
	for (; *words; words++)
		if (strchr(*words, '='))
			parse_publish(*words);
		else if (addr_parse_in_net(*words, &nat.source[nat.sources++]) < 0)
			die("source '%s'", *words);
}

static void create(void)
{
	struct nl_step fault;

	if (nat_create(&nl, &nat, &fault) < 0)
		die("%s '%s'", fault.deed, fault.word);
}

int main(int argc, char **argv)
{
	(void)argc;
	die_set_name("nat");
	if (nl_open(&nl, NETLINK_NETFILTER) < 0)
		die("open a netlink socket");
	if (!strcmp(argv[1], "create")) {
		parse(argv[2], argv + 3);
		create();
	} else if (!strcmp(argv[1], "churn")) {
		parse(argv[2], argv + 4);
		for (int i = atoi(argv[3]); i > 0; i--) {
			create();
			if (nat_delete(&nl, argv[2]) < 0)
				die("delete the table of '%s'", argv[2]);
		}
	} else if (!strcmp(argv[1], "delete") && nat_delete(&nl, argv[2]) < 0) {
		die("delete the table of '%s'", argv[2]);
	} else if (!strcmp(argv[1], "prune")) {
		int count = nat_prune(&nl);

		if (count < 0)
			die("prune");
		printf("%d\n", count);
	}
	nl_close(&nl);
	return 0;
}
