/* SPDX-License-Identifier: ISC */
/* create - the namespaces of a plan, for this process or for a child that is born in them */
#include "create.h"

#include <errno.h>
#include <sched.h>

#include "cgroupfs.h"
#include "die.h"
#include "hint.h"
#include "kernel.h"
#include "pin.h"
#include "settle.h"

static void enter_cgroup(const struct plan *plan)
{
	if (plan->cgroup >= 0 && cgroupfs_enter(plan->cgroup) < 0)
		die("enter the control group");
}

static int pins_mount(const struct plan *plan)
{
	return plan->flags & CLONE_NEWNS &&
	       (plan->pin || plan->file[nskind_find_flag(CLONE_NEWNS) - nskinds]);
}

void create_here(const struct plan *plan, const struct outside *outside)
{
	cpu_set_t cpus;

	enter_cgroup(plan); /* first: a cgroup namespace has it as its root */
	if (pins_mount(plan))
		pin_choose_cpu(plan->flags & CLONE_NEWUSER, &cpus);
	settle_owner(plan);
	settle(plan, plan->flags, outside);
	if (pins_mount(plan))
		pin_restore_cpu(&cpus);
}

/* Whether the kernel's answer is that it can't put a child there at its birth. */
static int lacks_cgroup_birth(int error)
{
	return error == ENOSYS || error == EINVAL || error == E2BIG || error == EBADF;
}

/* A time namespace takes its clock offsets only while nobody is in it, and a child is born into one
 * since Linux 6.3; a version 1 control group is entered, not born into. What the child is to make
 * itself, after that, is put in `late`. */
static pid_t fork_into(const struct plan *plan, int *late, int *pidfd)
{
	int flags = plan->flags;
	pid_t pid = -1;

	*late = plan->clocks.monotonic || plan->clocks.boottime ? CLONE_NEWTIME : 0;
	if (plan->cgroup >= 0) {
		pid = ns_create_child_in(flags & ~*late, plan->cgroup, pidfd);
		if (pid >= 0 || !lacks_cgroup_birth(errno))
			return pid;
		*late |= flags & CLONE_NEWCGROUP;
	}
	pid = ns_create_child(flags & ~*late, pidfd);
	if (pid < 0 && errno == EINVAL && flags & CLONE_NEWTIME & ~*late) {
		*late |= CLONE_NEWTIME;
		pid = ns_create_child(flags & ~*late, pidfd);
	}
	return pid;
}

pid_t create_child(const struct plan *plan, const struct outside *outside, int *pidfd)
{
	char names[NSKIND_NAMES];
	cpu_set_t cpus;
	int late;
	pid_t pid;

	if (pins_mount(plan))
		pin_choose_cpu(plan->flags & CLONE_NEWUSER, &cpus);
	settle_owner(plan);
	pid = fork_into(plan, &late, pidfd);
	if (pid < 0)
		die_at(HINT_CREATE, plan->flags, "create %s", nskind_names(plan->flags, names));
	if (pins_mount(plan))
		pin_restore_cpu(&cpus);
	if (pid > 0)
		return pid;
	enter_cgroup(plan);
	settle(plan, late, outside);
	return 0;
}
