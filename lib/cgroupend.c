/* SPDX-License-Identifier: ISC */
/* cgroupend - a control group frozen, its processes ended, and the group removed */
#include "cgroupend.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cgrouptree.h"
#include "clock.h"
#include "file.h"
#include "trace.h"

/* Milliseconds. */
enum { PATIENCE = 5000, FREEZING = 500, DYING = 100, LEAVING = 1000, MOMENT = 2 };

/* Wait for what tells nobody when it comes. 0 when `end` has passed. */
static int wait_a_moment(int64_t end)
{
	if (clock_read() >= end)
		return 0;
	poll(NULL, 0, MOMENT);
	return 1;
}

static int is_one(pid_t pid, void *to)
{
	return !to || pid == *(pid_t *)to;
}

/* Whether the process `pid`, for NULL any, is in the group, as one hierarchy or any has it. */
static int has_process_in(const struct cgroupdir *one, pid_t *pid)
{
	return one->dir >= 0 && cgrouptree_each_process(one->dir, is_one, pid) > 0;
}

static int has_process(const struct cgroupdirs *dirs, pid_t *pid)
{
	for (int i = 0; i < dirs->count; i++)
		if (has_process_in(&dirs->list[i], pid))
			return 1;
	return 0;
}

int cgroupend_is_empty(const struct cgroupdirs *dirs)
{
	return !has_process(dirs, NULL);
}

/* We are not to end or freeze ourselves. */
static int is_without_us(struct cgroupdirs *dirs)
{
	pid_t self = getpid();

	errno = EDEADLK;
	return !has_process(dirs, &self);
}

static int find_freezer(struct cgroupdirs *dirs, struct cgroupdir **freezer)
{
	*freezer = cgroupdir_unified(dirs);
	if (*freezer && faccessat((*freezer)->dir, "cgroup.freeze", F_OK, 0) == 0)
		return 0;
	*freezer = cgroupdir_with(dirs, CGROUPDIR_FREEZER);
	errno = ENOSYS;
	return *freezer && (*freezer)->dir >= 0 ? 0 : -1;
}

/* Whether it is as asked for; what is on the way is "FREEZING" in version 1. The root has no file,
 * and is in neither state. */
static int is_state(const struct cgroupdir *freezer, int frozen)
{
	char text[256];

	if (file_read(freezer->dir, freezer->version == 2 ? "cgroup.events" : "freezer.state", text,
		      sizeof(text)) < 0)
		return 0;
	if (freezer->version == 1)
		return !strcmp(text, frozen ? "FROZEN\n" : "THAWED\n");
	return strstr(text, frozen ? "frozen 1" : "frozen 0") != NULL;
}

int cgroupend_is_frozen(struct cgroupdirs *dirs)
{
	struct cgroupdir *freezer;

	return find_freezer(dirs, &freezer) == 0 && is_state(freezer, 1);
}

static int set_state(const struct cgroupdir *freezer, int frozen, int milliseconds)
{
	int64_t end = clock_read() + milliseconds;
	int wrote = freezer->version == 2 ?
		    file_write(freezer->dir, "cgroup.freeze", frozen ? "1" : "0") :
		    file_write(freezer->dir, "freezer.state", frozen ? "FROZEN" : "THAWED");

	while (wrote == 0 && !is_state(freezer, frozen))
		if (!wait_a_moment(end)) {
			errno = ETIMEDOUT;
			return -1;
		}
	return wrote;
}

int cgroupend_freeze(struct cgroupdirs *dirs, int frozen)
{
	struct cgroupdir *freezer;
	int saved;

	why_fail(dirs->step, "%s group '%s'", frozen ? "freeze" : "thaw", dirs->name);
	if (find_freezer(dirs, &freezer) < 0 || (frozen && !is_without_us(dirs)))
		return -1;
	if (set_state(freezer, frozen, PATIENCE) == 0)
		return 0;
	saved = errno;
	if (frozen)
		set_state(freezer, 0, 0);
	errno = saved;
	return -1;
}

