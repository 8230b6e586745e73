/* SPDX-License-Identifier: ISC */
/* cgroupjoin - a control group that may be another PROG's, and about to go */
#include "cgroupjoin.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/file.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "cgroupend.h"
#include "clock.h"
#include "file.h"
#include "handle.h"
#include "trace.h"

static const char attribute[] = "user.nskit.prog";

/* Milliseconds: for another to make a group or to join one, and for the end of another's. */
enum { MAKING = 1000, JOINING = 1000, ENDING = 10000 };

/* The group as the hierarchy has it that all look at. */
static const struct cgroupdir *find_first(const struct cgroupdirs *dirs)
{
	for (int i = 0; i < dirs->count; i++)
		if (dirs->list[i].dir >= 0)
			return &dirs->list[i];
	return NULL;
}

static int has_ended(int pidfd)
{
	struct pollfd end = { pidfd, POLLIN, 0 };

	return poll(&end, 1, 0) > 0;
}

/* Whether PROG, for which the group was made, has ended. */
static int is_left(const struct cgroupdir *first)
{
	char prog[HANDLE_TEXT] = "";
	struct handle handle;
	int ended;

	if (fgetxattr(first->dir, attribute, prog, sizeof(prog) - 1) <= 0)
		return 0;
	if (handle_open(prog, &handle) < 0) {
		why_set("");
		return 1;
	}
	ended = has_ended(handle.pidfd);
	handle_close(&handle);
	return ended;
}

/* Whether it is in every hierarchy in which it could be: else it is being made, or removed. */
static int is_whole(const struct cgroupdirs *dirs)
{
	for (int i = 0; i < dirs->count; i++)
		if (dirs->list[i].base >= 0 && dirs->list[i].dir < 0)
			return 0;
	return 1;
}

/* Whoever is in the group could take a lock as well, so nobody waits for one without end. */
static int lock(int fd, int how, int milliseconds)
{
	int64_t end = clock_read() + milliseconds;

	while (flock(fd, how | LOCK_NB) < 0)
		if (clock_read() >= end)
			return -1;
		else
			poll(NULL, 0, 1);
	return 0;
}

/* Have it stay while we join it. 0 where it has gone already. */
static int hold_back(int *join, const struct cgroupdirs *dirs, const struct cgroupdir *first)
{
	*join = openat(first->dir, "cgroup.procs", O_RDONLY | O_CLOEXEC);
	if (*join >= 0) {
		traced(lock(*join, LOCK_SH, JOINING), "flock(%s)", dirs->leaf);
		if (cgroupend_is_there(dirs, first))
			return 1;
	}
	file_close(*join, 0);
	*join = -1;
	return 0;
}

/* Wait for the keeper. Where there is none, the group was left behind, and is nobody's. */
static void await_removal(int *join, const struct cgroupdir *first)
{
	file_close(*join, 0);
	*join = -1;
	traced(lock(first->dir, LOCK_SH, ENDING), "flock(%s)", "the group of a PROG that is gone");
	fremovexattr(first->dir, attribute);
}

int cgroupjoin_find(int *join, struct cgroupdirs *dirs, const char *group)
{
	*join = -1;
	for (int tries = MAKING;;) {
		int found = cgroupdir_find(dirs, group);
		const struct cgroupdir *first = find_first(dirs);

		if (found <= 0)
			return found;
		if (!is_whole(dirs) && tries-- > 0)
			poll(NULL, 0, 1);
		else if (hold_back(join, dirs, first)) {
			if (!is_left(first))
				return found;
			await_removal(join, first);
		}
	}
}

void cgroupjoin_mark(const struct cgroupdirs *dirs, const char *prog)
{
	fsetxattr(find_first(dirs)->dir, attribute, prog, strlen(prog), 0);
}

void cgroupjoin_end(const struct cgroupdirs *dirs)
{
	int join = openat(find_first(dirs)->dir, "cgroup.procs", O_RDONLY | O_CLOEXEC);

	lock(join, LOCK_EX, JOINING);
}
