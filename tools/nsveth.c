/* SPDX-License-Identifier: ISC */
/*
 * nsveth - wire a network namespace: a veth pair, addresses, routes, a way out
 *
 * chain:   nsveth --peer HANDLE -- PROG      from the namespace we are in to HANDLE's, become PROG
 * handle:  nsveth -t HANDLE                  from HANDLE's namespace to the one we are in
 *          nsveth -t HANDLE --peer HANDLE    between two others
 *          nsveth -t HANDLE --return IF      give back what --move took from here
 *          nsveth --delete                   take pairs away again
 *          nsveth --show                     show interfaces, and where they lead
 *
 * The end in the first of the two namespaces is the near end, that in the other the far end. All is
 * done through sockets in each, by whatever privilege the caller has over both; whoever has none
 * over one of them gets EPERM, and no link in either.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "chain.h"
#include "die.h"
#include "hint.h"
#include "linkdel.h"
#include "link.h"
#include "opt.h"
#include "sig.h"
#include "target.h"
#include "vethopt.h"
#include "vethsay.h"
#include "vethshow.h"

enum { OPT_PEER = VETHOPT_END, OPT_RETURN, OPT_DELETE, OPT_SHOW, OPT_JSON };

static const struct opt opts[] = {
	{ 't', "target", "HANDLE", "wire the network namespace of HANDLE, - for standard input" },
	{ OPT_PEER, "peer", "HANDLE|host", "where the other end goes; with -t by default: here" },
	VETHOPT_TABLE,
	{ OPT_RETURN, "return", "IF", "give back IF, which --move brought" },
	{ OPT_DELETE, "delete", NULL, "delete the interfaces NAME, of a group, or all of -t" },
	{ OPT_SHOW, "show", NULL, "show the interfaces NAME, of a group, or all" },
	{ OPT_JSON, "json", NULL, "with -t or --show: print it as JSON" },
	OPT_CHAIN,
	OPT_COMMON
};

static const struct tool tool = {
	.name = "nsveth",
	.does = "wire a network namespace: a veth pair, addresses, routes, a way out",
	.use = { "-t HANDLE [OPTION...]", "--peer HANDLE [OPTION...] [--] PROG [ARG...]",
		 "-t HANDLE --return IF [OPTION...]", "--delete [OPTION...] [NAME...]",
		 "--show [OPTION...] [NAME...]" },
	.opts = opts,
};

/* As exit(3) finds them where anything fails after all was made. */
static struct wire wire;
static struct vethsay_places places;
static int wanted;

