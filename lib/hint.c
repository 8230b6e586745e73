/* SPDX-License-Identifier: ISC */
/* hint - where errno misleads, one more line */
#include "hint.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>

#include "die.h"
#include "hintrule.h"

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
static const char group_not_yours[] =
	"a group is made by root, or where the system has left that to you: systemd-run --user "
	"--scope -- nscgroup ...";
static const char more_resource[] = "that takes CAP_SYS_RESOURCE, and of the whole system";
static const char no_filter[] =
	"it is default, log, or the path of a compiled filter, as seccomp_export_bpf(3) writes it";
static const char takes_no_new_privs[] =
	"without root's capabilities that takes --no-new-privs";
static const char image_is_roots[] =
	"only the system's root mounts an image: an ordinary user unpacks it, as unsquashfs "
	"does, and takes the directory";

const struct hint HINT_RUN[] = {
	{ ENOENT, NULL,
	  TEXT("the file is there; its interpreter, named after #!, or its dynamic loader is "
	       "not") },
	{ EACCES, NULL,
	  TEXT("the file is there, and it, its interpreter or loader may not be executed by this "
	       "user, or lies outside the paths that nscap --fs-ro leaves") },
	{ ENOEXEC, NULL, TEXT("a script begins with a line like #!/bin/sh") },
	END
};

const struct hint HINT_CREATE[] = {
	{ ENOSPC, hintrule_limit_reached, NULL },
	{ EUSERS, hintrule_limit_reached, NULL },
	{ EINVAL, hintrule_kind_missing, NULL },
	{ EPERM, hintrule_needs_user, NULL },
	{ EPERM, hintrule_user_forbidden, NULL },
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
	{ ENOMEM, hintrule_init_gone, NULL },
	END
};

const struct hint HINT_MAP[] = {
	{ EPERM, hintrule_map_forbidden, NULL },
	END
};

const struct hint HINT_PIN[] = {
	{ EINVAL, hintrule_pin_forbidden, NULL },
	{ ELOOP, hintrule_pin_forbidden, NULL },
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

const struct hint HINT_LINK_HERE[] = {
	{ EPERM, hintrule_needs_pasta, NULL },
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
	{ EPERM, NULL, more_resource },
	{ EACCES, NULL, more_resource },
	END
};

const struct hint HINT_IDS[] = {
	{ EPERM, NULL,
	  TEXT("that takes capabilities of root, be it in a user namespace as nsnew -r makes "
	       "one") },
	{ EINVAL, NULL, TEXT("nsnew -r --map-auto maps more ids than one") },
	END
};

const struct hint HINT_CAPS[] = {
	{ EINVAL, NULL,
	  TEXT("a capability goes by its name, as net_raw, or its number; all, none and default "
	       "are many; nscap --decode 1ffffffffff lists them") },
	END
};

const struct hint HINT_SECUREBITS[] = {
	{ EINVAL, NULL,
	  TEXT("they are noroot, no_setuid_fixup, no_cap_ambient_raise, each also with _locked, "
	       "keep_caps_locked, and all") },
	END
};

const struct hint HINT_RESOURCES[] = {
	{ EINVAL, NULL,
	  TEXT("it is NAME=SOFT or NAME=SOFT:HARD, as nofile=64:1024 or core=unlimited, SOFT not "
	       "above HARD; nscap --show lists the names") },
	END
};

const struct hint HINT_FILTER[] = {
	{ ENOENT, NULL, no_filter },
	{ EINVAL, NULL, no_filter },
	END
};

const struct hint HINT_GROUP[] = {
	{ EACCES, NULL, group_not_yours },
	{ EPERM, NULL, group_not_yours },
	{ EROFS, NULL, group_not_yours },
	{ EBUSY, hintrule_group_divided, NULL },
	{ ENOTSUP, NULL,
	  TEXT("no hierarchy of version 1 that is mounted has that controller, and the group of "
	       "version 2 hasn't got it from the one above: /proc/cgroups, cgroup.controllers") },
	{ ENOSYS, NULL, TEXT("the kernel was built or booted without that") },
	{ ENOENT, NULL,
	  TEXT("a group is looked for where the own ones are and above, in the hierarchies that "
	       "are mounted here; without an action, nscgroup NAME makes it") },
	{ EDEADLK, NULL, TEXT("this program is in the group itself") },
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
