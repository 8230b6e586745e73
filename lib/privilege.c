/* SPDX-License-Identifier: ISC */
/* privilege - what PROG is left with */
#include "privilege.h"

#include <errno.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "die.h"
#include "file.h"
#include "hint.h"
#include "proc.h"
#include "seccomp.h"
#include "securebits.h"
#include "toolkit.h"
#include "trace.h"

void privilege_begin(struct privilege *p)
{
	memset(p, 0, sizeof(*p));
	p->account.ids = (struct ids){ IDS_UNSET, IDS_UNSET };
	p->umask = p->rules.fd = -1;
}

void privilege_add_path(struct privilege *p, const char *path, int writable)
{
	struct privilege_path *grown = realloc(p->paths, (p->path_count + 1) * sizeof(*grown));

	if (!grown)
		die("remember %zu paths", p->path_count);
	grown[p->path_count++] = (struct privilege_path){ path, writable };
	p->paths = grown;
}

/* What was named one by one, to be there. */
static uint64_t asked_for(const struct privilege *p)
{
	return p->only.named | p->add.named | p->ambient.named | p->inheritable.named;
}

/* The lists, applied to what is there. */
static uint64_t apply(const struct privilege *p, uint64_t there)
{
	uint64_t left = p->only.given ? capname_all(&p->only) : there;

	left &= ~capname_all(&p->drop);
	left |= capname_all(&p->keep) | capname_all(&p->add) | capname_all(&p->ambient) |
		capname_all(&p->inheritable);
	return left & there;
}

static void check_caps(struct privilege *p)
{
	struct cap_sets *caps = &p->caps;
	uint64_t missing;

	if (cap_read(caps) < 0)
		die("read the own capabilities");
	/* Without the bounding set none survives execve(2). */
	missing = asked_for(p) & ~(caps->permitted & caps->bounding);
	if (missing)
		refuse("capability %s was asked for, and is not here",
		       capname_find(__builtin_ctzll(missing)));
	p->bounding = caps->bounding;
	caps->bounding = apply(p, caps->bounding);
	caps->permitted = caps->effective = apply(p, caps->permitted);
	caps->ambient = capname_all(&p->ambient) & caps->permitted & caps->bounding;
	caps->inheritable = caps->ambient |
			    (capname_all(&p->inheritable) & caps->permitted & caps->bounding);
}

/* What PROG begins with, capabilities(7): root with all, anybody else with what is ambient. */
static uint64_t beginning(const struct privilege *p)
{
	int64_t uid = p->account.ids.uid >= 0 ? p->account.ids.uid : geteuid();
	int bits = securebits_read();

	if (uid || bits < 0 || ((unsigned int)bits | p->securebits) & SECBIT_NOROOT)
		return p->caps.ambient;
	return p->caps.permitted;
}

static void check_filter(struct privilege *p)
{
	int log = !strcmp(p->seccomp, "log");

	if (!log && strcmp(p->seccomp, "default") != 0) {
		if (secfilter_read(&p->filter, p->seccomp) < 0)
			die_at(HINT_FILTER, 0, "read the filter '%s'", p->seccomp);
	} else if (secfilter_write(&p->filter, beginning(p), log) < 0) {
		die("write a filter for this architecture");
	}
}

/* A program of ours that PROG is, or that comes after it, lies outside of this root. */
static int add_program(const char *name, int fd, void *to)
{
	(void)name;
	return landlock_add_fd(to, fd, 0);
}

static void make_rules(struct privilege *p)
{
	if (landlock_open(&p->rules, p->path_count > 0, p->scopes) < 0)
		die("make rules for Landlock");
	for (size_t i = 0; i < p->path_count; i++)
		if (landlock_add(&p->rules, p->paths[i].path, p->paths[i].writable) < 0)
			die("let PROG reach '%s'", p->paths[i].path);
	if (p->path_count && toolkit_each(add_program, &p->rules) < 0)
		die("let PROG be a program of the toolkit");
}

void privilege_check(struct privilege *p)
{
	check_caps(p);
	if (p->path_count || p->scopes)
		make_rules(p);
	if (p->seccomp)
		check_filter(p);
}

