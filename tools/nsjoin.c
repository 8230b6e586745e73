/* SPDX-License-Identifier: ISC */
/*
 * nsjoin - enter namespaces that exist and run a program there
 *
 * nsjoin -t HANDLE -- PROG     every namespace of HANDLE that differs from ours
 * nsjoin -t HANDLE -n -- PROG  only its network namespace
 * nsjoin -n=FILE -- PROG       the network namespace that FILE is
 *
 * What is the target's is opened before the first setns(2), through descriptors of one verified
 * process, and used after. Until PROG starts we are not dumpable: processes of the target that see
 * us arrive can't reach what we still hold, and a pid namespace sees us only without it.
 */
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "chain.h"
#include "child.h"
#include "die.h"
#include "hint.h"
#include "join.h"
#include "ns.h"
#include "num.h"
#include "opt.h"
#include "toolkit.h"

enum {
	OPT_USER_PARENT = OPT_LONG, OPT_FOR_CHILDREN, OPT_PRESERVE, OPT_KEEP_CAPS, OPT_AS_TARGET,
	OPT_TTY, OPT_SETENV,
};

static const struct opt opts[] = {
	{ 't', "target", "HANDLE", "enter the namespaces of HANDLE, - for standard input" },
	{ 'a', "all", NULL, "all kinds that differ from ours (the default)" },
	{ 'm', "mount", "[=FILE]", "the mount namespace, of the target or FILE" },
	{ 'u', "uts", "[=FILE]", "the UTS namespace (host name, domain name)" },
	{ 'i', "ipc", "[=FILE]", "the IPC namespace (System V IPC, POSIX message queues)" },
	{ 'n', "net", "[=FILE]", "the network namespace; FILE may be :ID, for each kind" },
	{ 'p', "pid", "[=FILE]", "the pid namespace" },
	{ 'U', "user", "[=FILE]", "the user namespace" },
	{ 'C', "cgroup", "[=FILE]", "the cgroup namespace" },
	{ 'T', "time", "[=FILE]", "the time namespace (clock offsets)" },
	{ 'N', "net-socket", "FD", "the network namespace of the target's socket FD" },
	{ OPT_USER_PARENT, "user-parent", NULL, "the user namespace that owns the others" },
	{ OPT_FOR_CHILDREN, "for-children", NULL, "pid and time: what the target's children get" },
	{ 'S', "setuid", "ID", "be user ID inside, or 'follow': the target's" },
	{ 'G', "setgid", "ID", "be group ID inside, or 'follow'" },
	{ OPT_PRESERVE, "preserve-credentials", NULL, "keep user, group and groups as they are" },
	{ OPT_KEEP_CAPS, "keep-caps", NULL, "leave PROG every capability we have inside" },
	{ 'r', "root", "[=DIR]", "the root directory: the target's, or DIR of the caller" },
	{ 'w', "wd", "[=DIR]", "the working directory: the target's, or DIR of the caller" },
	{ 'W', "wdns", "[=DIR]", "the working directory DIR inside; without, named as here" },
	{ 'e', "env", NULL, "the environment of the target" },
	{ OPT_SETENV, "setenv", "NAME=VALUE", "a variable in PROG's environment" },
	{ 'F', "no-fork", NULL, "don't fork: only PROG's children are in the pid namespace" },
	{ 'c', "join-cgroup", NULL, "the control groups of the target, or fail" },
	{ 'Z', "follow-context", NULL, "the SELinux context of the target" },
	{ OPT_AS_TARGET, "as-target", NULL, "no more than the target may do, in every respect" },
	{ OPT_TTY, "tty", NULL, "a terminal of PROG's own, apart from the caller's" },
	OPT_CHAIN,
	OPT_COMMON
};

static const struct tool tool = {
	.name = "nsjoin",
	.does = "enter namespaces that exist and run a program there",
	.use = { "-t HANDLE [OPTION...] [--] [PROG [ARG...]]",
		 "--KIND=FILE [OPTION...] [--] [PROG [ARG...]]" },
	.opts = opts,
};

static int64_t id(const char *what, const char *text)
{
	int64_t value;

	if (ids_parse(text, &value) < 0)
		die("%s '%s'", what, text);
	return value;
}

static void add_kind(struct join *join, int letter)
{
	const struct nskind *kind = nskind_find_letter(letter);

	join->kinds |= kind->flag;
	join->files[kind - nskinds] = optarg;
}

/* nsenter(1)'s readers write "-W /tmp", and so does nobody who means to run /tmp. */
static void refuse_directory(const char *word, int letter, const char *argument)
{
	struct stat st;

	if (argument || !word || stat(word, &st) < 0 || !S_ISDIR(st.st_mode))
		return;
	refuse_usage("-%c takes its directory as -%c=%s: here '%s' would be PROG", letter, letter,
		     word, word);
}