static void take_back(void)
{
	if (!wanted || ferror(stdout))
		wire_undo(&wire);
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

/* The namespace of `handle`, or with NULL the one we are in, and a conversation there. */
static void enter(struct nl *nl, const char *handle)
{
	if (handle && link_enter(open_ns(&places.near, handle), -1) < 0)
		die_at(HINT_LINK, CLONE_NEWNET, "enter NEWNET of '%s'", handle);
	if (nl_open(nl, NETLINK_ROUTE) < 0)
		die("open a netlink socket");
}

static void show_links(const char *handle, char **names, int json)
{
	int own = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	static struct nl nl;

	if (handle && !strcmp(handle, "-"))
		refuse_usage("--show prints a table, and no handle: not with -t -");
	if (*names && wire.link.group)
		refuse_usage("either names or --group");
	enter(&nl, handle);
	vethshow_print(&nl, names, wire.link.group, own, json);
}

/* The interfaces of `handle`'s namespace, or of the one we are in. */
static void delete_links(const char *handle, char **names)
{
	static struct nl nl, filter;
	const char *failed = NULL;
	size_t count = 0;
	int filters, result = 0;

	while (names[count])
		count++;
	if (!handle && !count && !wire.link.group && !wire.bridge.name)
		refuse_usage("missing what to delete: NAME, --group, --bridge or -t HANDLE");
	if (count && wire.link.group)
		refuse_usage("either names or --group");
	filters = nl_open(&filter, NETLINK_NETFILTER) == 0;
	enter(&nl, handle);
	if (wire.link.group)
		result = linkdel_group(&nl, wire.link.group);
	else if (count)
		result = linkdel_names(&nl, names, count, &failed);
	else if (handle || !wire.bridge.name)
		result = linkdel_pairs(&nl);
	if (result < 0 && failed)
		die_at(HINT_UNLINK, CLONE_NEWNET, "delete interface '%s'", failed);
	if (result < 0)
		die_at(HINT_UNLINK, CLONE_NEWNET, "delete the interfaces");
	if (wire.bridge.name && bridge_delete_unused(&wire.bridge, &nl) < 0)
		die_at(HINT_UNLINK, CLONE_NEWNET, "delete bridge '%s'", wire.bridge.name);
	/* Whose interface has gone, its table goes. */
	if (filters)
		nat_prune(&filter);
	if (handle)
		target_done(&places.near);
}

/* From the near end to the far end. */
static void return_link(const char *word)
{
	static struct linkmove move = { .from = &wire.near, .to = &wire.far };
	struct veth_fault fault;
	sigset_t caller;
	int returned;

	if (wire_open(&wire, &fault) < 0)
		vethsay_fail(&wire, &fault, &places);
	sig_block_all(&caller);
	returned = linkmove_return(&move, word, strchr(wire.near.name, '%') ? NULL :
				   wire.near.name, &fault);
	if (returned < 0)
		vethsay_fail(&wire, &fault, &places);
	if (returned && !places.near.filter)
		vethsay_names(&wire);
	target_done(&places.near);
}

static void check(const char *handle, const char *peer, const char *returned, int json)
{
	vethopt_check(&wire);
	if (!handle && !peer)
		refuse_usage("missing --peer HANDLE, where the other end goes");
	if (peer && !strcmp(peer, "-"))
		refuse_usage("only -t takes a handle from standard input");
	if (returned && (!handle || json))
		refuse_usage("--return goes with -t HANDLE, and without --json");
	if (json && (!handle || !strcmp(handle, "-")))
		refuse_usage("--json goes with -t HANDLE, where nothing else is printed");
}

/* Nobody who interrupts us finds half of it. */
static void create(sigset_t *caller)
{
	struct veth_fault fault;

	if (wire_open(&wire, &fault) < 0)
		vethsay_fail(&wire, &fault, &places);
	sig_block_all(caller);
	if (wire_create(&wire, &fault) < 0)
		vethsay_fail(&wire, &fault, &places);
	atexit(take_back);
	vethsay_obstacles(&wire);
}

/* What is moved keeps its name. */
static int has_chosen(void)
{
	if (wire.more.kind == LINKMORE_MOVE)
		return 0;
	return strchr(wire.near.name, '%') || (!wire.more.kind && strchr(wire.far.name, '%'));
}

int main(int argc, char **argv)
{
	const char *handle = NULL, *peer = NULL, *returned = NULL;
	int key, delete = 0, show = 0, json = 0, makes = 0;
	sigset_t caller;

	opt_begin(&tool);
	vethopt_begin(&wire);
	while ((key = opt_next(&tool, argc, argv)) != -1)
		switch (key) {
		case 't': handle = optarg; break;
		case OPT_PEER: peer = strcmp(optarg, "host") ? optarg : "1"; break;
		case OPT_RETURN: returned = optarg, makes = 1; break;
		case OPT_DELETE: delete = 1; break;
		case OPT_SHOW: show = 1; break;
		case OPT_JSON: json = 1; break;
		default:
			vethopt_take(&wire, key, optarg);
			makes |= key != VETHOPT_GROUP && key != VETHOPT_BRIDGE;
		}
	argv += optind;
	if (show && delete)
		refuse_usage("either --show or --delete");
	if (show && (makes || peer || wire.bridge.name))
		refuse_usage("--show goes with -t, --group and NAME alone");
	if (delete && (makes || peer))
		refuse_usage("--delete goes with -t, --group, --bridge and NAME alone");
	if (show || delete) {
		show ? show_links(handle, argv, json) : delete_links(handle, argv);
		return 0;
	}
	argv = opt_prog(argv, handle);
	check(handle, peer, returned, json);
	if (handle)
		wire.near.ns = open_ns(&places.near, handle);
	if (peer)
		wire.far.ns = open_ns(&places.far, peer);
	if (returned)
		return_link(returned);
	create(&caller);
	if (!handle) {
		sig_restore(&caller);
		chain_exec(argv);
	}
	wanted = 1;
	if (json)
		vethsay_json(&wire);
	else if (!places.near.filter && has_chosen())
		vethsay_names(&wire);
	target_done(&places.near);
}