static void set_oom_score(const char *score)
{
	int self = proc_open(0);

	if (self < 0 || file_write(self, "oom_score_adj", score) < 0)
		die_at(HINT_LIMIT, 0, "set the OOM score '%s'", score);
	close(self);
}

static void set_limits(const struct privilege *p)
{
	const char *failed;

	if (p->oom_score)
		set_oom_score(p->oom_score);
	if (p->umask >= 0) {
		umask((mode_t)p->umask);
		traced(0, "umask(%03o)", (unsigned int)p->umask);
	}
	if (rlimit_set(&p->limits, &failed) < 0)
		die_at(HINT_LIMIT, 0, "set the resource limit '%s'", failed);
}

/* A change of user takes the permitted capabilities, unless told not to, for once or for ever. */
static void keep_caps(void)
{
	int bits = securebits_read();

	if ((bits < 0 || !(bits & SECBIT_NO_SETUID_FIXUP)) &&
	    traced(prctl(PR_SET_KEEPCAPS, 1), "prctl(SET_KEEPCAPS)") < 0)
		die("keep the capabilities for a new user");
}

/* A change of user forgets which signal tells that the parent has ended (PR_SET_PDEATHSIG), which
 * nsnew(1) relies on. It may have ended meanwhile. */
static void set_account(const struct account *account)
{
	pid_t parent = getppid();
	const char *step;
	int sig = 0;

	prctl(PR_GET_PDEATHSIG, &sig);
	if (account->ids.uid >= 0)
		keep_caps();
	if (account_set(account, &step) < 0)
		die_at(HINT_IDS, 0, "%s", step);
	if (sig && prctl(PR_SET_PDEATHSIG, sig) < 0)
		die("set the signal at the parent's end");
	if (sig && getppid() != parent)
		raise(sig);
}

/* With no_new_privs the bounding set gives nobody anything, and may stay. */
static void shrink_bounding(const struct privilege *p)
{
	if (cap_shrink_bounding(p->bounding, p->caps.bounding) < 0 &&
	    (errno != EPERM || prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1))
		die_at(HINT_GIVE_UP, 0, "take capabilities out of the bounding set");
}

/* Rules and a filter take CAP_SYS_ADMIN or no_new_privs. That stays then until execve(2), with
 * which what is only permitted and effective ends: nothing comes after the filter. */
static void set_caps(const struct privilege *p)
{
	const struct cap_sets *caps = &p->caps;
	uint64_t extra = p->filter.length || p->rules.fd >= 0 ? (uint64_t)1 << CAP_SYS_ADMIN : 0;

	if (cap_raise(caps->inheritable, caps->ambient) < 0)
		die("set the inheritable and ambient capabilities");
	if (p->securebits && securebits_set(p->securebits) < 0)
		die_at(HINT_IDS, 0, "set the securebits");
	shrink_bounding(p);
	if (cap_limit(caps->permitted | extra, caps->effective | extra) < 0)
		die("give up capabilities");
}

static void begin_session(void)
{
	if (traced(setsid(), "setsid()") >= 0)
		return;
	warn("begin a session");
	hint("the leader of a process group can't, as a shell's foreground job is: let a script, "
	     "or nsinit, run it");
	exit(EXIT_SELF);
}

void privilege_set(const struct privilege *p)
{
	if (p->new_session)
		begin_session();
	/* Under a lower limit of descriptors, old kernels wouldn't find them all. */
	file_set_cloexec_from(3);
	set_limits(p);
	if (p->no_new_privs &&
	    traced(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "prctl(SET_NO_NEW_PRIVS)") < 0)
		die("set no_new_privs");
	set_account(&p->account);
	set_caps(p);
	if (p->rules.fd >= 0 && landlock_enter(&p->rules) < 0)
		die_at(HINT_GIVE_UP, 0, "obey the rules of Landlock");
	if (p->filter.length && seccomp_set(p->filter.code, p->filter.length) < 0)
		die_at(HINT_GIVE_UP, 0, "install the filter '%s'", p->seccomp);
}
