/* SPDX-License-Identifier: ISC */
/* settle - in new namespaces, what makes them of use */
#include "settle.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "cap.h"
#include "die.h"
#include "file.h"
#include "hint.h"
#include "link.h"
#include "mnt.h"
#include "mntns.h"
#include "place.h"
#include "rootfs.h"
#include "seccomp.h"
#include "trace.h"

/* After a change of ids the kernel takes the process for one with secrets, and its own files in
 * /proc for root's. */
static void become(int64_t uid, int64_t gid)
{
	if (gid >= 0 && traced(setgroups(0, NULL), "setgroups()") < 0 && errno != EPERM)
		die("drop the supplementary groups");
	if (gid >= 0 && traced(setresgid((gid_t)gid, (gid_t)gid, (gid_t)gid), "setresgid(%u)",
			       (gid_t)gid) < 0)
		die("become group %u", (gid_t)gid);
	if (uid >= 0 && traced(setresuid((uid_t)uid, (uid_t)uid, (uid_t)uid), "setresuid(%u)",
			       (uid_t)uid) < 0)
		die("become user %u", (uid_t)uid);
	if (uid >= 0 || gid >= 0)
		prctl(PR_SET_DUMPABLE, 1);
}

void settle_owner(const struct plan *plan)
{
	become(plan->owner_uid, plan->owner_gid);
}

/* Whoever isn't mapped seems to be nobody, and still is who he was to the files outside: be root
 * instead, or where there is none the first who is. */
static int64_t find_id(const struct idmap *map, uint32_t own)
{
	if (!map->count || idmap_has_outside(map, own))
		return PLAN_STAY;
	return idmap_has_inside(map, 0) ? 0 : map->range[0].inside;
}

static void enter_user(const struct plan *plan, const struct outside *outside)
{
	if (!plan->uids.count && !plan->gids.count && !plan->setgroups)
		return;
	outside_map(outside, plan);
	become(find_id(&plan->uids, plan->own_uid), find_id(&plan->gids, plan->own_gid));
}

static void set_mounts(const struct plan *plan)
{
	if (plan->propagation && mntns_set_propagation(plan->propagation) < 0)
		die_at(HINT_PRIVATE, CLONE_NEWNS, "set the propagation of all mounts");
}

/* In a mount namespace of one's own the root is changed for good; chroot(2), which a process can
 * leave and which forbids user namespaces, is for the others. */
static void enter_root(const struct plan *plan)
{
	struct rootfs root;

	if (!plan->root)
		return;
	if (!(plan->flags & CLONE_NEWNS)) {
		if (traced(chroot(plan->root), "chroot(%s)", plan->root) < 0 || chdir("/") < 0)
			die("make '%s' the root directory", plan->root);
		return;
	}
	if (rootfs_begin_dir(&root, plan->root) < 0 || rootfs_enter(&root, 1) < 0)
		die_at(HINT_MOUNT, CLONE_NEWNS, "%s", root.step);
}

static void enter_directory(const char *dir)
{
	if (dir && place_enter_dir(dir) < 0)
		die("change to the directory '%s'", dir);
}

static int open_new(const char *type, const char *place)
{
	int fd;

	mnt_begin();
	fd = mnt_open_new(type, MNT_NOSUID | MNT_NODEV | MNT_NOEXEC, NULL);
	if (fd < 0)
		die_at(HINT_PROC, CLONE_NEWPID, "mount %s at %s", type, place);
	return fd;
}

static void attach_new(int fd, const char *type, const char *place, int needed)
{
	if (mnt_attach(fd, AT_FDCWD, place) < 0 && (needed || errno != ENOENT))
		die_at(HINT_PROC, CLONE_NEWPID, "mount %s at %s", type, place);
	close(fd);
}

/* An interpreter registered with flag F is opened at once, so where there is a new root, before it
 * hides the caller's. */
static int is_early(const struct plan *plan)
{
	const char *flags = plan->interpreter ? strrchr(plan->interpreter, ':') : NULL;

	return plan->root && flags && strchr(flags, 'F');
}

/* What is registered goes with the last mount: it is done in the one that is then attached. */
static int open_binfmt(const struct plan *plan)
{
	int fd = open_new("binfmt_misc", plan->binfmt);

	if (plan->interpreter && file_write(fd, "register", plan->interpreter) < 0)
		die("register the interpreter '%s'", plan->interpreter);
	return fd;
}

/* In a user namespace the kernel asks for a /proc that is there before it gives another, so this is
 * opened before a new root hides that. */
static void furnish(const struct plan *plan)
{
	int proc = plan->proc ? open_new("proc", plan->proc) : -1;
	int binfmt = plan->binfmt && is_early(plan) ? open_binfmt(plan) : -1;

	enter_root(plan);
	enter_directory(plan->dir);
	if (plan->proc)
		attach_new(proc, "proc", plan->proc, plan->proc_needed);
	if (plan->binfmt)
		attach_new(binfmt < 0 ? open_binfmt(plan) : binfmt, "binfmt_misc", plan->binfmt, 1);
	mnt_end();
}

/* The capabilities that a caller left to be inherited are none of PROG's business. */
static void set_privilege(const struct plan *plan)
{
	if (plan->keep_caps)
		prctl(PR_SET_KEEPCAPS, 1); /* over a change from root to another user */
	become(plan->uid, plan->gid);
	if ((plan->keep_caps ? cap_set_ambient() : cap_clear_inheritable()) < 0)
		die("set the capabilities of PROG");
	if (plan->no_userns && seccomp_deny_user_namespaces() < 0)
		die("forbid user namespaces");
}

void settle(const struct plan *plan, int late, const struct outside *outside)
{
	char names[NSKIND_NAMES];

	if (late && ns_create(late) < 0)
		die_at(HINT_CREATE, late, "create %s", nskind_names(late, names));
	enter_user(plan, outside);
	if (late & CLONE_NEWTIME && ns_enter_time(&plan->clocks) < 0)
		die_at(HINT_CLOCK, CLONE_NEWTIME, "set the clocks of the time namespace");
	set_mounts(plan);
	if (plan->flags & CLONE_NEWNET && link_set_loopback_up() < 0)
		die("bring lo up");
	outside_act(outside);
	furnish(plan);
	set_privilege(plan);
	outside_finish(outside);
}
