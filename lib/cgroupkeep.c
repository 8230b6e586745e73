/* SPDX-License-Identifier: ISC */
/* cgroupkeep - the small process that makes a control group for PROG, and removes it */
#include "cgroupkeep.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cgroupend.h"
#include "cgroupjoin.h"
#include "file.h"
#include "handle.h"
#include "hold.h"
#include "kernel.h"
#include "sync.h"
#include "trace.h"

static const char name[] = "nscgroup:keep";

enum { PATIENCE = 1000 }; /* milliseconds, for one try to kill what is left */

/* What the keeper tells, in memory of both. */
struct account {
	struct cgroupdirs dirs;
	struct why why;
};

struct keeper {
	struct account *account;
	struct cgroupdirs dirs;
	char prog[HANDLE_TEXT];
	int pidfd, sync;
	int null;
};

/* Keep nothing but what is needed to make and remove the group. */
static int let_go(struct keeper *keeper, char **words)
{
	int fds[2 + CGROUPDIR_MAX] = { keeper->pidfd, keeper->sync }, count = 2;
	struct cgroupdirs *dirs = &keeper->dirs;

	for (int i = 0; i < dirs->count; i++)
		if (dirs->list[i].base >= 0)
			fds[count++] = dirs->list[i].base;
	if (hold_begin(name, keeper->null, fds, count, words) < 0)
		return -1;
	prctl(PR_SET_DUMPABLE, 0); /* PROG may be the same user's */
	file_raise_limit();	   /* groups may be nested deep */
	keeper->pidfd = fds[0];
	keeper->sync = fds[1];
	count = 2;
	for (int i = 0; i < dirs->count; i++) {
		if (dirs->list[i].base >= 0)
			dirs->list[i].base = fds[count++];
		dirs->list[i].own = dirs->list[i].dir = -1;
	}
	return 0;
}

/* The lock comes at once, whose the group is when it is whole. */
static int make(struct keeper *keeper)
{
	keeper->dirs.lock = 1;
	if (cgroupdir_make(&keeper->dirs) < 0)
		return -1;
	cgroupjoin_mark(&keeper->dirs, keeper->prog);
	return 0;
}

static int tell(struct keeper *keeper, int made)
{
	struct account *account = keeper->account;

	why_keep(&account->why);
	account->why.error = made < 0 ? errno : 0;
	memcpy(&account->dirs, &keeper->dirs, sizeof(account->dirs));
	munmap(account, sizeof(*account));
	return sync_tell(keeper->sync);
}

/* Until PROG has ended, or is never to be. The other end closes when it becomes PROG. */
static void await_end(const struct keeper *keeper)
{
	struct pollfd ends[] = { { keeper->pidfd, POLLIN, 0 }, { keeper->sync, POLLIN, 0 } };

	while (poll(ends, 2, -1) < 0 || !ends[0].revents) {
		if (!ends[1].revents)
			continue;
		if (sync_await(keeper->sync) == 0)
			return;
		ends[1].fd = -1;
	}
}

/* Who is about to join the group is waited for, and goes with it. */
static void clear(struct cgroupdirs *dirs)
{
	cgroupjoin_end(dirs);
	while (cgroupend_kill(dirs, PATIENCE) < 0 || cgroupend_remove(dirs, 1) < 0)
		poll(NULL, 0, PATIENCE);
}

__attribute__((noreturn))
static void be_keeper(struct keeper *keeper, char **words)
{
	int made = -1;

	trace_hook = NULL;
	if (let_go(keeper, words) == 0)
		made = make(keeper);
	if (tell(keeper, made) == 0 && made == 0)
		await_end(keeper);
	if (made == 0)
		clear(&keeper->dirs);
	_exit(0);
}

/* Not our child: PROG is to have none that it didn't start. */
static int start(struct keeper *keeper, char **words)
{
	pid_t between = fork(), child;

	if (between < 0)
		return -1;
	if (between > 0)
		return waitpid(between, NULL, 0) < 0 && errno != ECHILD ? -1 : 0;
	child = fork();
	if (child == 0)
		be_keeper(keeper, words);
	_exit(child < 0);
}

/* What the keeper has told: what it made, or what failed. */
static int take(struct cgroupdirs *dirs, const struct account *account)
{
	for (int i = 0; i < dirs->count; i++) {
		dirs->list[i].made = account->dirs.list[i].made;
		if (dirs->list[i].made)
			traced(0, "mkdir(%s), by %s", dirs->leaf, name);
	}
	memcpy(dirs->step, account->dirs.step, sizeof(dirs->step));
	why_restore(&account->why);
	return account->why.error ? -1 : cgroupdir_open_made(dirs);
}

static int start_and_listen(struct cgroupkeep *keep, struct cgroupdirs *dirs,
			    struct keeper *keeper, char **words)
{
	int ends[2];

	if (sync_open(ends) < 0)
		return -1;
	keeper->sync = ends[1];
	if (traced(start(keeper, words), "fork(%s)", name) < 0) {
		file_close(ends[0], 0);
		return file_close(ends[1], -1);
	}
	close(ends[1]);
	if (sync_await(ends[0]) < 0 || take(dirs, keeper->account) < 0)
		return file_close(ends[0], -1);
	keep->sync = ends[0];
	return 0;
}

int cgroupkeep_start(struct cgroupkeep *keep, struct cgroupdirs *dirs, char **words)
{
	struct keeper keeper = { .null = hold_open_null(), .pidfd = sys_pidfd_open(getpid()) };
	struct account *account = mmap(NULL, sizeof(*account), PROT_READ | PROT_WRITE,
				       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int result = -1;

	why_fail(dirs->step, "start a keeper of group '%s'", dirs->name);
	memcpy(&keeper.dirs, dirs, sizeof(*dirs));
	keeper.account = account;
	if (handle_write(getpid(), keeper.pidfd, keeper.prog) < 0) {
		snprintf(keeper.prog, sizeof(keeper.prog), "%d", (int)getpid());
		why_set("");
	}
	if (account != MAP_FAILED && keeper.pidfd >= 0 && keeper.null >= 0)
		result = start_and_listen(keep, dirs, &keeper, words);
	if (account != MAP_FAILED)
		munmap(account, sizeof(*account));
	file_close(keeper.null, 0);
	return file_close(keeper.pidfd, result);
}

void cgroupkeep_cancel(struct cgroupkeep *keep)
{
	int saved = errno;

	if (keep->sync >= 0 && sync_tell(keep->sync) == 0)
		sync_await_end(keep->sync);
	file_close(keep->sync, 0);
	keep->sync = -1;
	errno = saved;
}
