/* SPDX-License-Identifier: ISC */
/* join - the way of nsjoin into a container */
#include "join.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "chain.h"
#include "die.h"
#include "env.h"
#include "file.h"
#include "hint.h"
#include "pick.h"
#include "proc.h"
#include "toolkit.h"
#include "why.h"

/* The handle, or without one a target that is made of the files. */
static void open_target(struct join *join)
{
	const char *last = NULL;

	for (int i = 0; i < NSKIND_COUNT; i++)
		last = join->files[i] ? join->files[i] : last;
	if (join->handle) {
		target_open(&join->target, join->handle);
		return;
	}
	if (!last)
		refuse_usage("missing -t HANDLE: whose namespaces to enter");
	handle_begin(&join->target.handle);
	strncpy(join->target.word, last, sizeof(join->target.word) - 1);
}

/* Kinds that come from elsewhere than the target's own. */
static void pick(struct join *join)
{
	struct handle *handle = &join->target.handle;
	const char *word = join->target.word;

	for (int i = 0; i < NSKIND_COUNT; i++)
		if (join->files[i] && pick_file(handle, nskinds[i].flag, join->files[i]) < 0)
			die("open %s namespace '%s'", nskinds[i].name, join->files[i]);
	if (join->socket >= 0) {
		join->kinds |= CLONE_NEWNET;
		if (handle->pidfd < 0)
			refuse_usage("-N is for a process: '%s' is none", word);
		if (pick_socket(handle, join->socket) < 0)
			die("open the network namespace of socket %d of '%s'", join->socket, word);
	}
	if (join->for_children) {
		int flags = join->kinds && !join->all ? join->kinds : nskind_all;

		if (handle->pidfd < 0)
			refuse_usage("--for-children is for a process: '%s' is none", word);
		if (pick_children(handle, flags) < 0)
			die("open the namespaces of the children of '%s'", word);
	}
}

/* The kinds to enter: those asked for, or all. What is ours already needs no entering, and the
 * kernel refuses to enter one's own user namespace again. */
static void choose(struct join *join)
{
	struct handle *handle = &join->target.handle;
	int asked = join->kinds, all = join->all || !asked, has = handle_find_kinds(handle);
	int differing = handle_find_differing(handle);
	char names[NSKIND_NAMES];

	if (differing < 0)
		die_at(HINT_ENTER, 0, "read the namespaces of '%s'", join->target.word);
	if (asked & ~has)
		refuse("'%s' has no %s to enter", join->target.word,
		       nskind_names(asked & ~has, names));
	join->kinds = all ? differing : differing & asked;
	if (!join->user_parent)
		return;
	if (pick_owner(handle, all ? differing : asked) < 0)
		die("open the user namespace above those of '%s'", join->target.word);
	differing = handle_find_differing(handle);
	join->kinds = (join->kinds & ~CLONE_NEWUSER) | (differing & CLONE_NEWUSER);
}

/* A directory of the caller, or a link in the target's /proc/PID. One of a process that may not be
 * looked at is no reason to fail, unless it was asked for. */
static int open_place(const struct join *join, const struct join_dir *dir, const char *link)
{
	int procdir = join->target.handle.procdir, fd;

	if (dir->given && !dir->path && procdir < 0)
		refuse_usage("no process to take the %s directory from", link);
	if (!dir->given && (procdir < 0 || !(join->kinds & CLONE_NEWNS)))
		return -1;
	fd = dir->path ? place_open(AT_FDCWD, dir->path) : place_open(procdir, link);
	if (fd < 0 && dir->path)
		die("open directory '%s'", dir->path);
	if (fd < 0 && dir->given)
		die("open the %s directory of '%s'", link, join->target.word);
	return fd;
}

static void open_places(struct join *join)
{
	static char here[PATH_MAX];
	struct place *place = &join->place;

	place->root = open_place(join, &join->root, "root");
	/* The target's working directory is none below another root. */
	if (join->wd.given || !join->root.path)
		place->cwd = open_place(join, &join->wd, "cwd");
	place->chosen = join->wd.path != NULL;
	if (!join->wdns.given)
		return;
	place->inside = join->wdns.path;
	if (!place->inside && !(place->inside = getcwd(here, sizeof(here))))
		die("read the working directory");
}

