/* SPDX-License-Identifier: ISC */
/* hintrule - hints that depend on what the system is like */
#include "hintrule.h"

#include <fcntl.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "die.h"
#include "file.h"
#include "nskind.h"
#include "num.h"
#include "why.h"

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
int hintrule_limit_reached(int flags)
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

int hintrule_kind_missing(int flags)
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

int hintrule_needs_user(int flags)
{
	if (flags & CLONE_NEWUSER)
		return 0;
	hint("only root may do this; an ordinary user adds -r, to be root in a user namespace of "
	     "one's own");
	return 1;
}

int hintrule_user_forbidden(int flags)
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

int hintrule_map_forbidden(int flags)
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

int hintrule_init_gone(int flags)
{
	if (!(flags & CLONE_NEWPID))
		return 0;
	hint("the pid namespace is dead: its process 1 has ended, and it takes no other");
	return 1;
}

int hintrule_pin_forbidden(int flags)
{
	if (!(flags & CLONE_NEWNS))
		return 0;
	hint("a mount namespace can be bound only where the mount is private, and in a mount "
	     "namespace that is older");
	return 1;
}

/* Of a limit we have said why. */
int hintrule_group_divided(int flags)
{
	(void)flags;
	if (!*why_text())
		hint("in version 2 a group with processes of its own can't divide what it has: "
		     "make an outer group without PROG, and name this one OUTER/NAME");
	return 1;
}

/* As narrow as container engines call it: by default the container would reach the ports that are
 * open on our loopback, and everybody those that the container opens. */
int hintrule_needs_pasta(int pid)
{
	hint("without privilege here, pasta(1) connects it to where this network leads: "
	     "pasta --config-net --no-map-gw -t none -u none -T none -U none %d", pid);
	return 1;
}
