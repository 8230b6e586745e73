/* SPDX-License-Identifier: ISC */
/*
 * nsveth - wire a network namespace: a veth pair, addresses, a default route
 *
 * chain:   nsveth --peer HANDLE -- PROG      from the namespace we are in to HANDLE's, become PROG
 * handle:  nsveth -t HANDLE                  from HANDLE's namespace to the one we are in
 *          nsveth -t HANDLE --peer HANDLE    between two others
 *
 * The end in the first of the two namespaces is the near end, that in the other the far end. All is
 * done through one socket in each, by whatever privilege the caller has over both; whoever has none
 * over one of them gets EPERM, and no link in either.
 */
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "addr.h"
#include "chain.h"
#include "die.h"
#include "hint.h"
#include "opt.h"
#include "out.h"
#include "sig.h"
#include "target.h"
#include "veth.h"
#include "why.h"

enum { OPT_PEER = OPT_LONG, OPT_GATEWAY, OPT_JSON };
enum { PLACE = TARGET_WORD + 2 };

static const struct opt opts[] = {
	{ 't', "target", "HANDLE", "wire the network namespace of HANDLE, - for standard input" },
	{ OPT_PEER, "peer", "HANDLE", "where the other end goes; with -t by default: here" },
	{ 'i', "interface", "NAME[:PEERNAME]", "names of the end and of the other end" },
	{ 'a', "address", "ADDR/LEN", "give the end an IPv4 or IPv6 address" },
	{ 'A', "peer-address", "ADDR/LEN", "give the other end an address" },
	{ OPT_GATEWAY, "gateway", "ADDR", "route all else from the end through ADDR" },
	{ OPT_JSON, "json", NULL, "with -t: print what was made" },
	OPT_CHAIN,
	OPT_COMMON
};

static const struct tool tool = {
	.name = "nsveth",
	.does = "wire a network namespace: a veth pair, addresses, a default route",
	.use = { "-t HANDLE [OPTION...]", "--peer HANDLE [OPTION...] [--] PROG [ARG...]" },
	.opts = opts,
};

/* As exit(3) finds them where anything fails after the pair was made. */
static struct veth_end near, far;
static int wanted;

/* The namespaces of the ends; an empty word is the one we are in. */
struct pair {
	struct target near, far;
};

static void take_back(void)
{
	if (!wanted || ferror(stdout))
		veth_delete_pair(&near, &far);
}

/* Read the arguments. */

static void parse_names(char *names)
{
	char *colon = strchr(names, ':');

	near.name = names;
	if (colon) {
		*colon = '\0';
		far.name = colon + 1;
	}
	if (addr_parse_name(near.name) < 0)
		refuse("interface name '%.40s': %s", near.name, why_text());
	if (colon && addr_parse_name(far.name) < 0)
		refuse("interface name '%.40s': %s", far.name, why_text());
}

static void parse_address(struct veth_end *end, const char *word)
{
	struct link_address *address = &end->address[end->addresses];

	if (end->addresses == VETH_ADDRESSES)
		refuse("more than %d addresses for one end", VETH_ADDRESSES);
	if (addr_parse_in_net(word, &address->addr) < 0)
		refuse("address '%s': %s", word, why_text());
	address->word = word;
	end->addresses++;
}

static void parse_gateway(const char *word)
{
	struct link_address *gateway = &near.gateway[near.gateways];

	if (near.gateways == VETH_GATEWAYS)
		refuse("gateway '%s': more than one of a family", word);
	if (addr_parse(word, &gateway->addr) < 0)
		refuse("gateway '%s': %s", word, why_text());
	gateway->word = word;
	near.gateways++;
}

static void check_gateway(const struct link_address *gateway)
{
	int of_family = 0;

	for (size_t i = 0; i < near.addresses; i++) {
		const struct addr *own = &near.address[i].addr;

		if (own->family != gateway->addr.family)
			continue;
		if (!memcmp(own->bytes, gateway->addr.bytes, addr_size(own)))
			refuse("gateway '%s': it is the end's own address", gateway->word);
		of_family = 1;
	}
	if (!of_family)
		refuse("gateway '%s': the end has no address of its family (-a)", gateway->word);
}