static void set_handle(struct join *join, const char *word)
{
	if (join->handle)
		refuse_usage("one -t HANDLE is enough: '%s' is a second", word);
	join->handle = word;
}

static int descriptor(const char *text)
{
	uint64_t fd;

	if (num_parse(text, INT32_MAX, &fd) < 0)
		die("socket descriptor '%s'", text);
	return (int)fd;
}

static void option(struct join *join, int key)
{
	switch (key) {
	case 't': set_handle(join, optarg); break;
	case 'a': join->all = 1; break;
	case 'N': join->socket = descriptor(optarg); break;
	case OPT_USER_PARENT: join->user_parent = 1; break;
	case OPT_FOR_CHILDREN: join->for_children = 1; break;
	case 'S': join->ids.uid = id("user", optarg); break;
	case 'G': join->ids.gid = id("group", optarg); break;
	case OPT_PRESERVE: join->preserve = 1; break;
	case OPT_KEEP_CAPS: join->keep_caps = 1; break;
	case 'r': join->root = (struct join_dir){ 1, optarg }; break;
	case 'w': join->wd = (struct join_dir){ 1, optarg }; break;
	case 'W': join->wdns = (struct join_dir){ 1, optarg }; break;
	case 'e': join->env = 1; break;
	case OPT_SETENV: chain_add_env(optarg); break;
	case 'F': join->no_fork = 1; break;
	case 'c': join->cgroup.must = 1; break;
	case 'Z': join->context = 1; break;
	case OPT_AS_TARGET: join->as_target = 1; break;
	case OPT_TTY: join->tty = 1; break;
	default: add_kind(join, key);
	}
}

static void refuse_nonsense(const struct join *join, char **prog)
{
	if (join->wd.given && join->wdns.given)
		refuse_usage("-w and -W both set the working directory");
	if (join->preserve && (join->ids.uid != IDS_UNSET || join->ids.gid != IDS_UNSET))
		refuse_usage("--preserve-credentials leaves nothing for -S and -G to set");
	if (join->as_target && (join->preserve || join->keep_caps))
		refuse_usage("--as-target leaves nothing to preserve or keep");
	if (join->tty && join->no_fork)
		refuse_usage("--tty needs a process that stays outside: not with -F");
	if (join->root.given)
		refuse_directory(*prog, 'r', join->root.path);
	if (join->wd.given)
		refuse_directory(*prog, 'w', join->wd.path);
	if (join->wdns.given)
		refuse_directory(*prog, 'W', join->wdns.path);
}

/* Between the caller's terminal and PROG's. */
__attribute__((noreturn))
static void carry(struct join *join, struct child *child, pid_t pid, int pidfd)
{
	siginfo_t end;

	child_release(child, pid);
	if (pty_carry(&join->pty, pid, pidfd, &end) < 0)
		die("carry the bytes of PROG's terminal");
	child_end(&end);
}

/* A pid namespace is only for children, and a terminal of PROG's own needs us outside. */
static void run(struct join *join, char **prog)
{
	struct child child;
	int pidfd;
	pid_t pid;

	if (!join->tty && (join->no_fork || !(join->kinds & CLONE_NEWPID)))
		join_become(join, prog);
	if (child_begin(&child, !join->tty && join->kinds & CLONE_NEWPID) < 0)
		die("make a socket pair");
	pid = ns_create_child(0, &pidfd);
	if (pid < 0)
		die_at(HINT_FORK, join->kinds, "fork into the namespaces");
	if (pid > 0 && !join->tty)
		child_wait(&child, pid, pidfd, 0);
	if (pid > 0)
		carry(join, &child, pid, pidfd);
	if (join->tty && pty_enter(&join->pty) < 0)
		die("take the terminal made for PROG");
	child_start(&child, SIGKILL);
	join_become(join, prog);
}

int main(int argc, char **argv)
{
	static struct join join = {
		.ids = { IDS_UNSET, IDS_UNSET },
		.place = { .root = -1, .cwd = -1 },
		.socket = -1,
	};
	char **words = argv;
	int key;

	opt_begin(&tool);
	while ((key = opt_next(&tool, argc, argv)) != -1)
		option(&join, key);
	argv = opt_prog_or_shell(argv + optind);
	refuse_nonsense(&join, argv);
	toolkit_restart(words);

	join_open(&join);
	prctl(PR_SET_DUMPABLE, 0);
	join_enter(&join);
	run(&join, argv);
}
