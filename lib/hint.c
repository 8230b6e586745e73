/* SPDX-License-Identifier: ISC */
/* hint - where errno misleads, one more line */
#include "hint.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "die.h"
#include "file.h"
#include "kernel.h"
#include "ns.h"
#include "nskind.h"
#include "num.h"
#include "why.h"

/* A rule looks at the system, says its line and returns 1, or returns 0: not my case. */
typedef int rule(int flags);

/* The value of /proc/sys/NAME, or `otherwise` where there is no such switch. */
static uint64_t sysctl(const char *name, uint64_t otherwise)
{
	char path[96], text[32];
	uint64_t value;

	snprintf(path, sizeof(path), "/proc/sys/%s", name);
	if (file_read(AT_FDCWD, path, text, sizeof(text)) <= 0)
		return otherwise;
	text[strcspn(text, "\n")] = '\0';
	return num_parse(text, UINT64_MAX, &value) < 0 ? otherwise : value;
}

/* The limits are kept for each user in each user namespace on the way up; we see only ours. */
static int limit_reached(int flags)
{
	const struct nskind *lowest = NULL;
	uint64_t least = 10000;

	for (const struct nskind *kind = nskinds; kind < nskinds + NSKIND_COUNT; kind++) {
		char name[40];
		uint64_t limit;

		if (!(flags & kind->flag))
			continue;
		snprintf(name, sizeof(name), "user/%s", kind->limit);
		limit = sysctl(name, least);
		if (limit < least) {
			least = limit;
			lowest = kind;
		}
	}
	if (lowest)
		hint("user.%s is %llu here", lowest->limit, (unsigned long long)least);
	else
		hint("a limit user.max_*_namespaces of this user namespace or one above it is "
		     "reached, or the nesting is 32 deep");
	return 1;
}

static int kind_missing(int flags)
{
	for (const struct nskind *kind = nskinds; kind < nskinds + NSKIND_COUNT; kind++) {
		char path[40];

		snprintf(path, sizeof(path), "/proc/self/ns/%s", kind->name);
		if ((flags & kind->flag) && access(path, F_OK) < 0) {
			hint("this kernel has no %s namespaces (Linux %s, if configured)",
			     kind->name, kind->since);
			return 1;
		}
	}
	return 0;
}

static int needs_user(int flags)
{
	if (flags & CLONE_NEWUSER)
		return 0;
	hint("only root may do this; an ordinary user adds -r, to be root in a user namespace of "
	     "one's own");
	return 1;
}

static int user_forbidden(int flags)
{
	(void)flags;
	if (!sysctl("kernel/unprivileged_userns_clone", 1))
		hint("kernel.unprivileged_userns_clone is 0: the system lets only root make user "
		     "namespaces");
	else if (sysctl("kernel/apparmor_restrict_unprivileged_userns", 0))
		hint("kernel.apparmor_restrict_unprivileged_userns is 1: AppArmor needs a profile "
		     "for this program that allows userns");
	else
		hint("not in a chroot, and not for an id that this user namespace doesn't map");
	return 1;
}

static int map_forbidden(int flags)
{
	(void)flags;
	if (sysctl("kernel/apparmor_restrict_unprivileged_userns", 0))
		hint("kernel.apparmor_restrict_unprivileged_userns is 1: AppArmor took the new "
		     "user namespace's privilege away");
	else
		hint("an ordinary user maps the own uid and gid, and what /etc/subuid and "
		     "/etc/subgid give");
	return 1;
}

static int init_gone(int flags)
{
	if (!(flags & CLONE_NEWPID))
		return 0;
	hint("the pid namespace is dead: its process 1 has ended, and it takes no other");
	return 1;
}

static int pin_forbidden(int flags)
{
	if (!(flags & CLONE_NEWNS))
		return 0;
	hint("a mount namespace can be bound only where the mount is private, and in a mount "
	     "namespace that is older");
	return 1;
}

/* Of a limit we have said why. */
static int group_divided(int flags)
{
	(void)flags;
	if (!*why_text())
		hint("in version 2 a group with processes of its own can't divide what it has: "
		     "make an outer group without PROG, and name this one OUTER/NAME");
	return 1;
}

