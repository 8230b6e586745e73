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
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "die.h"
#include "ending.h"
#include "file.h"
#include "hint.h"
#include "members.h"
#include "name.h"
#include "opt.h"
#include "pin.h"
#include "sig.h"
#include "target.h"
#include "veth.h"

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

/* What a handle names, and what is to be put away after. */
struct box {
	struct target target;
	char name[HANDLE_TEXT];	/* what the registered name stands for; "": it is none */
	char handle[HANDLE_TEXT]; /* the process, as a name would hold it; "": it is files */
	int net;		/* the network namespace that goes with it, or -1 */
	struct members others;	/* those who are in that */
};

static int signal_of(const char *text)
{
	int sig = sig_parse(text);

	if (sig < 0)
		die("signal '%s'", text);
	return sig;
}

/* A name whose process is gone names nothing any more. */
static void read_name(struct box *box, const char *word)
{
	struct handle handle;

	if (name_read(word, box->name) < 0)
		box->name[0] = '\0';
	if (!*box->name)
		return;
	if (handle_open(word, &handle) == 0) {
		handle_close(&handle);
		return;
	}
	if (errno != ESTALE && errno != ESRCH)
		return;
	if (name_remove(word, box->name) < 0)
		die("remove the stale name '%s'", word);
	refuse("handle is stale: '%s' names a process that is gone; the name is removed", word);
}

static void open_box(struct box *box, const char *word, struct members *all)
{
	const struct handle *handle = &box->target.handle;
	int differing;

	read_name(box, word);
	target_open(&box->target, word);
	word = box->target.word;
	if (box->target.filter)
		read_name(box, word);
	if (handle->pidfd < 0 || handle_write(handle->pid, handle->pidfd, box->handle) < 0)
		box->handle[0] = '\0';
	differing = handle_find_differing(handle);
	if (differing < 0)
		die_at(HINT_ENTER, 0, "read the namespaces of '%s'", word);
	if (!differing)
		refuse("'%s' is in no namespace of its own: the caller would end with it", word);
	box->net = differing & CLONE_NEWNET ? handle_open_ns(handle, CLONE_NEWNET) : -1;
	if (members_add(all, handle, members_choose(differing)) < 0 ||
	    (box->net >= 0 && members_add(&box->others, handle, CLONE_NEWNET) < 0))
		die_at(HINT_ENTER, 0, "open the namespaces of '%s'", word);
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

static int failed_to(const char *deed, const char *word)
{
	warn("%s '%s'", deed, word);
	return 1;
}

/* In a child: nobody comes back from there. Returns whether it failed, and has said why. */
static int delete_links(const struct box *box)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		if (veth_delete_all(box->net) == 0)
			_exit(0);
		_exit(failed_to("delete the veth pairs of", box->target.word));
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		die("fork");
	return status != 0;
}

/* A network namespace goes some time after its last process, and its links keep their names until
 * then. Where somebody else uses it, it stays. Returns whether something failed. */
static int put_away(struct box *box)
{
	const char *word = box->target.word;
	int failed = 0;

	if (box->target.handle.pidfd < 0 && strchr(word, '/') && pin_clear(word) < 0)
		failed |= failed_to("remove the pinned namespaces of", word);
	if (box->net >= 0 && !pin_is_pinned(box->net, "net") && !members_find(&box->others))
		failed |= delete_links(box);
	if (*box->name && name_remove(word, box->name) < 0 && errno != ENOENT && errno != ESTALE)
		failed |= failed_to("remove the name", word);
	if (*box->handle)
		name_remove_all(box->handle);
	members_close(&box->others);
	handle_close(&box->target.handle);
	close(box->net);
	return failed;
}

int main(int argc, char **argv)
{
	struct members all = { 0 };
	struct box *boxes;
	char *target[] = { NULL, NULL };
	int key, sig = SIGTERM, grace = 10000, count, failed = 0;

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
	for (int i = 0; i < count; i++)
		open_box(&boxes[i], argv[i], &all);
	find(&all);
	if (end_all(&all, sig, grace))
		fail(&all);
	members_close(&all);
	for (int i = 0; i < count; i++)
		failed |= put_away(&boxes[i]);
	exit(failed ? EXIT_SELF : 0);
}