/* What only a process has, whose directory `procdir` is. */
static void open_process(struct join *join, int procdir)
{
	const char *word = join->target.word;
	struct confine *confine = &join->confine;

	/* By default with everything else, where it may be. */
	if ((join->cgroup.must || join->as_target || join->all) &&
	    cgroup_open(&join->cgroup, procdir) < 0)
		die("open the control group of '%s'", word);
	if (join->env && env_set(procdir, TOOLKIT_VARIABLE) < 0)
		die("read the environment of '%s'", word);
	if (!join->as_target)
		return;
	if (confine_read(confine, procdir) < 0 || confine_raise_oom(procdir) < 0)
		die("read what '%s' may do", word);
	if (confine->filtered && filter_read(join->target.handle.pid, join->target.handle.pidfd,
					     &confine->filters) < 0)
		warn("read the seccomp filters of '%s', which PROG will not have", word);
}

static void follow_context(const struct join *join, int procdir)
{
	int self = proc_open(0), result;
	char systems[8192], context[4096];

	if (self < 0 || file_read(AT_FDCWD, "/proc/filesystems", systems, sizeof(systems)) < 0 ||
	    !strstr(systems, "\tselinuxfs\n"))
		refuse("this kernel has no SELinux, whose context -Z would follow");
	result = (int)file_read(procdir, "attr/current", context, sizeof(context));
	if (result < 0 || file_write(self, "attr/exec", context) < 0)
		die("follow the SELinux context of '%s'", join->target.word);
	close(self);
}

void join_open(struct join *join)
{
	int procdir;

	open_target(join);
	procdir = join->target.handle.procdir;
	join->all |= !join->kinds && join->socket < 0;
	pick(join);
	choose(join);
	if (procdir < 0 && (join->cgroup.must || join->env || join->as_target || join->context ||
			    join->ids.uid == IDS_FOLLOW || join->ids.gid == IDS_FOLLOW))
		refuse_usage("'%s' is no process to take anything else from", join->target.word);
	open_places(join);
	if (procdir >= 0)
		open_process(join, procdir);
	if (join->context)
		follow_context(join, procdir);
	target_replace_stdin(&join->target);
	if (join->tty && pty_begin(&join->pty) < 0)
		die("set a guard for the terminal");
}

/* Who PROG is, in the namespaces that were entered. */
static void set_ids(struct join *join)
{
	struct ids *ids = &join->ids;

	if (join->as_target && ids->uid == IDS_UNSET)
		ids->uid = IDS_FOLLOW;
	if (join->as_target && ids->gid == IDS_UNSET)
		ids->gid = IDS_FOLLOW;
	if (ids_follow(ids, join->target.handle.procdir, join->as_target) < 0)
		die("read who '%s' is", join->target.word);
	if (join->keep_caps || join->as_target)
		prctl(PR_SET_KEEPCAPS, 1);
	if (ids_set_gid(ids, join->as_target) < 0)
		die("become group %lld", (long long)ids->gid);
	if (ids_set_uid(ids) < 0)
		die("become user %lld", (long long)ids->uid);
}

void join_enter(struct join *join)
{
	int outside;

	if (join->preserve)
		target_enter_as_is(&join->target, join->kinds);
	else
		target_enter(&join->target, join->kinds);
	outside = place_enter(&join->place);
	if (outside < 0)
		die("%s", join->place.step);
	if (outside)
		hint("'%s' lies outside of PROG's root directory, and leads to the caller's files",
		     join->wd.path);
	if (join->tty && pty_open(&join->pty) < 0)
		die("make a terminal for PROG");
	set_ids(join);
	file_close(join->place.root, 0);
	file_close(join->place.cwd, 0);
	handle_close(&join->target.handle);
}

void join_become(struct join *join, char **prog)
{
	const char *step = "clear the inheritable capabilities";
	int result;

	if (cgroup_enter(&join->cgroup) < 0)
		die("enter the control group of '%s'", join->target.word);
	if (join->as_target)
		result = confine_set(&join->confine, &step);
	else if (join->keep_caps)
		result = cap_set_ambient();
	else
		result = cap_clear_inheritable();
	if (result < 0)
		die("%s", step);
	chain_exec(prog);
}
