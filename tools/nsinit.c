/* SPDX-License-Identifier: ISC */
/*
 * nsinit - be the process 1 of a container: reap, pass signals on, end with the main program
 *
 * nsinit -- PROG     PROG is a child, and nsinit ends with its status
 *
 * As process 1 its file is in everybody's sight, as /proc/1/exe. So it starts again from a
 * read-only clone of the toolkit, unless it came from one, and keeps nothing open but the standard
 * descriptors.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "chain.h"
#include "die.h"
#include "opt.h"
#include "place.h"
#include "reap.h"
#include "sig.h"
#include "toolkit.h"

enum { OPT_GRACE = OPT_LONG, OPT_READY };

static const struct opt opts[] = {
	{ 's', "rewrite", "FROM:TO", "pass signal FROM on as signal TO, or with 0 not at all" },
	{ OPT_GRACE, "grace", "SECONDS", "time from TERM to KILL, when PROG has ended (5)" },
	{ 'w', "wd", "DIR", "the working directory of PROG" },
	{ OPT_READY, "ready", "N", "write a newline to descriptor N when PROG has started" },
	OPT_CHAIN,
	OPT_COMMON
};

static const struct tool tool = {
	.name = "nsinit",
	.does = "be the process 1 of a container: reap, pass signals on, end with PROG",
	.use = { "[OPTION...] [--] PROG [ARG...]" },
	.opts = opts,
};

static void rewrite(struct reap *reap, const char *word)
{
	const char *colon = strchr(word, ':');
	char name[16];
	int from, to;

	if (!colon || colon - word >= (int)sizeof(name))
		refuse("rewrite '%s': not of the form FROM:TO", word);
	snprintf(name, sizeof(name), "%.*s", (int)(colon - word), word);
	from = sig_parse(name);
	to = strcmp(colon + 1, "0") ? sig_parse(colon + 1) : 0;
	if (from < 0 || to < 0)
		die("rewrite '%s'", word);
	if (from == SIGKILL || from == SIGSTOP)
		refuse("rewrite '%s': nobody can catch %s", word, sig_name(from));
	if (from == SIGCHLD)
		refuse("rewrite '%s': CHLD is what tells nsinit of its children", word);
	reap->pass[from] = (unsigned char)to;
}

/* exit(3) in the child: PROG couldn't be run. What is registered by atexit(3) gets no argument. */
static const struct reap *unstarted;

static void fail_to_start(void)
{
	reap_fail(unstarted);
}

/* In the child. */
__attribute__((noreturn))
static void start(struct reap *reap, const char *dir, char **prog)
{
	unstarted = reap;
	atexit(fail_to_start);
	reap_start(reap);
	if (dir && place_enter_dir(dir) < 0)
		die("change to the directory '%s'", dir);
	chain_exec(prog);
}

int main(int argc, char **argv)
{
	char **words = argv;
	const char *dir = NULL;
	struct reap reap;
	int key, grace = 5000, status;
	pid_t pid;

	opt_begin(&tool);
	reap_init(&reap);
	while ((key = opt_next(&tool, argc, argv)) != -1)
		switch (key) {
		case 's': rewrite(&reap, optarg); break;
		case OPT_GRACE: grace = opt_seconds("grace"); break;
		case 'w': dir = optarg; break;
		case OPT_READY: reap.ready = opt_descriptor("tell the start on"); break;
		}
	argv = opt_prog(argv + optind, NULL);
	toolkit_restart(words);

	if (reap_begin(&reap) < 0)
		die("make a socket pair");
	pid = fork();
	if (pid < 0)
		die("fork");
	if (pid == 0)
		start(&reap, dir, argv);
	status = reap_wait(&reap, pid);
	if (status < 0)
		die("wait for '%s'", *argv);
	reap_end_rest(&reap, grace);
	return status;
}
