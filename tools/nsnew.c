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
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cap.h"
#include "chain.h"
#include "child.h"
#include "die.h"
#include "handle.h"
#include "hint.h"
#include "hold.h"
#include "idmap.h"
#include "link.h"
#include "mnt.h"
#include "ns.h"
#include "nskind.h"
#include "num.h"
#include "opt.h"

enum { OPT_HOLD = OPT_LONG, OPT_ID, OPT_MONOTONIC, OPT_BOOTTIME };

static const struct opt opts[] = {
	{ 'a', "all", NULL, "all kinds; the user namespace only for an ordinary user, with -r" },
	OPT_KINDS("new"),
	{ 'r', "map-root-user", NULL, "be root in a new user namespace" },
	{ 'c', "map-current-user", NULL, "keep the own uid and gid in a new user namespace" },
	{ OPT_MONOTONIC, "monotonic", "SECONDS", "shift the monotonic clock, with -T" },
	{ OPT_BOOTTIME, "boottime", "SECONDS", "shift the clock of the time since boot, with -T" },
	{ OPT_HOLD, "hold", NULL, "leave a process that holds the namespaces, print its handle" },
	{ OPT_ID, "id", NULL, "with --hold: the handle as PID:INODE, which is never reused" },
	OPT_CHAIN,
	OPT_COMMON
};

static const struct tool tool = {
	.name = "nsnew",
	.does = "create namespaces and run a program in them, or hold them open",
	.use = { "OPTION... [--] PROG [ARG...]", "--hold [--id] OPTION..." },
	.opts = opts,
};

/* What is asked for. */
struct plan {
	int flags;		/* CLONE_NEWxxx */
	struct idmap uids, gids; /* empty: no maps are written */
	struct ns_clocks clocks;
	int hold, id;
};

static int64_t seconds(const char *text)
{
	int64_t value;

	if (num_parse_signed(text, INT32_MAX, &value) < 0)
		die("clock offset '%s'", text);
	return value;
}

static void map(struct plan *plan, int root)
{
	struct idmap_range uid = { root ? 0 : geteuid(), geteuid(), 1 };
	struct idmap_range gid = { root ? 0 : getegid(), getegid(), 1 };

	plan->flags |= CLONE_NEWUSER;
	plan->uids.count = plan->gids.count = 0;
	if (idmap_add(&plan->uids, uid) < 0 || idmap_add(&plan->gids, gid) < 0)
		die("map uid %u and gid %u", uid.outside, gid.outside);
}

static void all(struct plan *plan)
{
	plan->flags |= nskind_all & ~CLONE_NEWUSER;
	if (!cap_is_effective(CAP_SYS_ADMIN) && !plan->uids.count)
		map(plan, 1);
}

/* PROG, as PID 1, is to see its own pid namespace in /proc. */
static void mount_proc(void)
{
	int fd = mnt_open_new("proc", MNT_NOSUID | MNT_NODEV | MNT_NOEXEC, NULL);

	if (fd < 0 || mnt_attach(fd, AT_FDCWD, "/proc") < 0)
		die_at(HINT_PROC, CLONE_NEWPID, "mount /proc for the new pid namespace");
}

static void write_maps(const struct plan *plan)
{
	const struct idmap_range *uid = plan->uids.range, *gid = plan->gids.range;

	if (idmap_write(&plan->uids, &plan->gids) < 0)
		die_at(HINT_MAP, CLONE_NEWUSER, "map uid %u to %u and gid %u to %u", uid->outside,
		       uid->inside, gid->outside, gid->inside);
}

/* The process is in the new namespaces: give them what makes them of use. `late` is what it is to
 * create itself first. */
static void settle(const struct plan *plan, int late)
{
	char names[NSKIND_NAMES];

	if (late && ns_create(late) < 0)
		die_at(HINT_CREATE, late, "create %s", nskind_names(late, names));
	if (plan->uids.count)
		write_maps(plan);
	if (late & CLONE_NEWTIME && ns_enter_time(&plan->clocks) < 0)
		die_at(HINT_CLOCK, CLONE_NEWTIME, "set the clocks of the time namespace");
	if (plan->flags & CLONE_NEWNS && mnt_set_private() < 0)
		die_at(HINT_PRIVATE, CLONE_NEWNS, "make all mounts private");
	if (plan->flags & CLONE_NEWNS && plan->flags & CLONE_NEWPID)
		mount_proc();
	if (plan->flags & CLONE_NEWNET && link_set_loopback_up() < 0)
		die("bring lo up");
}

