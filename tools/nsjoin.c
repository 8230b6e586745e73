/* SPDX-License-Identifier: ISC */
/*
 * nsjoin - enter namespaces that exist and run a program there
 *
 * nsjoin -t HANDLE -- PROG     every namespace of HANDLE that differs from ours
 * nsjoin -t HANDLE -n -- PROG  only its network namespace
 *
 * What is the target's is opened before the first setns(2), through descriptors of one verified
 * process, and used after. Until PROG starts we are not dumpable: processes of the target that see
 * us arrive can't reach what we still hold.
 */
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "chain.h"
#include "child.h"
#include "die.h"
#include "hint.h"
#include "ns.h"
#include "nskind.h"
#include "opt.h"
#include "target.h"

static const struct opt opts[] = {
	{ 't', "target", "HANDLE", "enter the namespaces of HANDLE, - for standard input" },
	{ 'a', "all", NULL, "all kinds that differ from ours (the default)" },
	OPT_KINDS("enter the"),
	OPT_CHAIN,
	OPT_COMMON
};

static const struct tool tool = {
	.name = "nsjoin",
	.does = "enter namespaces that exist and run a program there",
	.use = { "-t HANDLE [OPTION...] [--] PROG [ARG...]" },
	.opts = opts,
};

/* Where the target is; -1: at the root of its mount namespace. */
struct place {
	int root, cwd;
};

/* The kinds to enter: those asked for, or all. What is ours already needs no entering, and the
 * kernel refuses to enter one's own user namespace again. */
static int choose(const struct target *target, int asked)
{
	int differing = handle_find_differing(&target->handle);

	if (differing < 0)
		die_at(HINT_ENTER, 0, "read the namespaces of '%s'", target->word);
	return asked ? differing & asked : differing;
}

/* A root directory or cwd of a process that may not be looked at is no reason to fail. */
static int open_link(const struct target *target, const char *name)
{
	if (target->handle.procdir < 0)
		return -1;
	return openat(target->handle.procdir, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

static void enter_place(const struct place *place)
{
	char cwd[PATH_MAX];

	if (place->root >= 0 && (fchdir(place->root) < 0 || chroot(".") < 0))
		die("enter the target's root directory");
	if (place->cwd >= 0 && fchdir(place->cwd) < 0)
		die("enter the target's working directory");
	/* One from before the target's root changed is none of its files. */
	if (place->cwd >= 0 && (!getcwd(cwd, sizeof(cwd)) || cwd[0] != '/') && chdir("/") < 0)
		die("enter the target's root directory");
}

/* A pid namespace is only for children. */
static void run(int flags, char **prog)
{
	struct child child;
	int pidfd;
	pid_t pid;

	if (!(flags & CLONE_NEWPID))
		chain_exec(prog);
	if (child_begin(&child, 1) < 0)
		die("make a socket pair");
	pid = ns_create_child(0, &pidfd);
	if (pid < 0)
		die("fork into the pid namespace");
	if (pid > 0)
		child_wait(&child, pid, pidfd, 0);
	child_start(&child, SIGKILL);
	chain_exec(prog);
}

int main(int argc, char **argv)
{
	const char *handle = NULL;
	char **words = argv;
	struct target target;
	struct place place = { -1, -1 };
	int key, flags = 0;

	opt_begin(&tool);
	while ((key = opt_next(&tool, argc, argv)) != -1)
		switch (key) {
		case 't': handle = optarg; break;
		case 'a': flags |= nskind_all; break;
		default: flags |= nskind_find_letter(key)->flag;
		}
	argv = opt_prog(argv + optind, NULL);
	if (!handle)
		refuse_usage("missing -t HANDLE: whose namespaces to enter");
	chain_restart(words);
	target_open(&target, handle);
	flags = choose(&target, flags);
	if (flags & CLONE_NEWNS) {
		place.root = open_link(&target, "root");
		place.cwd = open_link(&target, "cwd");
	}
	target_replace_stdin(&target);

	prctl(PR_SET_DUMPABLE, 0);
	target_enter(&target, flags);
	enter_place(&place);
	run(flags, argv);
}
