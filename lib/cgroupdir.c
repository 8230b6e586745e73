/* SPDX-License-Identifier: ISC */
/* cgroupdir - the directories of a control group that has a name */
#include "cgroupdir.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cgroupbase.h"
#include "cgroupfs.h"
#include "cgroupwhere.h"
#include "file.h"
#include "mountinfo.h"
#include "trace.h"

enum { TEXT_MAX = 32768, DIRECTORY = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC };

const char *cgroupdir_controller(int controller, int version)
{
	static const char *const names[CGROUPDIR_ALL] = {
		"memory", "pids", "cpu", "cpuset", "io", "cpuacct", "freezer",
	};

	return version == 1 && controller == CGROUPDIR_IO ? "blkio" : names[controller];
}

int cgroupdir_is_name(const char *name)
{
	if (strlen(name) >= CGROUPDIR_NAME - sizeof("nskit-"))
		return 0;
	for (;; name++) {
		size_t length = strcspn(name, "/");

		if (!isalnum((unsigned char)*name))
			return 0;
		for (; length; name++, length--)
			if (!isalnum((unsigned char)*name) && !strchr("._-", *name))
				return 0;
		if (!*name)
			return 1;
	}
}

/* Of version 1 those with a controller of use; 0: none. */
static int read_has(const struct cgroupfs_entry *entry)
{
	int has = 0;

	for (int i = 0; i < CGROUPDIR_ALL; i++)
		if (cgroupfs_has(entry->controllers, cgroupdir_controller(i, 1), ','))
			has |= 1 << i;
	return has;
}

/* Not all that is in use is mounted where we see it. */
static void add_own(struct cgroupdirs *dirs, const char *mounts,
		    const struct cgroupfs_entry *entry)
{
	struct cgroupdir *one = &dirs->list[dirs->count];
	int version = *entry->controllers ? 1 : 2, has = version == 1 ? read_has(entry) : 0;

	if (dirs->count == CGROUPDIR_MAX || (version == 1 && !has))
		return;
	*one = (struct cgroupdir){ .version = version, .has = has, .base = -1, .dir = -1 };
	one->own = cgroupfs_open(mounts, entry);
	if (one->own >= 0)
		dirs->count++;
}

/* Beside a freezer of version 1 that is ours, a version 2 without controllers limits nothing and
 * ends nothing that isn't ended without it, and who enters it waits for an RCU grace period, 8 to
 * 20 ms. It comes last. */
static void leave_out_idle(struct cgroupdirs *dirs)
{
	struct cgroupdir *last = &dirs->list[dirs->count - 1];
	const struct cgroupdir *freezer = cgroupdir_with(dirs, CGROUPDIR_FREEZER);

	if (!freezer || !cgroupbase_is_ours(freezer->own) || last->version == 1 ||
	    cgroupbase_read_controllers(last->own, "cgroup.controllers"))
		return;
	close(last->own);
	dirs->count--;
}

int cgroupdir_open(struct cgroupdirs *dirs, int procdir)
{
	char text[TEXT_MAX], *rest = text, *mounts = mountinfo_read();
	struct cgroupfs_entry entry;

	dirs->count = 0;
	why_fail(dirs->step, "read the control groups");
	if (!mounts || file_read(procdir, "cgroup", text, sizeof(text)) < 0) {
		free(mounts);
		return -1;
	}
	while (cgroupfs_next(&rest, &entry))
		add_own(dirs, mounts, &entry);
	free(mounts);
	leave_out_idle(dirs);
	errno = ENOENT;
	return dirs->count ? 0 : why_fail(dirs->step, "find a mounted hierarchy of control groups");
}

void cgroupdir_close(struct cgroupdirs *dirs)
{
	while (dirs->count) {
		struct cgroupdir *one = &dirs->list[--dirs->count];

		file_close(one->own, 0);
		file_close(one->base, 0);
		file_close(one->dir, 0);
	}
}

/* Open `path` below the own group or the nearest above that has it, as a group of ours, and tell in
 * `at` which that is, unless it is NULL. -1 with errno ENOENT, ENOTDIR. */
static int open_upwards(int own, const char *path, int *at)
{
	int dir = fcntl(own, F_DUPFD_CLOEXEC, 3), found, above;

	while (dir >= 0) {
		found = openat(dir, path, DIRECTORY);
		if (found < 0 ? errno != ENOENT : cgroupbase_is_ours(found)) {
			if (at && found >= 0)
				*at = dir;
			else
				file_close(dir, 0);
			return found;
		}
		file_close(found, 0);
		above = cgroupbase_open_parent(dir);
		close(dir);
		dir = above;
	}
	errno = ENOENT;
	return -1;
}

/* Find one hierarchy's, or its base: the group that it is to be in, or the nearest that can have
 * others in it. */