/* As fork(2): in the child all is in place. A time namespace takes its clock offsets only while
 * nobody is in it, and a child is born into one since Linux 6.3; else the child makes its own. */
static pid_t create_child(const struct plan *plan, int *pidfd)
{
	int shifted = plan->clocks.monotonic || plan->clocks.boottime;
	int late = shifted ? CLONE_NEWTIME : 0;
	char names[NSKIND_NAMES];
	pid_t pid = ns_create_child(plan->flags & ~late, pidfd);

	if (pid < 0 && errno == EINVAL && plan->flags & CLONE_NEWTIME && !late) {
		late = CLONE_NEWTIME;
		pid = ns_create_child(plan->flags & ~late, pidfd);
	}
	if (pid < 0)
		die_at(HINT_CREATE, plan->flags, "create %s", nskind_names(plan->flags, names));
	if (pid == 0)
		settle(plan, late);
	return pid;
}

static void be_holder(int sync)
{
	sync = hold_begin(sync);
	if (sync < 0)
		die("become a holder");
	if (hold_confirm(sync) < 0)
		_exit(EXIT_SELF);
	hold_wait();
	_exit(0);
}

/* Print the handle. Nobody could end a holder whose handle was never told. */
static void tell(const struct plan *plan, pid_t pid, int pidfd)
{
	char handle[HANDLE_TEXT];

	snprintf(handle, sizeof(handle), "%d", (int)pid);
	if ((!plan->id || handle_write(pid, pidfd, handle) == 0) && printf("%s\n", handle) >= 0 &&
	    fflush(stdout) == 0)
		return;
	warn("tell the handle of process %d", (int)pid);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	_exit(EXIT_SELF);
}

static int hold(const struct plan *plan)
{
	int sync[2], pidfd, status;
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sync) < 0)
		die("make a socket pair");
	pid = create_child(plan, &pidfd);
	if (pid == 0)
		be_holder(sync[1]);
	close(sync[1]);
	if (hold_await(sync[0]) == 0) {
		tell(plan, pid, pidfd);
		if (hold_release(sync[0]) < 0)
			die("release the holder");
		return 0;
	}
	/* It has said why. */
	waitpid(pid, &status, 0);
	if (WIFSIGNALED(status))
		refuse("the holder was killed by signal %d", WTERMSIG(status));
	return EXIT_SELF;
}

static void run(const struct plan *plan, char **prog)
{
	struct child child;
	int pidfd;
	pid_t pid;

	if (!(plan->flags & CLONE_NEWPID)) {
		settle(plan, plan->flags);
		chain_exec(prog);
	}
	if (child_begin(&child) < 0)
		die("make a socket pair");
	pid = create_child(plan, &pidfd);
	if (pid > 0)
		child_wait(&child, pid, pidfd, 1);
	child_start(&child);
	chain_exec(prog);
}

int main(int argc, char **argv)
{
	static struct plan plan;
	int key;

	opt_begin(&tool);
	while ((key = opt_next(&tool, argc, argv)) != -1)
		switch (key) {
		case 'a': all(&plan); break;
		case 'r': map(&plan, 1); break;
		case 'c': map(&plan, 0); break;
		case OPT_MONOTONIC: plan.clocks.monotonic = seconds(optarg); break;
		case OPT_BOOTTIME: plan.clocks.boottime = seconds(optarg); break;
		case OPT_HOLD: plan.hold = 1; break;
		case OPT_ID: plan.id = 1; break;
		default: plan.flags |= nskind_find_letter(key)->flag;
		}
	argv += optind;
	if (!plan.flags)
		refuse_usage("no namespace to create: choose kinds by letter, or -a");
	if ((plan.clocks.monotonic || plan.clocks.boottime) && !(plan.flags & CLONE_NEWTIME))
		refuse_usage("clock offsets are for a time namespace: add -T");
	if (plan.id && !plan.hold)
		refuse_usage("--id is for --hold");
	if (plan.hold) {
		opt_end(argv);
		return hold(&plan);
	}
	run(&plan, opt_prog(argv, NULL));
}
