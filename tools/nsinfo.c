/* SPDX-License-Identifier: ISC */
/*
 * nsinfo - show namespaces: who is in them, who owns them, what keeps them
 *
 * nsinfo [HANDLE]               those of a process
 * nsinfo NAMESPACE              all about one
 * nsinfo -l                     all that there are; with filters, the ones that fit
 * nsinfo --diff A [B]           what two share, and what not
 * nsinfo --limits               how many may be made, how many can be seen
 *
 * Equal inodes are the same namespace, whoever looks.
 */
#include <stdio.h>
#include <unistd.h>

#include "die.h"
#include "nsabout.h"
#include "nskind.h"
#include "nsname.h"
#include "nsparse.h"
#include "nswatch.h"
#include "opt.h"

/* A query's answer beside 0. */
enum { STATUS_NO = 1 };

enum { OPT_COLUMNS = OPT_LONG, OPT_INODE, OPT_ID, OPT_OWNER, OPT_OWNED_BY, OPT_PERSISTENT,
       OPT_HELD_BY, OPT_SOCKETS, OPT_QUICK, OPT_TREE, OPT_DOT, OPT_DIFF, OPT_SAME, OPT_WAIT,
       OPT_WATCH, OPT_LIMITS, OPT_NAMES, OPT_JSON, OPT_RAW };

static const struct opt opts[] = {
	{ 't', "target", "HANDLE", "only the namespaces of HANDLE, - for standard input" },
	{ 'l', "list", NULL, "list all namespaces, whatever keeps them" },
	{ OPT_TREE, "tree", "[=owner|parent|process]", "list them, each below its owner" },
	{ OPT_DOT, "dot", NULL, "draw that tree for dot(1) of Graphviz" },
	{ OPT_DIFF, "diff", NULL, "what two share, and what not; status 1 if anything" },
	{ OPT_SAME, "same", "KIND", "whether two share that one; status 1 if not" },
	{ OPT_WAIT, "wait", "HANDLE", "return when HANDLE is gone" },
	{ OPT_LIMITS, "limits", NULL, "how many namespaces may be made, and can be seen" },
	{ OPT_NAMES, "names", NULL, "print the names that are handles" },
	{ OPT_COLUMNS, "columns", NULL, "print the list of columns" },
	OPT_KINDS("only the"),
	{ 'Q', "filter", "EXPR", "list those for which it holds: 'processes > 1 && !shared'" },
	{ OPT_INODE, "inode", "N", "list the one with that inode" },
	{ OPT_ID, "id", "N", "list the one to which the kernel gave that number" },
	{ OPT_OWNER, "owner", "INODE", "list those that belong to that user namespace" },
	{ OPT_OWNED_BY, "owned-by", "USER", "list those that belong to that user" },
	{ OPT_PERSISTENT, "persistent", NULL, "list those without a process" },
	{ OPT_HELD_BY, "held-by", "HOW", "list those held so: by a thread, fd, mount, ..." },
	{ OPT_SOCKETS, "sockets", NULL, "look for those of sockets too" },
	{ OPT_QUICK, "quick", NULL, "look for those that processes are in only" },
	{ 'o', "output", "LIST", "show these columns; +LIST: these too" },
	{ 'O', "output-all", NULL, "show all columns" },
	{ OPT_WATCH, "watch", "[=SECONDS]", "do it again every 2 seconds, or so many" },
	{ 'q', "quiet", NULL, "print nothing: the status is the answer" },
	{ OPT_JSON, "json", NULL, "write JSON instead of a table" },
	{ OPT_RAW, "raw", NULL, "write words: no headings, \\x20 for a blank" },
	OPT_COMMON
};

static const struct tool tool = {
	.name = "nsinfo",
	.does = "show namespaces: who is in them, who owns them, what keeps them",
	.use = { "[-t HANDLE] [OPTION...] [HANDLE]", "[OPTION...] NAMESPACE",
		 "-l [-t HANDLE] [OPTION...]", "--diff [OPTION...] HANDLE [HANDLE]",
		 "--same KIND [OPTION...] HANDLE [HANDLE]", "--wait HANDLE [--] [PROG [ARG...]]",
		 "--limits|--names|--columns [OPTION...]" },
	.opts = opts,
};

/* The questions, of which one is asked. */
enum deed { SHOW, LIST, DIFF, SAME, WAIT, LIMITS, NAMES, COLUMNS };

struct call {
	struct nsask ask;
	enum deed deed;
	const char *handle;	/* to wait for */
	int watch, quick;
};

static void set_deed(struct call *call, enum deed deed)
{
	if (call->deed != SHOW && call->deed != deed)
		refuse_usage("--list, --diff, --same, --wait, --limits, --names and --columns are "
			     "different questions");
	call->deed = deed;
}

static void add_filter(struct call *call, struct nsquery *query)
{
	call->ask.query = nsquery_and(call->ask.query, query);
}

