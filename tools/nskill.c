/* SPDX-License-Identifier: ISC */
/*
 * nskill - end what handles name, and wait until it is gone
 *
 * All handles are resolved, and all their processes found, before any gets a signal. Then, for all
 * of them at once:
 *  1. The signal goes to each but idle holders and processes 1, with which others would end.
 *  2. When those have gone, or the grace is over, it goes to these.
 *  3. When the grace is over, KILL to what is left.
 *  4. What outlives its processes is put away: links, pins, names.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "box.h"
#include "clock.h"
#include "die.h"
#include "ending.h"
#include "file.h"
#include "hint.h"
#include "members.h"
#include "opt.h"
#include "sig.h"

enum { OPT_GRACE = OPT_LONG };

static const struct opt opts[] = {
	{ 't', "target", "HANDLE", "end HANDLE, - for standard input" },
	{ 's', "signal", "SIGNAL", "begin with SIGNAL instead of TERM" },
	{ OPT_GRACE, "grace", "SECONDS", "time from that to KILL (10); 0: KILL at once" },
	OPT_COMMON
};

static const struct tool tool = {
	.name = "nskill",
	.does = "end what handles name, and wait until it is gone",
	.use = { "[-s SIGNAL] [--grace SECONDS] HANDLE...",
		 "-t HANDLE [-s SIGNAL] [--grace SECONDS]" },
	.opts = opts,
};

enum { PATIENCE = 5000, REAPING = 100 }; /* milliseconds: for what KILL takes, for a parent */

static int signal_of(const char *text)
{
	int sig = sig_parse(text);

	if (sig < 0)
		die("signal '%s'", text);
	return sig;
}

static int find(struct members *all)
{
	int found = members_find(all);

	if (found < 0 && errno == EDEADLK)
		refuse("process %d (%s) is among those to end, and this program would end with it",
		       (int)all->barred.pid, all->barred.name);
	if (found < 0)
		die("look for processes in /proc");
	return found;
}

/* Processes fork while they end, and a process 1 may start again what has ended: that stops with
 * itself, so only what came meanwhile is asked once more. */
static void ask(struct members *all, int sig, int64_t end)
{
	int tries = 2;

	do
		ending_signal(all, sig, 0);
	while (ending_wait(all, 0, end) == 0 && --tries && find(all));
	ending_signal(all, sig, 1);
	ending_wait(all, 1, end);
}

/* Returns how many are left. */
static size_t end_all(struct members *all, int sig, int grace)
{
	int64_t patience;
	size_t left;

	if (grace && sig != SIGKILL)
		ask(all, sig, clock_read() + grace);
	patience = clock_read() + PATIENCE;
	do {
		ending_signal(all, SIGKILL, 1);
		left = ending_wait(all, 1, patience);
	} while (!left && find(all));
	ending_wait_reaped(all, clock_read() + REAPING);
	return left;
}

__attribute__((noreturn))
static void fail(const struct members *all)
{
	for (const struct member *one = all->list; one < all->list + all->count; one++) {
		if (one->ended)
			continue;
		errno = one->error ? one->error : ETIMEDOUT;
		warn("process %d (%s) does not end", (int)one->pid, one->name);
		hint_for(HINT_ENTER, 0);
	}
	exit(EXIT_SELF);
}

/* Returns whether something could not be put away. */
static int end_boxes(struct box *boxes, char **words, int count, int sig, int grace)
{
	struct box_ending ending = { 0 };
	int failed = 0, used;

	for (int i = 0; i < count; i++)
		box_open(&boxes[i], words[i], &ending);
	find(&ending.all);
	if (end_all(&ending.all, sig, grace))
		fail(&ending.all);
	members_close(&ending.all);
	used = members_find(&ending.nets) != 0;
	for (int i = 0; i < count; i++)
		failed |= box_put_away(&boxes[i], used);
	return failed;
}

int main(int argc, char **argv)
{
	char *target[] = { NULL, NULL };
	int key, sig = SIGTERM, grace = 10000, count;
	struct box *boxes;

	opt_begin(&tool);
	while ((key = opt_next(&tool, argc, argv)) != -1)
		switch (key) {
		case 't': target[0] = optarg; break;
		case 's': sig = signal_of(optarg); break;
		case OPT_GRACE: grace = opt_seconds("grace"); break;
		}
	argv += optind;
	if (*target)
		opt_end(argv);
	else if (!*argv)
		refuse_usage("missing operand HANDLE");
	argv = *target ? target : argv;
	count = *target ? 1 : argc - optind;
	boxes = calloc((size_t)count, sizeof(*boxes));
	if (!boxes)
		die("remember %d handles", count);
	file_raise_limit();
	exit(end_boxes(boxes, argv, count, sig, grace) ? EXIT_SELF : 0);
}