static int find(struct cgroupdir *one, const char *outer, const char *name)
{
	if (*outer) {
		one->base = open_upwards(one->own, outer, NULL);
		one->error = one->base < 0 ? errno : 0;
		one->dir = one->base < 0 ? -1 : openat(one->base, name, DIRECTORY);
	} else {
		one->dir = open_upwards(one->own, name, &one->base);
	}
	if (one->dir < 0 && errno != ENOENT)
		return -1;
	if (one->dir < 0 && !*outer) {
		one->base = cgroupbase_open(one->own, one->version);
		one->error = one->base < 0 ? errno : 0;
	}
	if (one->version == 2)
		one->has = cgroupbase_read_controllers(one->base >= 0 ? one->base : one->own,
						       "cgroup.controllers");
	return one->dir >= 0;
}

int cgroupdir_find(struct cgroupdirs *dirs, const char *name)
{
	char outer[CGROUPDIR_NAME];
	int found = 0, bases = 0;
	char *slash;

	snprintf(dirs->name, sizeof(dirs->name), "%s", name);
	snprintf(outer, sizeof(outer), "nskit-%s", name);
	slash = strrchr(outer, '/');
	snprintf(dirs->leaf, sizeof(dirs->leaf), "%s", slash ? slash + 1 : outer);
	*(slash ? slash : outer) = '\0';
	for (int i = 0; i < dirs->count; i++) {
		struct cgroupdir *one = &dirs->list[i];

		file_close(one->base, 0);
		file_close(one->dir, 0);
		one->base = one->dir = -1;
		switch (find(one, outer, dirs->leaf)) {
		case -1: return why_fail(dirs->step, "open group '%s'", name);
		case 1: found++;
		}
		bases += one->base >= 0;
	}
	if (found && found < dirs->count && !*outer)
		found += cgroupwhere_find(dirs);
	errno = ENOENT;
	if (*outer && !bases)
		return why_fail(dirs->step, "find group '%s', for '%s' in it", outer + 6,
				dirs->leaf);
	return found;
}

void cgroupdir_take_own(struct cgroupdirs *dirs)
{
	for (int i = 0; i < dirs->count; i++) {
		struct cgroupdir *one = &dirs->list[i];

		one->dir = fcntl(one->own, F_DUPFD_CLOEXEC, 3);
		if (one->version == 2)
			one->has = cgroupbase_read_controllers(one->own, "cgroup.controllers");
	}
}

/* A group of version 1 takes no process before it has these, which it doesn't inherit. */
static int fill_cpuset(int base, int dir)
{
	static const char *const files[] = { "cpuset.cpus", "cpuset.mems" };
	char text[1024];

	for (int i = 0; i < 2; i++)
		if (file_read(base, files[i], text, sizeof(text)) < 0 ||
		    file_write(dir, files[i], text) < 0)
			return -1;
	return 0;
}

/* Whoever makes it in the first hierarchy makes it in all. */
static int make(struct cgroupdirs *dirs, struct cgroupdir *one, int first)
{
	int made = mkdirat(one->base, dirs->leaf, 0755);

	if (made < 0 && (errno != EEXIST || first))
		return traced(-1, "mkdir(%s)", dirs->leaf);
	one->made = traced(made, "mkdir(%s)", dirs->leaf) == 0;
	one->dir = openat(one->base, dirs->leaf, DIRECTORY);
	if (one->dir >= 0 && one->made && dirs->lock) {
		flock(one->dir, LOCK_EX);
		dirs->lock = 0;
	}
	if (one->dir < 0 || !one->made || one->version != 1 || !(one->has & 1 << CGROUPDIR_CPUSET))
		return one->dir < 0 ? -1 : 0;
	return fill_cpuset(one->base, one->dir);
}

static int is_forbidden(int error)
{
	return error == EACCES || error == EPERM || error == EROFS;
}

static int fail_to_make(struct cgroupdirs *dirs)
{
	int saved = errno;

	for (int i = 0; i < dirs->count; i++)
		if (dirs->list[i].made)
			unlinkat(dirs->list[i].base, dirs->leaf, AT_REMOVEDIR);
	errno = saved;
	return why_fail(dirs->step, "make group '%s'", dirs->name);
}

int cgroupdir_make(struct cgroupdirs *dirs)
{
	int there = 0, error = EACCES;

	for (int i = 0; i < dirs->count; i++) {
		struct cgroupdir *one = &dirs->list[i];

		if (one->dir < 0 && one->base >= 0 && make(dirs, one, !there) < 0) {
			one->error = errno;
			if (!is_forbidden(errno))
				return fail_to_make(dirs);
		}
		there += one->dir >= 0;
		error = one->error ? one->error : error;
	}
	errno = error;
	if (!there)
		return fail_to_make(dirs);
	cgroupwhere_write(dirs);
	return 0;
}

int cgroupdir_open_made(struct cgroupdirs *dirs)
{
	for (int i = 0; i < dirs->count; i++) {
		struct cgroupdir *one = &dirs->list[i];

		if (one->made && one->dir < 0)
			one->dir = openat(one->base, dirs->leaf, DIRECTORY);
		if (one->made && one->dir < 0)
			return why_fail(dirs->step, "open group '%s'", dirs->name);
	}
	return 0;
}