static void set_form(struct call *call, enum nsview_form form)
{
	if (call->ask.form != NSVIEW_TABLE && call->ask.form != form)
		refuse_usage("--json, --raw, --dot and --quiet are different forms");
	call->ask.form = form;
}

static int take_filter(struct call *call, int key)
{
	switch (key) {
	case 'Q': add_filter(call, nsquery_parse(optarg)); break;
	case OPT_INODE: add_filter(call, nsparse_number("inode", optarg)); break;
	case OPT_ID: add_filter(call, nsparse_number("id", optarg)); break;
	case OPT_OWNER: add_filter(call, nsparse_number("owner", optarg)); break;
	case OPT_OWNED_BY: add_filter(call, nsparse_owner(optarg)); break;
	case OPT_PERSISTENT: call->ask.persistent = 1; break;
	case OPT_HELD_BY: call->ask.held |= nsparse_hold(optarg); break;
	case OPT_TREE: call->ask.tree = nsparse_tree(optarg); break;
	case OPT_DOT: set_form(call, NSVIEW_DOT); break;
	default: return 0;
	}
	set_deed(call, LIST);
	return 1;
}

static void take(struct call *call, int key)
{
	switch (key) {
	case 't': call->ask.handle = optarg; break;
	case 'l': set_deed(call, LIST); break;
	case OPT_DIFF: set_deed(call, DIFF); break;
	case OPT_SAME: set_deed(call, SAME), call->ask.kinds |= nsparse_kind(optarg); break;
	case OPT_WAIT: set_deed(call, WAIT), call->handle = optarg; break;
	case OPT_LIMITS: set_deed(call, LIMITS); break;
	case OPT_NAMES: set_deed(call, NAMES); break;
	case OPT_COLUMNS: set_deed(call, COLUMNS); break;
	case OPT_SOCKETS: call->ask.where |= NSSCAN_SOCKETS; break;
	case OPT_QUICK: call->quick = 1; break;
	case 'o': call->ask.columns = optarg; break;
	case 'O': call->ask.all_columns = 1; break;
	case OPT_WATCH: call->watch = nsparse_pause(); break;
	case 'q': set_form(call, NSVIEW_SILENT); break;
	case OPT_JSON: set_form(call, NSVIEW_AS_JSON); break;
	case OPT_RAW: set_form(call, NSVIEW_RAW); break;
	default:
		if (!take_filter(call, key))
			call->ask.kinds |= nskind_find_letter(key)->flag;
	}
}

/* What goes without saying. */
static void settle(struct call *call)
{
	struct nsask *ask = &call->ask;

	if (!call->quick)
		ask->where |= NSSCAN_CHILDREN | NSSCAN_THREADS | NSSCAN_FDS | NSSCAN_MOUNTS |
			      NSSCAN_KERNEL;
	if (call->deed == LIST && !ask->tree &&
	    (ask->form == NSVIEW_DOT || (ask->form == NSVIEW_TABLE && isatty(STDOUT_FILENO))))
		ask->tree = NSTREE_OWNER;
	if (ask->tree == NSTREE_PROCESS)
		ask->where |= NSSCAN_KEEP;
	if ((ask->handle || ask->form == NSVIEW_SILENT) && call->deed >= WAIT)
		refuse_usage("-t and -q are not for --wait, --limits, --names or --columns");
	if (call->deed == SAME)
		ask->form = NSVIEW_SILENT;
}

static void print_name(const char *name, void *none)
{
	(void)none;
	puts(name);
}

/* A list may be empty, two may differ: 1. */
static int answer(struct call *call, char **words)
{
	const char *one = call->ask.handle;

	if (call->deed == WAIT) {
		nsabout_wait(call->handle, opt_prog_or_shell(words));
		return 1;
	}
	if (one && *words && call->deed == SHOW)
		refuse_usage("-t '%s' and '%s': which one?", one, *words);
	if (!one && *words)
		one = *words++;
	opt_end(words + (*words && call->deed >= DIFF && call->deed <= SAME));
	if (call->watch)
		nswatch_fork(call->watch);
	switch (call->deed) {
	case SHOW:
		if (one && !call->ask.handle && nsabout_is_namespace(one))
			return nsabout_print(&call->ask, one);
		call->ask.handle = one;
		return nsabout_print_process(&call->ask) > 0;
	case LIST:
		call->ask.handle = one;
		return nslist_print(&call->ask) > 0;
	case LIMITS: nslimits_print(&call->ask); break;
	case NAMES: nsname_each(print_name, NULL); break;
	case COLUMNS: nscolumn_print(call->ask.form); break;
	default:
		if (!one)
			refuse_usage("missing operand HANDLE");
		return nsabout_compare(&call->ask, one, *words);
	}
	out_end();
	return 1;
}

int main(int argc, char **argv)
{
	struct call call = { .deed = SHOW };
	int key;

	opt_begin(&tool);
	out_begin();
	while ((key = opt_next(&tool, argc, argv)) != -1)
		take(&call, key);
	settle(&call);
	return answer(&call, argv + optind) ? 0 : STATUS_NO;
}
