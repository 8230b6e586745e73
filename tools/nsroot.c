/* SPDX-License-Identifier: ISC */
/*
 * nsroot - give a mount namespace its root file system
 *
 * chain:   nsroot DIR -- PROG     DIR becomes the root of the namespace we are in, then PROG
 * handle:  nsroot -t HANDLE DIR   DIR becomes the root of HANDLE's mount namespace
 *
 * The options are a recipe: what the root is made of, and what goes into it. All sources are opened
 * first; then it is assembled where nobody sees it, and takes the old one's place by pivot_root(2).
 * A failure before that leaves nothing behind. /proc and /sys show the namespaces of whoever mounts
 * them: for a handle that is a child of ours in all of its namespaces.
 */
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "chain.h"
#include "die.h"
#include "hint.h"
#include "ns.h"
#include "opt.h"
#include "rootopt.h"
#include "rootplan.h"
#include "sig.h"
#include "target.h"
#include "toolkit.h"

enum { OPT_PLAN = ROOTOPT_END, OPT_JSON };

static const struct opt opts[] = {
	{ 't', "target", "HANDLE", "act on the mount namespace of HANDLE, - for standard input" },
	ROOTOPT_TABLE,
	{ OPT_PLAN, "plan", NULL, "print what would be done, in order, and do nothing" },
	{ OPT_JSON, "json", NULL, "print the plan as JSON" },
	OPT_CHAIN,
	OPT_COMMON
};

static const struct tool tool = {
	.name = "nsroot",
	.does = "give a mount namespace its root file system",
	.use = { "[OPTION...] DIR [--] PROG [ARG...]",
		 "[OPTION...] --layer|--host|--empty|--root-fd|--add [--] PROG [ARG...]",
		 "[OPTION...] -t HANDLE DIR",
		 "[OPTION...] -t HANDLE --layer|--host|--empty|--root-fd|--add",
		 "[OPTION...] --plan [--json] [DIR]" },
	.opts = opts,
};

/* The root of everybody would change, and this system be gone. */
static void refuse_initial(void)
{
	if (ns_is_initial(CLONE_NEWNS))
		refuse("this is the mount namespace of the whole system, whose root stays: run it "
		       "under nsnew -m");
}

static void fail(struct rootfs *root)
{
	rootfs_close(root);
	die_at(HINT_MOUNT, CLONE_NEWNS, "%s", root->step);
}

static void open_sources(struct recipe *recipe, const struct target *target)
{
	rootplan_open_maps(recipe, target);
	if (recipe_open(recipe, target != NULL) < 0)
		die_at(recipe->image ? HINT_IMAGE : HINT_MOUNT, CLONE_NEWNS, "%s", recipe->step);
}

/* Assemble the root, which is attached to nothing yet unless it is the one that is there, and enter
 * it; no signal ends us halfway. As process 1 none does anyway, and one that came while it is
 * blocked would be lost: nsnew, which then ends us for it, looks for that. Where the namespace's
 * root can't be changed, `alone` has PROG be the only one with another. */
static void build(struct recipe *recipe, int alone)
{
	struct rootfs root;
	sigset_t caller;
	int first = getpid() == 1;

	if (!first)
		sig_block_all(&caller);
	if (recipe_begin(recipe, &root) < 0 || recipe_add(recipe, &root) < 0)
		fail(&root);
	if (recipe->base == RECIPE_LIVE)
		rootfs_keep(&root);
	else if (rootfs_enter(&root, alone) < 0)
		fail(&root);
	if (!first)
		sig_restore(&caller);
}

static void run(struct recipe *recipe, char **prog)
{
	refuse_initial();
	open_sources(recipe, NULL);
	toolkit_open(prog);
	build(recipe, 1);
	chain_exec(prog);
}

/* In the target's namespaces, as a child, for its pid namespace to be ours. It says itself why it
 * failed. */
static int set_root(struct recipe *recipe)
{
	int pidfd, status;
	pid_t pid = ns_create_child(0, &pidfd);

	if (pid < 0)
		die("fork into the target's pid namespace");
	if (pid == 0) {
		refuse_initial();
		if (recipe_find(recipe) < 0)
			die("%s", recipe->step);
		build(recipe, 0);
		_exit(0);
	}
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		continue;
	if (WIFSIGNALED(status))
		warnx("killed by SIG%s while the root was made", sig_name(WTERMSIG(status)));
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -1;
}

static void set_target(const char *handle, struct recipe *recipe)
{
	struct target target;
	int flags;

	target_open(&target, handle);
	flags = handle_find_differing(&target.handle);
	if (flags < 0)
		die_at(HINT_ENTER, 0, "read the namespaces of '%s'", target.word);
	if (!(flags & CLONE_NEWNS))
		refuse("'%s' has no mount namespace of its own", target.word);
	open_sources(recipe, &target);
	prctl(PR_SET_DUMPABLE, 0);
	target_enter(&target, flags);
	if (set_root(recipe) < 0)
		exit(EXIT_SELF);
	target_done(&target);
}

int main(int argc, char **argv)
{
	const char *handle = NULL;
	struct recipe recipe;
	char **words = argv;
	int key, plan = 0, json = 0;

	opt_begin(&tool);
	rootopt_begin(&recipe);
	while ((key = opt_next(&tool, argc, argv)) != -1)
		switch (key) {
		case 't': handle = optarg; break;
		case OPT_PLAN: plan = 1; break;
		case OPT_JSON: json = 1; break;
		default: rootopt_take(&recipe, key, optarg);
		}
	argv += optind;
	if (json && !plan)
		refuse_usage("--json goes with --plan");
	if (rootplan_needs_dir(&recipe))
		rootopt_take(&recipe, ROOTOPT_LAYER, opt_operand(&argv, "DIR"));
	recipe.console = !handle;
	recipe.reads_handle = handle && !strcmp(handle, "-");
	rootplan_complete(&recipe);
	if (plan) {
		rootplan_print(&recipe, json);
		return 0;
	}
	argv = opt_prog(argv, handle);
	if (handle) {
		toolkit_restart(words);
		set_target(handle, &recipe);
	}
	run(&recipe, argv);
}
