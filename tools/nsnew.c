/* SPDX-License-Identifier: ISC */
/*
 * nsnew - create namespaces and run a program in them, or hold them open
 *
 * chain:  nsnew -a -- PROG     PROG runs in new namespaces; with -p it is their PID 1
 * hold:   nsnew --hold -a      a small process keeps them; its handle is printed
 *
 * Without a pid namespace the calling process itself moves over and becomes PROG. A pid namespace
 * is only for children: then we fork, pass signals on, and end as PROG ends.
 */
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "chain.h"
#include "child.h"
#include "create.h"
#include "die.h"
#include "handle.h"
#include "holder.h"
#include "maps.h"
#include "name.h"
#include "opt.h"
#include "plan.h"
#include "toolkit.h"

enum {
	OPT_MAP_USER = OPT_LONG, OPT_MAP_GROUP, OPT_MAP_USERS, OPT_MAP_GROUPS, OPT_MAP_AUTO,
	OPT_MAP_SUBIDS, OPT_SETGROUPS, OPT_OWNER, OPT_NO_USERNS, OPT_MONOTONIC, OPT_BOOTTIME,
	OPT_PROPAGATION, OPT_MOUNT_PROC, OPT_MOUNT_BINFMT, OPT_KEEP_CAPS, OPT_CLEAR_ENV,
	OPT_WHITELIST_ENV, OPT_SETENV, OPT_KILL_CHILD, OPT_FORWARD, OPT_OUTSIDE, OPT_PIN,
	OPT_INTO_CGROUP, OPT_HOLD, OPT_ID, OPT_NAME, OPT_NETNS_NAME, OPT_PIDFILE, OPT_LEASE,
};

static const struct opt opts[] = {
	{ 'a', "all", NULL, "all kinds; the user namespace only for an ordinary user, with -r" },
	OPT_KINDS_ARG("new", "[=FILE]"),
	{ 'r', "map-root-user", NULL, "be root in a new user namespace" },
	{ 'c', "map-current-user", NULL, "keep the own uid and gid in a new user namespace" },
	{ OPT_MAP_USER, "map-user", "USER", "be that user, a number or name, in it" },
	{ OPT_MAP_GROUP, "map-group", "GROUP", "be that group in it" },
	{ OPT_MAP_USERS, "map-users", "RANGE", "map INSIDE:OUTSIDE:COUNT, or auto, subids, all" },
	{ OPT_MAP_GROUPS, "map-groups", "RANGE", "the same for groups" },
	{ OPT_MAP_AUTO, "map-auto", NULL, "--map-users=auto --map-groups=auto" },
	{ OPT_MAP_SUBIDS, "map-subids", NULL, "--map-users=subids --map-groups=subids" },
	{ OPT_SETGROUPS, "setgroups", "allow|deny", "whether setgroups(2) is allowed in it" },
	{ OPT_OWNER, "owner", "UID:GID", "who makes, and so owns, the user namespace" },
	{ OPT_NO_USERNS, "no-userns", NULL, "no user namespace can be made inside" },
	{ OPT_MONOTONIC, "monotonic", "SECONDS", "shift the monotonic clock, with -T" },
	{ OPT_BOOTTIME, "boottime", "SECONDS", "shift the clock of the time since boot, with -T" },
	{ OPT_PROPAGATION, "propagation", "private|slave|shared|unchanged",
	  "of all mounts in a new mount namespace" },
	{ OPT_MOUNT_PROC, "mount-proc", "[=DIR]",
	  "mount proc, at DIR (/proc); the default with -mp" },
	{ OPT_MOUNT_BINFMT, "mount-binfmt", "[=DIR]", "mount binfmt_misc of a new user namespace" },
	{ 'l', "load-interp", "STRING", "register an interpreter there" },
	{ 'R', "root", "DIR", "make DIR the root directory" },
	{ 'w', "wd", "DIR", "change to the directory DIR" },
	{ 'S', "setuid", "UID", "be this user before PROG starts" },
	{ 'G', "setgid", "GID", "be this group, and no other, before PROG starts" },
	{ OPT_KEEP_CAPS, "keep-caps", NULL, "let PROG keep the capabilities, whoever it is" },
	{ OPT_CLEAR_ENV, "clear-env", NULL, "an empty environment" },
	{ OPT_WHITELIST_ENV, "whitelist-env", "LIST", "an environment of these variables alone" },
	{ OPT_SETENV, "setenv", "NAME=VALUE", "a variable in PROG's environment" },
	{ 'f', "fork", NULL, "run PROG as a child; the default with -p" },
	{ OPT_KILL_CHILD, "kill-child", "[=SIGNAL]", "what a child gets when nsnew ends (KILL)" },
	{ OPT_FORWARD, "forward-signals", NULL, "pass signals on to a child (the default)" },
	{ OPT_OUTSIDE, "outside", "COMMAND",
	  "run it outside, with $NSKIT_HANDLE, before PROG starts" },
	{ OPT_PIN, "pin", "DIR", "bind the namespaces to files in DIR, which keep them" },
	{ OPT_INTO_CGROUP, "into-cgroup", "DIR", "be in that control group" },
	{ OPT_HOLD, "hold", NULL, "leave a process that holds the namespaces, print its handle" },
	{ OPT_ID, "id", NULL, "with --hold: the handle as PID:INODE, which is never reused" },
	{ OPT_NAME, "name", "NAME", "a name that is a handle, for the holder or PROG" },
	{ OPT_NETNS_NAME, "netns-name", "NAME", "with --hold: a name for ip netns" },
	{ OPT_PIDFILE, "pidfile", "FILE", "with --hold: write the handle to FILE" },
	{ OPT_LEASE, "lease", "[=PID]", "with --hold: end with PID (the process that runs nsnew)" },
	OPT_CHAIN,
	OPT_COMMON
};