static int kill_one(pid_t pid, void *to)
{
	(void)to;
	/* A number 0 is a process that our pid namespace doesn't have. */
	if (pid > 0 && traced(kill(pid, SIGKILL), "kill(%d, KILL)", (int)pid) < 0 && errno != ESRCH)
		return -1;
	return 0;
}

/* What is frozen forks nobody, and ends only once it thaws: no number passes to another. */
static int kill_each(struct cgroupdirs *dirs)
{
	struct cgroupdir *freezer;
	int result = 0, found = find_freezer(dirs, &freezer);

	if (found == 0 && has_process_in(freezer, NULL))
		set_state(freezer, 1, FREEZING);
	for (int i = 0; i < dirs->count && result == 0; i++)
		if (dirs->list[i].dir >= 0)
			result = cgrouptree_each_process(dirs->list[i].dir, kill_one, NULL);
	if (found == 0)
		set_state(freezer, 0, 0);
	return result;
}

static int thaw_one(int dir, void *to)
{
	(void)to;
	file_write(dir, "freezer.state", "THAWED");
	return 0;
}

/* Somebody may have moved a process in one hierarchy alone, or frozen it in a group within: of
 * version 1, where what is frozen doesn't end. */
static int kill_all(struct cgroupdirs *dirs)
{
	struct cgroupdir *unified = cgroupdir_unified(dirs);
	struct cgroupdir *freezer = cgroupdir_with(dirs, CGROUPDIR_FREEZER);
	int result = unified && has_process_in(unified, NULL) &&
		     file_write(unified->dir, "cgroup.kill", "1") == 0 ? 0 : kill_each(dirs);

	if (freezer && freezer->dir >= 0)
		cgrouptree_each(freezer->dir, thaw_one, NULL);
	return result;
}

/* A process leaves its group a moment after its end. */
static void wait_until_empty(const struct cgroupdirs *dirs, int64_t end)
{
	while (!cgroupend_is_empty(dirs) && wait_a_moment(end))
		continue;
}

int cgroupend_kill(struct cgroupdirs *dirs, int milliseconds)
{
	int64_t end = clock_read() + milliseconds;

	why_fail(dirs->step, "kill the processes of group '%s'", dirs->name);
	if (!is_without_us(dirs))
		return -1;
	while (!cgroupend_is_empty(dirs)) {
		errno = ETIMEDOUT;
		if (clock_read() >= end || kill_all(dirs) < 0)
			return -1;
		wait_until_empty(dirs, clock_read() + DYING);
	}
	return 0;
}

int cgroupend_is_there(const struct cgroupdirs *dirs, const struct cgroupdir *one)
{
	struct stat ours, there;

	return fstat(one->dir, &ours) == 0 &&
	       fstatat(one->base, dirs->leaf, &there, AT_SYMLINK_NOFOLLOW) == 0 &&
	       file_is_same(&ours, &there);
}

/* Not what has got the same name since. */
static int remove_one(const struct cgroupdirs *dirs, const struct cgroupdir *one)
{
	int64_t end = clock_read() + LEAVING;
	int removed;

	do {
		if (!cgroupend_is_there(dirs, one))
			return 0;
		removed = cgrouptree_clear(one->dir) < 0 ? -1 :
			  unlinkat(one->base, dirs->leaf, AT_REMOVEDIR);
	} while (removed < 0 && errno == EBUSY && wait_a_moment(end));
	return traced(removed, "rmdir(%s)", dirs->leaf);
}

int cgroupend_remove(struct cgroupdirs *dirs, int made)
{
	int result = 0;

	for (int i = dirs->count; i-- > 0;) {
		const struct cgroupdir *one = &dirs->list[i];

		if (one->dir >= 0 && one->base >= 0 && (!made || one->made) &&
		    remove_one(dirs, one) < 0)
			result = why_fail(dirs->step, "remove group '%s'", dirs->name);
	}
	return result;
}