static const struct {
	enum hint_step step;
	int error;
	rule *rule;
} rules[] = {
	{ HINT_CREATE, ENOSPC, limit_reached },
	{ HINT_CREATE, EUSERS, limit_reached },
	{ HINT_CREATE, EINVAL, kind_missing },
	{ HINT_CREATE, EPERM, needs_user },
	{ HINT_CREATE, EPERM, user_forbidden },
	{ HINT_MAP, EPERM, map_forbidden },
	{ HINT_PIN, EINVAL, pin_forbidden },
	{ HINT_PIN, ELOOP, pin_forbidden },
	{ HINT_FORK, ENOMEM, init_gone },
	{ HINT_GROUP, EBUSY, group_divided },
};

#define NOT_YOURS \
	"the target must be yours: its processes your user's, its user namespace made by you"
#define IMAGE_IS_ROOTS \
	"only the system's root mounts an image: an ordinary user unpacks it, as unsquashfs " \
	"does, and takes the directory"

#define GROUP_NOT_YOURS \
	"a group is made by root, or where the system has left that to you: systemd-run --user " \
	"--scope -- nscgroup ..."

/* Where nothing is to be looked at. */
static const struct {
	enum hint_step step;
	int error;
	const char *text;
} texts[] = {
	{ HINT_CLOCK, ERANGE, "no clock may go below zero, nor beyond 146 years" },
	{ HINT_ENTER, EPERM, NOT_YOURS },
	{ HINT_ENTER, EACCES, NOT_YOURS },
	{ HINT_MOUNT, EPERM,
	  "mounting needs privilege over this mount namespace: run it under nsnew -m, as an "
	  "ordinary user nsnew -rm" },
	{ HINT_IMAGE, EPERM, IMAGE_IS_ROOTS },
	{ HINT_IMAGE, EACCES, IMAGE_IS_ROOTS },
	{ HINT_MOUNT, EROFS,
	  "what is missing in a root that can't be written has no place to mount on: make it "
	  "before, or add --overlay" },
	{ HINT_PIN, EPERM,
	  "a namespace is kept by a mount: an ordinary user has to be in a mount namespace of "
	  "one's own for that, as in nsnew -rm -- sh" },
	{ HINT_PRIVATE, EINVAL, "the root directory here, as in a chroot, is not a mount point" },
	{ HINT_PROC, EPERM,
	  "in a user namespace a new /proc must hide nothing less than the one that is here: it "
	  "is masked, covered or missing" },
	{ HINT_RUN, ENOENT,
	  "the file is there; its interpreter, named after #!, or its dynamic loader is not" },
	{ HINT_RUN, ENOEXEC, "a script begins with a line like #!/bin/sh" },
	{ HINT_NAME, EPERM,
	  "the UTS namespace isn't yours: run it under nsnew -u, as an ordinary user nsnew -ru" },
	{ HINT_LINK, EPERM,
	  "a link needs privilege over both network namespaces; an ordinary user has it over "
	  "two that one user namespace owns, with --peer" },
	{ HINT_LIMIT, EPERM, "that takes CAP_SYS_RESOURCE, and of the whole system" },
	{ HINT_GROUP, EACCES, GROUP_NOT_YOURS },
	{ HINT_GROUP, EPERM, GROUP_NOT_YOURS },
	{ HINT_GROUP, EROFS, GROUP_NOT_YOURS },
	{ HINT_GROUP, ENOTSUP,
	  "no hierarchy of version 1 that is mounted has that controller, and the group of version "
	  "2 hasn't got it from the one above: /proc/cgroups, cgroup.controllers" },
	{ HINT_GROUP, ENOSYS, "the kernel was built or booted without that" },
	{ HINT_GROUP, ENOENT,
	  "a group is looked for where the own ones are and above, in the hierarchies that are "
	  "mounted here; without an action, nscgroup NAME makes it" },
	{ HINT_GROUP, EDEADLK, "this program is in the group itself" },
	{ HINT_GIVE_UP, EACCES, "without root's capabilities that takes --no-new-privs" },
	{ HINT_GIVE_UP, EPERM, "without root's capabilities that takes --no-new-privs" },
};

void hint_for(enum hint_step step, int flags)
{
	int saved = errno;

	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (rules[i].step == step && rules[i].error == saved && rules[i].rule(flags))
			break;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (texts[i].step == step && texts[i].error == saved)
			hint("%s", texts[i].text);
	errno = saved;
}

void die_at(enum hint_step step, int flags, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vwarn(format, args);
	va_end(args);
	hint_for(step, flags);
	exit(EXIT_SELF);
}