static const struct tool tool = {
	.name = "nsnew",
	.does = "create namespaces and run a program in them, or hold them open",
	.use = { "OPTION... [--] [PROG [ARG...]]", "--hold OPTION..." },
	.opts = opts,
};

/* One option, with its word in optarg. */
static void take(int key, struct plan *plan, struct maps *maps, int *all)
{
	switch (key) {
	case 'a': *all = 1; break;
	case 'r': maps_add_root(maps); break;
	case 'c': maps_add_current(maps); break;
	case OPT_MAP_USER: maps_add_user(maps, optarg); break;
	case OPT_MAP_GROUP: maps_add_group(maps, optarg); break;
	case OPT_MAP_USERS: maps_add_users(maps, optarg); break;
	case OPT_MAP_GROUPS: maps_add_groups(maps, optarg); break;
	case OPT_MAP_AUTO: maps_add_users(maps, "auto"), maps_add_groups(maps, "auto"); break;
	case OPT_MAP_SUBIDS: maps_add_users(maps, "subids"), maps_add_groups(maps, "subids"); break;
	case OPT_SETGROUPS: plan_set_setgroups(plan, optarg); break;
	case OPT_OWNER: plan_set_owner(plan, optarg); break;
	case OPT_NO_USERNS: plan->no_userns = 1; break;
	case OPT_MONOTONIC: plan_set_clock(&plan->clocks.monotonic, optarg); break;
	case OPT_BOOTTIME: plan_set_clock(&plan->clocks.boottime, optarg); break;
	case OPT_PROPAGATION: plan_set_propagation(plan, optarg); break;
	case OPT_MOUNT_PROC: plan->proc = optarg ? optarg : "/proc"; break;
	case OPT_MOUNT_BINFMT: plan_set_binfmt(plan, optarg); break;
	case 'l': plan->interpreter = optarg; break;
	case 'R': plan->root = optarg; break;
	case 'w': plan->dir = optarg; break;
	case 'S': plan_set_id(&plan->uid, "user", optarg); break;
	case 'G': plan_set_id(&plan->gid, "group", optarg); break;
	case OPT_KEEP_CAPS: plan->keep_caps = 1; break;
	case OPT_CLEAR_ENV: chain_clear_env(""); break;
	case OPT_WHITELIST_ENV: chain_clear_env(optarg); break;
	case OPT_SETENV: chain_add_env(optarg); break;
	case OPT_KILL_CHILD: plan_set_death_signal(plan, optarg); break;
	case OPT_FORWARD:
	case 'f': plan->child = 1; break;
	case OPT_OUTSIDE: plan->command = optarg; break;
	case OPT_PIN: plan->pin = optarg; break;
	case OPT_INTO_CGROUP: plan_set_cgroup(plan, optarg); break;
	case OPT_HOLD: plan->hold = 1; break;
	case OPT_ID: plan->id = 1; break;
	case OPT_NAME: plan->name = optarg; break;
	case OPT_NETNS_NAME: plan->netname = optarg; break;
	case OPT_PIDFILE: plan->pidfile = optarg; break;
	case OPT_LEASE: plan_set_lease(plan, optarg); break;
	default: plan_add_kind(plan, nskind_find_letter(key), optarg);
	}
}

/* PROG's name is a handle from here on: it starts only after. */
static void name_child(const struct plan *plan, struct child *child, pid_t pid, int pidfd)
{
	static char text[HANDLE_TEXT];

	if (handle_write(pid, pidfd, text) < 0)
		snprintf(text, sizeof(text), "%d", (int)pid);
	if (name_write(plan->name, text) < 0) {
		warn("give PROG the name '%s'", plan->name);
		child_kill(child, pid);
		exit(EXIT_SELF);
	}
	child->name = plan->name;
	child->name_text = text;
}

static void run(const struct plan *plan, char **prog)
{
	struct outside outside;
	struct child child;
	int pidfd;
	pid_t pid;

	outside_begin(&outside, plan);
	if (!plan->child) {
		create_here(plan, &outside);
		chain_exec(prog);
	}
	if (child_begin(&child, plan->flags & CLONE_NEWPID) < 0)
		die("make a socket pair");
	child.helper = outside.pid;
	pid = create_child(plan, &outside, &pidfd);
	if (pid > 0)
		outside_serve_child(&outside, plan);
	if (pid > 0 && plan->name)
		name_child(plan, &child, pid, pidfd);
	if (pid > 0)
		child_wait(&child, pid, pidfd, plan->flags & CLONE_NEWPID);
	child_start(&child, plan->death_signal);
	chain_exec(prog);
}

static int hold(const struct plan *plan)
{
	struct outside outside;

	outside_begin(&outside, plan);
	holder_create(plan, &outside);
	return 0;
}

int main(int argc, char **argv)
{
	static struct plan plan;
	static struct maps maps;
	char **words = argv;
	int key, all = 0;

	opt_begin(&tool);
	plan_begin(&plan);
	while ((key = opt_next(&tool, argc, argv)) != -1)
		take(key, &plan, &maps, &all);
	argv += optind;
	plan.words = words;
	plan_end(&plan, &maps, all);
	if (plan.hold)
		opt_end(argv);
	if (plan.hold || plan.root)
		toolkit_restart(words);
	if (plan.hold)
		return hold(&plan);
	run(&plan, opt_prog_or_shell(argv));
}
