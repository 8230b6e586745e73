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

#define END { 0, NULL, NULL }

/* By itself, for the linker to leave out what no program asks for; a literal never is. */
#define TEXT(text) (const char[]){ text }

static const char not_yours[] =
	"the target must be yours: its processes your user's, its user namespace made by you";
static const char needs_both[] =
	"a link needs privilege over both network namespaces; an ordinary user has it over two "
	"that one user namespace owns, with --peer";
static const char no_tun[] =
	"load the kernel's module tun, or mknod /dev/net/tun c 10 200";
static const char takes_no_new_privs[] =
	"without root's capabilities that takes --no-new-privs";
static const char image_is_roots[] =
	"only the system's root mounts an image: an ordinary user unpacks it, as unsquashfs "
	"does, and takes the directory";

const struct hint HINT_RUN[] = {
	{ ENOENT, NULL,
	  TEXT("the file is there; its interpreter, named after #!, or its dynamic loader is "
	       "not") },
	{ ENOEXEC, NULL, TEXT("a script begins with a line like #!/bin/sh") },
	END
};

const struct hint HINT_CREATE[] = {
	{ ENOSPC, limit_reached, NULL },
	{ EUSERS, limit_reached, NULL },
	{ EINVAL, kind_missing, NULL },
	{ EPERM, needs_user, NULL },
	{ EPERM, user_forbidden, NULL },
	END
};

const struct hint HINT_CLOCK[] = {
	{ ERANGE, NULL, TEXT("no clock may go below zero, nor beyond 146 years") },
	END
};

const struct hint HINT_ENTER[] = {
	{ EPERM, NULL, not_yours },
	{ EACCES, NULL, not_yours },
	END
};

const struct hint HINT_FORK[] = {
	{ ENOMEM, init_gone, NULL },
	END
};

const struct hint HINT_MAP[] = {
	{ EPERM, map_forbidden, NULL },
	END
};

const struct hint HINT_PIN[] = {
	{ EINVAL, pin_forbidden, NULL },
	{ ELOOP, pin_forbidden, NULL },
	{ EPERM, NULL,
	  TEXT("a namespace is kept by a mount: an ordinary user has to be in a mount namespace of "
	       "one's own for that, as in nsnew -rm -- sh") },
	END
};

const struct hint HINT_MOUNT[] = {
	{ EPERM, NULL,
	  TEXT("mounting needs privilege over this mount namespace: run it under nsnew -m, as an "
	       "ordinary user nsnew -rm") },
	{ EROFS, NULL,
	  TEXT("what is missing in a root that can't be written has no place to mount on: make it "
	       "before, or add --overlay") },
	END
};

const struct hint HINT_IMAGE[] = {
	{ EPERM, NULL, image_is_roots },
	{ EACCES, NULL, image_is_roots },
	END
};

const struct hint HINT_PRIVATE[] = {
	{ EINVAL, NULL, TEXT("the root directory here, as in a chroot, is not a mount point") },
	END
};

const struct hint HINT_PROC[] = {
	{ EPERM, NULL,
	  TEXT("in a user namespace a new /proc must hide nothing less than the one that is here: "
	       "it is masked, covered or missing") },
	END
};

const struct hint HINT_NAME[] = {
	{ EPERM, NULL,
	  TEXT("the UTS namespace isn't yours: run it under nsnew -u, as an ordinary user "
	       "nsnew -ru") },
	END
};

const struct hint HINT_LINK[] = {
	{ EPERM, NULL, needs_both },
	{ EOPNOTSUPP, NULL, TEXT("this kernel is built without it, or its module isn't there") },
	{ EBUSY, NULL, TEXT("one that is a port of a bridge, or shared by passthru, takes none") },
	END
};

const struct hint HINT_TUN[] = {
	{ ENOENT, NULL, no_tun },
	{ ENODEV, NULL, no_tun },
	{ EACCES, NULL, TEXT("the system lets only some users open /dev/net/tun") },
	END
};

const struct hint HINT_UNLINK[] = {
	{ EPERM, NULL, needs_both },
	{ EOPNOTSUPP, NULL,
	  TEXT("only virtual interfaces are deleted; --return takes back what --move brought") },
	END
};

const struct hint HINT_LIMIT[] = {
	{ EPERM, NULL, TEXT("that takes CAP_SYS_RESOURCE, and of the whole system") },
	END
};

const struct hint HINT_GIVE_UP[] = {
	{ EACCES, NULL, takes_no_new_privs },
	{ EPERM, NULL, takes_no_new_privs },
	END
};

void hint_for(const struct hint *step, int flags)
{
	int saved = errno;

	for (; step->error; step++) {
		if (step->error != saved)
			continue;
		if (step->text)
			hint("%s", step->text);
		if (step->text || step->rule(flags))
			break;
	}
	errno = saved;
}

void die_at(const struct hint *step, int flags, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vwarn(format, args);
	va_end(args);
	hint_for(step, flags);
	exit(EXIT_SELF);
}
