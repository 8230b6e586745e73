/* SPDX-License-Identifier: ISC */
/*
 * nscap - give up privilege, then become PROG
 *
 * The options say what PROG is left with, in any order; privilege.h has the order in which it is
 * done. What is wrong with one of them is told before anything has changed.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bounds.h"
#include "chain.h"
#include "die.h"
#include "hint.h"
#include "landlock.h"
#include "num.h"
#include "opt.h"
#include "privilege.h"
#include "proc.h"
#include "securebits.h"
#include "target.h"
#include "toolkit.h"

enum {
	OPT_DROP = OPT_LONG, OPT_KEEP, OPT_ONLY, OPT_ADD, OPT_AMBIENT, OPT_INHERITABLE,
	OPT_SECUREBITS, OPT_NO_NEW_PRIVS, OPT_GROUPS, OPT_RLIMIT, OPT_UMASK, OPT_OOM_SCORE,
	OPT_SECCOMP, OPT_FS_RO, OPT_FS_RW, OPT_SCOPE, OPT_SESSION, OPT_SHOW, OPT_DECODE,
	OPT_JSON,
};

static const struct opt opts[] = {
	{ OPT_DROP, "drop", "CAPS", "give up these capabilities, or all" },
	{ OPT_KEEP, "keep", "CAPS", "not these, as far as they are here" },
	{ OPT_ONLY, "only", "CAPS", "have these alone, or default, or none" },
	{ OPT_ADD, "add", "CAPS", "have these too, whatever --drop and --only say" },
	{ OPT_AMBIENT, "ambient", "CAPS", "have these, and as a user other than root as well" },
	{ OPT_INHERITABLE, "inheritable", "CAPS", "have these for files that let inherit them" },
	{ OPT_SECUREBITS, "securebits", "BITS", "set noroot, no_setuid_fixup, ... or all" },
	{ OPT_NO_NEW_PRIVS, "no-new-privs", NULL, "no program gives PROG privilege any more" },
	{ 'u', "user", "USER[:GROUP]", "be USER, a name here or a number, and in no other groups" },
	{ 'g', "group", "GROUP", "be in GROUP alone" },
	{ OPT_GROUPS, "groups", "GROUPS", "have these supplementary groups, or none" },
	{ OPT_RLIMIT, "rlimit", "NAME=SOFT[:HARD]", "limit a resource, as nofile=64" },
	{ OPT_UMASK, "umask", "MODE", "set the umask, in octal digits" },
	{ OPT_OOM_SCORE, "oom-score", "N", "end sooner than others when memory is out, to 1000" },
	{ OPT_SECCOMP, "seccomp", "default|log|FILE", "filter system calls, or only log" },
	{ OPT_FS_RO, "fs-ro", "PATH", "reach PATH to read and run, and no other but --fs-rw's" },
	{ OPT_FS_RW, "fs-rw", "PATH", "reach PATH to read, run and change" },
	{ OPT_SCOPE, "scope", "abstract|signal", "not beyond PROG: abstract sockets, signals" },
	{ OPT_SESSION, "new-session", NULL, "leave the session, and its terminal" },
	{ OPT_SHOW, "show", NULL, "print what a process may do: this one, or HANDLE's" },
	{ 't', "target", "HANDLE", "the process to show, - for standard input" },
	{ OPT_DECODE, "decode", "HEX", "print the names of capabilities as /proc has them" },
	{ OPT_JSON, "json", NULL, "print JSON" },
	OPT_CHAIN,
	OPT_COMMON
};

static const struct tool tool = {
	.name = "nscap",
	.does = "give up privilege, then become PROG",
	.use = { "[OPTION...] [--] PROG [ARG...]",
		 "--show [--json] [HANDLE]",
		 "--show [--json] -t HANDLE",
		 "--decode HEX [--json]" },
	.opts = opts,
};

/* Words of the command line, of which the parser is to say whether they are fine. */
struct words {
	const char *user, *group, *groups;
	const char *handle, *decode;
	int show, json;
	int changes;		/* there is something to give up */
};

static void add_caps(struct capname_list *list, const char *option)
{
	if (capname_parse(optarg, list) < 0)
		die_at(HINT_CAPS, 0, "%s '%s'", option, optarg);
}

static void add_securebits(struct privilege *privilege)
{
	if (securebits_parse(optarg, &privilege->securebits) < 0)
		die_at(HINT_SECUREBITS, 0, "--securebits '%s'", optarg);
}

static void add_limits(struct privilege *privilege)
{
	if (rlimit_parse(optarg, &privilege->limits) < 0)
		die_at(HINT_RESOURCES, 0, "--rlimit '%s'", optarg);
}

static void set_filter(struct privilege *privilege)
{
	if (privilege->seccomp)
		refuse_usage("one --seccomp is enough, '%s' is a second: another nscap adds it",
			     optarg);
	privilege->seccomp = optarg;
}

static void add_scopes(struct privilege *privilege)
{
	if (landlock_parse(optarg, &privilege->scopes) < 0)
		die("--scope '%s'", optarg);
}