static void check(const char *handle, const char *peer, int json)
{
	for (size_t i = 0; i < near.gateways; i++)
		check_gateway(&near.gateway[i]);
	if (near.gateways == 2 && near.gateway[0].addr.family == near.gateway[1].addr.family)
		refuse("gateway '%s': more than one of a family", near.gateway[1].word);
	if (!handle && !peer)
		refuse_usage("missing --peer HANDLE, where the other end goes");
	if (peer && !strcmp(peer, "-"))
		refuse_usage("only -t takes a handle from standard input");
	if (json && (!handle || !strcmp(handle, "-")))
		refuse_usage("--json goes with -t HANDLE, where nothing else is printed");
}

static int open_ns(struct target *target, const char *word)
{
	int ns;

	target_open(target, word);
	ns = handle_open_ns(&target->handle, CLONE_NEWNET);
	/* What it means is what setns(2) would say. */
	if (ns < 0 && errno == EACCES)
		errno = EPERM;
	if (ns < 0)
		die_at(HINT_LINK, CLONE_NEWNET, "enter NEWNET of '%s'", target->word);
	return ns;
}

/* The namespace of an end, for messages. */
static const char *place(const struct target *target, char text[PLACE])
{
	if (*target->word)
		snprintf(text, PLACE, "'%s'", target->word);
	else
		strcpy(text, "this namespace");
	return text;
}

static void fail(const struct veth_fault *fault, const struct pair *pair)
{
	char one[PLACE], two[PLACE], *there = fault->end == &near ? one : two;

	place(&pair->near, one);
	place(&pair->far, two);
	if (!fault->end)
		warn("%s between %s and %s", fault->step.deed, one, two);
	else if (!fault->step.word)
		warn("%s %s", fault->step.deed, there);
	else
		warn("%s '%s' in %s", fault->step.deed, fault->step.word, there);
	hint_for(HINT_LINK, CLONE_NEWNET);
	if (fault->left)
		hint("the pair may be left behind: it couldn't be deleted again");
	exit(EXIT_SELF);
}

static void print_end(struct out_json *json, const char *key, const struct veth_end *end)
{
	out_object(json, key);
	out_member(json, "name", out_text(end->made));
	out_member(json, "index", out_number(end->index));
	out_array(json, "addresses");
	for (size_t i = 0; i < end->addresses; i++)
		out_member(json, NULL, out_text(end->address[i].word));
	out_close(json);
	out_close(json);
}

int main(int argc, char **argv)
{
	const char *handle = NULL, *peer = NULL;
	static struct pair pair;
	struct out_json out = { 0 };
	struct veth_fault fault;
	sigset_t caller;
	int key, json = 0;

	opt_begin(&tool);
	/* Not by an initializer, for with one their buffers would be in the file. */
	near.ns = far.ns = -1;
	near.name = "eth%d";
	far.name = "veth%d";
	while ((key = opt_next(&tool, argc, argv)) != -1)
		switch (key) {
		case 't': handle = optarg; break;
		case OPT_PEER: peer = optarg; break;
		case 'i': parse_names(optarg); break;
		case 'a': parse_address(&near, optarg); break;
		case 'A': parse_address(&far, optarg); break;
		case OPT_GATEWAY: parse_gateway(optarg); break;
		case OPT_JSON: json = 1; break;
		}
	argv = opt_prog(argv + optind, handle);
	check(handle, peer, json);

	if (handle)
		near.ns = open_ns(&pair.near, handle);
	if (peer)
		far.ns = open_ns(&pair.far, peer);
	if (veth_open(&near, &far, &fault) < 0)
		fail(&fault, &pair);
	/* Nobody who interrupts us finds half a pair. */
	sig_block_all(&caller);
	if (veth_create_pair(&near, &far, &fault) < 0)
		fail(&fault, &pair);
	atexit(take_back);
	if (!handle) {
		sig_restore(&caller);
		chain_exec(argv);
	}
	wanted = 1;
	if (json) {
		out_object(&out, NULL);
		print_end(&out, "end", &near);
		print_end(&out, "peer", &far);
		out_close(&out);
		out_end();
	}
	target_done(&pair.near);
}
