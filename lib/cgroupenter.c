/* SPDX-License-Identifier: ISC */
/* cgroupenter - processes into a group, and controllers for it; part of cgroupdir.h */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cgroupbase.h"
#include "cgroupfs.h"
#include "file.h"

struct cgroupdir *cgroupdir_with(struct cgroupdirs *dirs, int controller)
{
	for (int i = 0; i < dirs->count; i++)
		if (dirs->list[i].has & 1 << controller)
			return &dirs->list[i];
	return NULL;
}

struct cgroupdir *cgroupdir_unified(struct cgroupdirs *dirs)
{
	for (int i = 0; i < dirs->count; i++)
		if (dirs->list[i].version == 2 && dirs->list[i].dir >= 0)
			return &dirs->list[i];
	return NULL;
}

static int enter(const struct cgroupdir *one, pid_t pid)
{
	char text[16];

	if (one->dir < 0)
		return 0;
	snprintf(text, sizeof(text), "%d", (int)pid);
	return pid ? file_write(one->dir, "cgroup.procs", text) : cgroupfs_enter(one->dir);
}

int cgroupdir_enter(struct cgroupdirs *dirs, pid_t pid)
{
	int at = 0;

	while (at < dirs->count && enter(&dirs->list[at], pid) == 0)
		at++;
	if (at == dirs->count)
		return 0;
	why_fail(dirs->step, "enter group '%s'", dirs->name);
	if (!pid)
		cgroupdir_leave(dirs);
	return -1;
}

void cgroupdir_leave(const struct cgroupdirs *dirs)
{
	int saved = errno;

	for (int i = 0; i < dirs->count; i++)
		cgroupfs_enter(dirs->list[i].own);
	errno = saved;
}

static int switch_controller(const struct cgroupdir *one, char sign, int controller)
{
	char text[16];

	snprintf(text, sizeof(text), "%c%s", sign, cgroupdir_controller(controller, 2));
	return file_write(one->base, "cgroup.subtree_control", text);
}

int cgroupdir_enable(struct cgroupdirs *dirs, int controller)
{
	struct cgroupdir *one = cgroupdir_with(dirs, controller);

	if (!one || one->version == 1 || one->base < 0 ||
	    cgroupbase_read_controllers(one->base, "cgroup.subtree_control") & 1 << controller)
		return 0;
	if (switch_controller(one, '+', controller) < 0)
		return why_fail(dirs->step, "hand the controller '%s' on to group '%s'",
				cgroupdir_controller(controller, 2), dirs->name);
	one->enabled |= 1 << controller;
	return 0;
}

void cgroupdir_enable_all(struct cgroupdirs *dirs)
{
	for (int i = 0; i < CGROUPDIR_CONTROLLERS; i++)
		cgroupdir_enable(dirs, i);
}

void cgroupdir_disable(struct cgroupdirs *dirs)
{
	struct cgroupdir *one = cgroupdir_unified(dirs);
	int saved = errno;

	for (int i = 0; one && i < CGROUPDIR_CONTROLLERS; i++)
		if (one->enabled & 1 << i)
			switch_controller(one, '-', i);
	errno = saved;
}