static int mode(const char *text)
{
	char *end;
	long value = strtol(text, &end, 8);

	if (*text < '0' || *text > '7' || *end || value > 0777)
		refuse("umask '%s' is no mode of octal digits up to 777", text);
	return (int)value;
}

static const char *score(const char *text)
{
	int64_t value;

	if (num_parse_signed(text, 1000, &value) < 0)
		refuse("OOM score '%s' is no number from -1000 to 1000", text);
	return text;
}

static void option(struct privilege *privilege, struct words *words, int key)
{
	words->changes |= key < OPT_SHOW && key != 't';
	switch (key) {
	case OPT_DROP: add_caps(&privilege->drop, "--drop"); break;
	case OPT_KEEP: add_caps(&privilege->keep, "--keep"); break;
	case OPT_ONLY: add_caps(&privilege->only, "--only"); break;
	case OPT_ADD: add_caps(&privilege->add, "--add"); break;
	case OPT_AMBIENT: add_caps(&privilege->ambient, "--ambient"); break;
	case OPT_INHERITABLE: add_caps(&privilege->inheritable, "--inheritable"); break;
	case OPT_SECUREBITS: add_securebits(privilege); break;
	case OPT_NO_NEW_PRIVS: privilege->no_new_privs = 1; break;
	case 'u': words->user = optarg; break;
	case 'g': words->group = optarg; break;
	case OPT_GROUPS: words->groups = optarg; break;
	case OPT_RLIMIT: add_limits(privilege); break;
	case OPT_UMASK: privilege->umask = mode(optarg); break;
	case OPT_OOM_SCORE: privilege->oom_score = score(optarg); break;
	case OPT_SECCOMP: set_filter(privilege); break;
	case OPT_FS_RO: privilege_add_path(privilege, optarg, 0); break;
	case OPT_FS_RW: privilege_add_path(privilege, optarg, 1); break;
	case OPT_SCOPE: add_scopes(privilege); break;
	case OPT_SESSION: privilege->new_session = 1; break;
	case OPT_SHOW: words->show = 1; break;
	case 't': words->handle = optarg; break;
	case OPT_DECODE: words->decode = optarg; break;
	case OPT_JSON: words->json = 1; break;
	}
}

/* Each takes more away from what the one before says. */
static void find_account(const struct words *words, struct account *account)
{
	if (words->user && account_parse_user(words->user, account) < 0)
		die("user '%s'", words->user);
	if (words->group && account_parse_group(words->group, account) < 0)
		die("group '%s'", words->group);
	if (words->groups && account_parse_groups(words->groups, account) < 0)
		die("groups '%s'", words->groups);
	if (account_check(account) < 0)
		die("user '%s'", words->user);
}

__attribute__((noreturn))
static void decode(const struct words *words)
{
	char *end;
	size_t digits = strspn(words->decode, "0123456789abcdefABCDEF");

	if (digits < 1 || digits > 16 || words->decode[digits])
		refuse("'%s' is no set of capabilities, which are 1 to 16 hexadecimal digits",
		       words->decode);
	bounds_print_caps(strtoull(words->decode, &end, 16), words->json);
	exit(0);
}

__attribute__((noreturn))
static void show(const struct words *words)
{
	static struct target target;
	int procdir = -1;

	if (words->handle)
		target_open(&target, words->handle);
	procdir = words->handle ? target.handle.procdir : proc_open(0);
	if (procdir < 0 && words->handle)
		refuse("'%s' is files of namespaces, and no process to show", target.word);
	if (procdir < 0)
		die("open /proc/self");
	bounds_print(procdir, !words->handle, words->handle ? target.word : "self", words->json);
	exit(0);
}

/* The forms that print and change nothing. */
static void answer(struct words *words, char **rest)
{
	if (words->show && words->decode)
		refuse_usage("--show and --decode are different questions");
	if (!words->show && !words->decode && (words->handle || words->json))
		refuse_usage("%s is for --show", words->handle ? "-t" : "--json");
	if ((words->show || words->decode) && words->changes)
		refuse_usage("%s changes nothing: give up before, and show in PROG's place",
			     words->show ? "--show" : "--decode");
	if (words->show && !words->handle && *rest)
		words->handle = *rest++;
	if (words->show || words->decode)
		opt_end(rest);
	if (words->decode)
		decode(words);
	if (words->show)
		show(words);
}

int main(int argc, char **argv)
{
	static struct privilege privilege;
	struct words words = { 0 };
	int key;

	opt_begin(&tool);
	privilege_begin(&privilege);
	while ((key = opt_next(&tool, argc, argv)) != -1)
		option(&privilege, &words, key);
	answer(&words, argv + optind);
	argv = opt_prog(argv + optind, NULL);
	find_account(&words, &privilege.account);
	if (privilege.path_count) /* links that come after this one may lie beyond the paths */
		toolkit_open(argv);
	privilege_check(&privilege);

	privilege_set(&privilege);
	chain_exec(argv);
}
