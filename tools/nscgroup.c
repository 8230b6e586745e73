/* SPDX-License-Identifier: ISC */
/*
 * nscgroup - make a control group with limits and become PROG in it
 *
 * chain:   nscgroup --pids 100 NAME -- PROG...   make, limit and enter the group, become PROG
 * handle:  nscgroup -t HANDLE --pids 100 NAME    put the processes of HANDLE into it
 *
 * What fails on the way is undone when this program ends. In a chain a keeper (cgroupkeep.h) does
 * that, and removes the group when PROG has ended.
 */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "cgroupend.h"
#include "cgroupjoin.h"
#include "cgroupkeep.h"
#include "cgroupmove.h"
#include "cgrouporder.h"
#include "cgroupview.h"
#include "chain.h"
#include "die.h"
#include "file.h"
#include "hint.h"
#include "nswatch.h"
#include "opt.h"
#include "proc.h"
#include "target.h"

/* The limits are in the order of enum cgrouplimit. */
enum {
	OPT_MEMORY = OPT_LONG, OPT_SWAP, OPT_PIDS, OPT_CPU, OPT_CPU_WEIGHT, OPT_CPUSET, OPT_IO,
	OPT_KEEP, OPT_FREEZE, OPT_THAW, OPT_KILL, OPT_RM, OPT_STAT, OPT_WATCH, OPT_JSON,
};

static const struct opt opts[] = {
	{ OPT_MEMORY, "memory", "SIZE|max", "limit memory, as 512M" },
	{ OPT_SWAP, "swap", "SIZE|max", "limit swap, in addition to memory" },
	{ OPT_PIDS, "pids", "N|max", "limit processes and threads" },
	{ OPT_CPU, "cpu", "CPUS|max", "limit processor time: 1.5 is that of one and a half" },
	{ OPT_CPU_WEIGHT, "cpu-weight", "N", "share of processor time, 1 to 10000, usually 100" },
	{ OPT_CPUSET, "cpuset", "LIST", "run on these processors alone, as 0-3,7" },
	{ OPT_IO, "io", "DEV:RATES", "limit a disk: rbps=SIZE,wbps=SIZE,riops=N,wiops=N" },
	{ OPT_KEEP, "keep", NULL, "leave the group when PROG has ended" },
	{ 't', "target", "HANDLE", "put the processes of HANDLE into the group, - for stdin" },
	{ OPT_FREEZE, "freeze", NULL, "stop all that is in the group where it is" },
	{ OPT_THAW, "thaw", NULL, "let it go on" },
	{ OPT_KILL, "kill", NULL, "kill all that is in the group" },
	{ OPT_RM, "rm", NULL, "remove the group, which is empty, or after --kill" },
	{ OPT_STAT, "stat", NULL, "print what the group uses: memory, time, pids, pressure" },
	{ OPT_WATCH, "watch", "[=SECONDS]", "do it again every 2 seconds, or so many" },
	{ OPT_JSON, "json", NULL, "print JSON" },
	OPT_CHAIN,
	OPT_COMMON
};

static const struct tool tool = {
	.name = "nscgroup",
	.does = "make a control group with limits and become PROG in it",
	.use = { "[OPTION...] NAME [--] PROG [ARG...]",
		 "-t HANDLE [OPTION...] NAME",
		 "[OPTION...] NAME",
		 "--freeze|--thaw|--rm NAME", "--kill [--rm] NAME",
		 "--stat [--watch] [--json] NAME",
		 "--stat [--watch] [--json] -t HANDLE" },
	.opts = opts,
};

enum { PATIENCE = 10000 }; /* milliseconds, for what is killed to end */

/* The group, and what is to be undone at the end of this program unless it is `done`. */
static struct {
	struct cgroupdirs dirs;
	struct cgroupkeep keep;
	int done;
} group = { .keep = { -1 } };

static void undo(void)
{
	if (group.done)
		return;
	cgroupdir_leave(&group.dirs);
	if (group.keep.sync >= 0)
		cgroupkeep_cancel(&group.keep);
	else
		cgroupend_remove(&group.dirs, 1);
	cgroupdir_disable(&group.dirs);
}

__attribute__((noreturn))
static void fail(void)
{
	die_at(HINT_GROUP, 0, "%s", group.dirs.step);
}

