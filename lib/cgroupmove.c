/* SPDX-License-Identifier: ISC */
/* cgroupmove - processes that run, moved into a control group */
#include "cgroupmove.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>

#include "file.h"
#include "handle.h"
#include "members.h"
#include "proc.h"

/* One that has ended meanwhile needs no group. */
static int move(struct cgroupdirs *dirs, pid_t pid)
{
	return cgroupdir_enter(dirs, pid) < 0 && errno != ESRCH ? -1 : 0;
}

/* What was born of one that wasn't moved yet is found by the next pass. */
static int move_members(struct cgroupdirs *dirs, struct members *members)
{
	size_t moved = 0;
	int found;

	while ((found = members_find(members)) > 0)
		for (; moved < members->count; moved++)
			if (move(dirs, members->list[moved].pid) < 0)
				return -1;
	if (found < 0)
		return why_fail(dirs->step, "find the processes for group '%s'", dirs->name);
	return 0;
}

static void move_back(const struct cgroupdirs *from, pid_t pid)
{
	char text[16];

	snprintf(text, sizeof(text), "%d", (int)pid);
	for (int i = 0; i < from->count; i++)
		file_write(from->list[i].own, "cgroup.procs", text);
}

static int move_all(struct cgroupdirs *dirs, const struct handle *handle,
		    const struct cgroupdirs *from)
{
	struct members members = { 0 };
	struct why why;
	int result = members_add(&members, handle, CLONE_NEWPID);

	if (result < 0)
		why_fail(dirs->step, "read the pid namespace");
	else
		result = move_members(dirs, &members);
	why_keep(&why);
	for (size_t i = 0; result < 0 && i < members.count; i++)
		move_back(from, members.list[i].pid);
	members_close(&members);
	why_restore(&why);
	return result;
}

static int move_one(struct cgroupdirs *dirs, const struct handle *handle,
		    const struct cgroupdirs *from)
{
	struct why why;

	if (move(dirs, handle->pid) == 0)
		return 0;
	why_keep(&why);
	move_back(from, handle->pid);
	why_restore(&why);
	return -1;
}

int cgroupmove(struct cgroupdirs *dirs, const struct handle *handle)
{
	static struct cgroupdirs from;
	struct why why;
	int result;

	errno = ENOTSUP;
	if (handle->procdir < 0)
		return why_fail(dirs->step, "move a handle that is no process");
	if (cgroupdir_open(&from, handle->procdir) < 0)
		return why_fail(dirs->step, "read where the processes are");
	result = proc_is_init(handle->procdir) ? move_all(dirs, handle, &from) :
						 move_one(dirs, handle, &from);
	why_keep(&why);
	cgroupdir_close(&from);
	why_restore(&why);
	return result;
}
