/* SPDX-License-Identifier: ISC */
/*
 * nat - the table of an owner, and the way out
 *
 * nat create OWNER[:VIA] WORD...: a WORD is a source as ADDR/LEN, or a published port as
 * [ADDR@]PORT=TO:PORT[/udp], TO with its prefix length
 * nat delete OWNER | nat prune
 * nat churn OWNER COUNT WORD...: create and delete, over and over
 * nat forward|undo NS [VIA]: from the namespace NS, switch on what is needed here, and say it; with
 *	undo put it back
 * nat mtu; nat check VIA MTU: what is in the way
 *
 * Says what failed and why, as the tools do, and exits with 125.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <netinet/in.h>

#include "die.h"
#include "link.h"
#include "nat.h"
#include "wayout.h"

static struct nl nl;
static struct nat nat;
static struct wayout way;

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

static int find(const char *name)
{
	int index = link_find(&nl, name);

	if (index < 0)
		die("find '%s'", name);
	return index;
}

static void parse(char *owner, char **words)
{
	char *via = strchr(owner, ':');

	if (via)
		*via++ = '\0';
	nat.owner = owner;
	nat.index = find(owner);
	nat.via = find(via ? via : owner);
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

static void forward(char **words, int undo)
{
	if (setns(open(words[0], O_RDONLY | O_CLOEXEC), CLONE_NEWNET) < 0)
		die("enter '%s'", words[0]);
	if (words[1] && wayout_set_localnet(&way, find(words[1])) < 0)
		die("set route_localnet of '%s'", words[1]);
	if (wayout_set_forwarding(&way, WAYOUT_IP4 | WAYOUT_IP6) < 0)
		die("switch on '%s'", way.failed);
	for (size_t i = 0; i < way.changes; i++)
		if (way.change[i].set && way.change[i].wanted)
			printf("%s %s\n", way.change[i].name, way.change[i].wanted);
	if (undo && wayout_undo(&way) < 0)
		die("undo");
}

static void check(const char *via, const char *mtu)
{
	struct wayout_found found;
	int mask = wayout_check(&way, &nl, find(via), atoi(mtu), &found);

	if (mask < 0)
		die("check");
	printf("%d '%s' '%s' %d\n", mask, found.chain, found.strict, found.mtu);
}

static void on_the_way(char **words)
{
	if (wayout_open(&way) < 0)
		die("open the way out");
	if (!strcmp(words[0], "check"))
		check(words[1], words[2]);
	else if (!strcmp(words[0], "mtu"))
		printf("%d\n", wayout_mtu(&way));
	else
		forward(words + 1, !strcmp(words[0], "undo"));
	wayout_close(&way);
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
	} else if (!strcmp(argv[1], "delete")) {
		if (nat_delete(&nl, argv[2]) < 0)
			die("delete the table of '%s'", argv[2]);
	} else if (!strcmp(argv[1], "prune")) {
		int count = nat_prune(&nl);

		if (count < 0)
			die("prune");
		printf("%d\n", count);
	} else {
		on_the_way(argv + 1);
	}
	nl_close(&nl);
	return 0;
}