static void option(struct cgrouporder *order, int key)
{
	switch (key) {
	case OPT_KEEP: order->keep = 1; break;
	case 't': order->handle = optarg; break;
	case OPT_FREEZE: order->freeze = 1; break;
	case OPT_THAW: order->thaw = 1; break;
	case OPT_KILL: order->kill = 1; break;
	case OPT_RM: order->rm = 1; break;
	case OPT_STAT: order->stat = 1; break;
	case OPT_WATCH: order->watch = optarg ? opt_seconds("watch every") : 2000; break;
	case OPT_JSON: order->json = 1; break;
	default: cgrouporder_limit(order, key - OPT_MEMORY);
	}
}

static void open_own(void)
{
	int self = proc_open(0);

	if (self < 0)
		die("open /proc/self");
	if (cgroupdir_open(&group.dirs, self) < 0)
		fail();
	close(self);
}

static void find(const char *name)
{
	int found = cgroupdir_find(&group.dirs, name);

	if (found < 0)
		fail();
	errno = ENOENT;
	if (!found)
		die_at(HINT_GROUP, 0, "find group '%s'", name);
}

/* The group of a name, or that which a process is in. */
__attribute__((noreturn))
static void print(const struct cgrouporder *order)
{
	static struct target target;

	if (order->handle)
		target_open(&target, order->handle);
	if (order->handle && target.handle.procdir < 0)
		refuse("'%s' is files of namespaces, and no process to ask", target.word);
	if (order->watch)
		nswatch_fork(order->watch);
	if (!order->handle) {
		open_own();
		find(order->name);
	} else if (cgroupdir_open(&group.dirs, target.handle.procdir) < 0) {
		fail();
	} else {
		cgroupdir_take_own(&group.dirs);
	}
	cgroupview_print(&group.dirs, order->handle ? target.word : order->name, order->json);
	exit(0);
}

static void act(const struct cgrouporder *order)
{
	struct cgroupdirs *dirs = &group.dirs;

	file_raise_limit(); /* groups may be nested deep */
	find(order->name);
	if ((order->freeze || order->thaw) && cgroupend_freeze(dirs, order->freeze) < 0)
		fail();
	if (order->kill && cgroupend_kill(dirs, PATIENCE) < 0)
		fail();
	if (order->rm && !cgroupend_is_empty(dirs))
		refuse("group '%s' has processes: --kill --rm ends them", order->name);
	if (order->rm && cgroupend_remove(dirs, 0) < 0)
		fail();
}

/* Make it where it isn't there, by a keeper who removes it, or to stay, and set the limits. */
static void make(const struct cgrouporder *order, char **keeper_words)
{
	struct cgroupdirs *dirs = &group.dirs;
	int found, made, join;

	atexit(undo);
	do {
		found = made = cgroupjoin_find(&join, dirs, order->name);
		if (!found)
			made = keeper_words ? cgroupkeep_start(&group.keep, dirs, keeper_words) :
			       cgroupdir_make(dirs);
	} while (!found && made < 0 && errno == EEXIST);
	if (made < 0)
		fail();
	if (!found)
		cgroupdir_enable_all(dirs);
	if (cgrouplimit_set(dirs, &order->limits) < 0)
		fail();
}

static void enter(const struct cgrouporder *order)
{
	if (cgroupend_is_frozen(&group.dirs))
		refuse("group '%s' is frozen: nscgroup --thaw lets it go on", order->name);
	if (cgroupdir_enter(&group.dirs, 0) < 0)
		fail();
}

__attribute__((noreturn))
static void put(const struct cgrouporder *order)
{
	static struct target target;

	target_open(&target, order->handle);
	make(order, NULL);
	if (cgroupmove(&group.dirs, &target.handle) < 0)
		fail();
	group.done = 1;
	target_done(&target);
}

int main(int argc, char **argv)
{
	static struct cgrouporder order;
	char **words = argv;
	int key;

	opt_begin(&tool);
	while ((key = opt_next(&tool, argc, argv)) != -1)
		option(&order, key);
	argv += optind;
	if (!order.stat || !order.handle)
		order.name = opt_operand(&argv, "NAME");
	if (cgrouporder_is_action(&order))
		opt_end(argv);
	else if (order.handle || *argv)
		argv = opt_prog(argv, order.handle);
	cgrouporder_check(&order, *argv);

	if (order.stat)
		print(&order);
	open_own();
	if (order.handle)
		put(&order);
	if (cgrouporder_is_action(&order)) {
		act(&order);
		return 0;
	}
	make(&order, order.keep || !*argv ? NULL : words);
	if (!*argv) {
		group.done = 1;
		return 0;
	}
	enter(&order);
	chain_exec(argv);
}
