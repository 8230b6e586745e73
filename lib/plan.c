/* SPDX-License-Identifier: ISC */
/* plan - what nsnew is asked for */
#include "plan.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cap.h"
#include "die.h"
#include "lease.h"
#include "maps.h"
#include "name.h"
#include "num.h"
#include "sig.h"

/* Asked for by nobody yet; 0 is an answer. */
enum { DEFAULT_PROPAGATION = ~0 };

void plan_begin(struct plan *plan)
{
	plan->propagation = (unsigned long)DEFAULT_PROPAGATION;
	plan->owner_uid = plan->owner_gid = plan->uid = plan->gid = PLAN_STAY;
	plan->cgroup = plan->lease = PLAN_STAY;
	plan->death_signal = SIGKILL;
}

void plan_add_kind(struct plan *plan, const struct nskind *kind, const char *file)
{
	struct stat st;

	plan->flags |= kind->flag;
	if (!file)
		return;
	/* unshare(1) has this name for the namespace; to call the group by it comes naturally. */
	if (kind->flag == CLONE_NEWCGROUP && stat(file, &st) == 0 && S_ISDIR(st.st_mode))
		plan_set_cgroup(plan, file);
	else
		plan->file[kind - nskinds] = file;
}

void plan_set_clock(int64_t *clock, const char *word)
{
	if (num_parse_signed(word, INT64_MAX, clock) < 0)
		die("clock offset '%s'", word);
}

void plan_set_id(int64_t *id, const char *what, const char *word)
{
	uint64_t value;

	if (num_parse(word, UINT32_MAX - 1, &value) < 0)
		die("%s '%s'", what, word);
	*id = (int64_t)value;
}

void plan_set_owner(struct plan *plan, const char *word)
{
	const char *colon = strchr(word, ':');
	char uid[12];

	if (!colon || colon - word >= (int)sizeof(uid))
		refuse("owner '%s' is not of the form UID:GID", word);
	memcpy(uid, word, (size_t)(colon - word));
	uid[colon - word] = '\0';
	plan_set_id(&plan->owner_uid, "owner", uid);
	plan_set_id(&plan->owner_gid, "group of the owner", colon + 1);
}

void plan_set_propagation(struct plan *plan, const char *word)
{
	static const struct {
		const char *word;
		unsigned long how;
	} kinds[] = { { "private", MS_PRIVATE }, { "slave", MS_SLAVE }, { "shared", MS_SHARED },
		      { "unchanged", 0 } };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (!strcmp(kinds[i].word, word)) {
			plan->propagation = kinds[i].how;
			return;
		}
	refuse("propagation '%s' is none of private, slave, shared, unchanged", word);
}

void plan_set_setgroups(struct plan *plan, const char *word)
{
	if (strcmp(word, "allow") && strcmp(word, "deny"))
		refuse("setgroups '%s' is neither allow nor deny", word);
	plan->setgroups = word;
}

/* As in unshare(1): without a place of its own it lies in /proc, which is then to be a new one. */
void plan_set_binfmt(struct plan *plan, const char *dir)
{
	plan->binfmt = dir ? dir : "/proc/sys/fs/binfmt_misc";
	if (!dir && !plan->proc)
		plan->proc = "/proc";
}

void plan_set_cgroup(struct plan *plan, const char *dir)
{
	plan->cgroup = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (plan->cgroup < 0)
		die("open control group '%s'", dir);
	if (faccessat(plan->cgroup, "cgroup.procs", F_OK, 0) < 0)
		refuse("'%s' is not the directory of a control group", dir);
}

void plan_set_lease(struct plan *plan, const char *pid)
{
	uint64_t number = 0;

	if (pid && (num_parse(pid, INT32_MAX, &number) < 0 || !number))
		refuse("lease '%s' is not a process number", pid);
	plan->lease = lease_open((pid_t)number);
	if (plan->lease >= 0)
		return;
	warn(pid ? "lease of process %s" : "lease of the process that runs this%s", pid ? pid : "");
	hint("in a shell, --lease=$$ names the shell");
	_exit(EXIT_SELF);
}

void plan_set_death_signal(struct plan *plan, const char *word)
{
	plan->child = 1;
	plan->death_signal = word ? sig_parse(word) : SIGKILL;
	if (plan->death_signal < 0)
		refuse("signal '%s' is unknown", word);
}

static void refuse_pointless(const struct plan *plan)
{
	if (!plan->flags)
		refuse_usage("no namespace to create: choose kinds by letter, or -a");
	if ((plan->clocks.monotonic || plan->clocks.boottime) && !(plan->flags & CLONE_NEWTIME))
		refuse_usage("clock offsets are for a time namespace: add -T");
	if (plan->propagation != (unsigned long)DEFAULT_PROPAGATION && !(plan->flags & CLONE_NEWNS))
		refuse_usage("--propagation is for a mount namespace: add -m");
	if ((plan->owner_uid >= 0 || plan->setgroups) && !(plan->flags & CLONE_NEWUSER))
		refuse_usage("--%s is for a user namespace: add -U",
			     plan->setgroups ? "setgroups" : "owner");
	if (plan->setgroups && !strcmp(plan->setgroups, "allow") && !cap_is_effective(CAP_SETGID) &&
	    idmap_is_own(&plan->gids, plan->own_gid))
		refuse("--setgroups=allow: a group that is mapped without privilege forbids it");
}

static void refuse_name(const char *name)
{
	if (name && !name_is_valid(name))
		refuse("name '%s': a name has no slash, begins with no dot or dash, is no number, "
		       "and has at most 64 bytes", name);
}

static void refuse_without_hold(const struct plan *plan)
{
	const char *option = plan->id ? "id" : plan->netname ? "netns-name" :
			     plan->pidfile ? "pidfile" :
			     plan->lease >= 0 ? "lease" : NULL;

	if (option && !plan->hold)
		refuse_usage("--%s is for --hold", option);
	if (plan->name && !plan->hold && !plan->child)
		refuse_usage("--name is for a process that nsnew waits for: add --hold, -p or -f");
	refuse_name(plan->name);
	refuse_name(plan->netname);
	if (plan->netname && !(plan->flags & CLONE_NEWNET))
		refuse_usage("--netns-name is for a network namespace: add -n");
}

void plan_end(struct plan *plan, struct maps *maps, int all)
{
	if (all)
		plan->flags |= nskind_all & ~CLONE_NEWUSER;
	if (all && !cap_is_effective(CAP_SYS_ADMIN) && !maps_is_wanted(maps))
		maps_add_root(maps);
	if (plan->interpreter && !plan->binfmt)
		plan_set_binfmt(plan, NULL);
	if (plan->binfmt)
		plan->flags |= CLONE_NEWUSER;
	if (plan->proc || plan->binfmt)
		plan->flags |= CLONE_NEWNS;
	plan->proc_needed = plan->proc != NULL;
	if (maps_is_wanted(maps))
		plan->flags |= CLONE_NEWUSER;
	maps_settle(maps, plan);
	plan->child |= (plan->flags & CLONE_NEWPID) != 0;
	refuse_pointless(plan);
	refuse_without_hold(plan);
	if (plan->propagation == (unsigned long)DEFAULT_PROPAGATION)
		plan->propagation = plan->flags & CLONE_NEWNS ? MS_PRIVATE : 0;
	if (plan->flags & CLONE_NEWNS && plan->flags & CLONE_NEWPID && !plan->proc)
		plan->proc = "/proc";
}
