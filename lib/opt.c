/* SPDX-License-Identifier: ISC */
/* opt - one option table a tool */
#include "opt.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "chain.h"
#include "clock.h"
#include "die.h"
#include "num.h"
#include "toolkit.h"
#include "trace.h"

enum { OPT_MAX = 64 };

void opt_begin(const struct tool *tool)
{
	struct pollfd standard[3];

	die_set_name(tool->name);
	/* Run from a descriptor, it would bear the descriptor's number (until Linux 6.14). */
	if (getenv(TOOLKIT_VARIABLE))
		prctl(PR_SET_NAME, tool->name);
	if (getauxval(AT_SECURE))
		refuse("refusing to run setuid, setgid or with file capabilities: this program has "
		       "no privilege to lend");
	/* open(2) takes the lowest free number: what we open must never be anybody's 0, 1 or 2. The
	 * wrong way round, for a handle must not be told to nobody without an error. */
	for (int fd = 0; fd <= 2; fd++)
		standard[fd] = (struct pollfd){ .fd = fd };
	poll(standard, 3, 0);
	for (int fd = 0; fd <= 2; fd++)
		if (standard[fd].revents & POLLNVAL &&
		    open("/dev/null", fd ? O_RDONLY : O_WRONLY) < 0)
			_exit(EXIT_SELF);
}

static void print_usage(const struct tool *tool, FILE *to)
{
	for (int i = 0; tool->use[i]; i++)
		fprintf(to, "%s %s%s%s\n", i ? "      " : "usage:", tool->name,
			*tool->use[i] ? " " : "", tool->use[i]);
}

/* "-t, --target HANDLE", "    --json". */
static int label(const struct opt *opt, char *text, size_t size)
{
	int optional = opt->arg && opt->arg[0] == '[';
	const char *gap = !opt->arg || optional ? "" : " ";

	if (opt->key < OPT_LONG)
		return snprintf(text, size, "-%c, --%s%s%s", opt->key, opt->name, gap,
				opt->arg ? opt->arg : "");
	return snprintf(text, size, "    --%s%s%s", opt->name, gap, opt->arg ? opt->arg : "");
}

static void help(const struct tool *tool)
{
	char text[80];
	int widest = 0;

	print_usage(tool, stdout);
	printf("\n%s - %s\n\n", tool->name, tool->does);
	for (const struct opt *opt = tool->opts; opt->name; opt++) {
		int width = label(opt, text, sizeof(text));

		if (width > widest)
			widest = width;
	}
	for (const struct opt *opt = tool->opts; opt->name; opt++) {
		label(opt, text, sizeof(text));
		printf("  %-*s  %s\n", widest, text, opt->help);
	}
	exit(fflush(stdout) ? EXIT_SELF : 0);
}

static int is_optional(const struct tool *tool, int key)
{
	const struct opt *opt = tool->opts;

	while (opt->name && opt->key != key)
		opt++;
	return opt->name && opt->arg && opt->arg[0] == '[';
}

/* A word of bundled letters, while getopt(3) reads what is left of it from `letters` instead. */
static struct {
	char letters[PATH_MAX];
	char *word;
	int index;
} bundle;

/* The words must be as they were in the end: they may have to be given to another program. */
static void restore(char **argv)
{
	if (bundle.word && optind > bundle.index) {
		argv[bundle.index] = bundle.word;
		bundle.word = NULL;
	}
}

/* An argument that may be left out follows its letter as =FILE or as /FILE, as nsenter(1) has it;
 * anything else there is more letters, as unshare(1) has it: what getopt(3) took for the argument
 * in "-mu" is read again as "-u". */
static void unbundle(char **argv)
{
	size_t length = strlen(optarg);

	if (*optarg == '/')
		return;
	if (*optarg == '=') {
		optarg++;
		return;
	}
	if (length > sizeof(bundle.letters) - 2)
		refuse_usage("too many letters in '%s'", argv[optind - 1]);
	optind--;
	if (!bundle.word) {
		bundle.word = argv[optind];
		bundle.index = optind;
	}
	memmove(bundle.letters + 1, optarg, length + 1);
	bundle.letters[0] = '-';
	argv[optind] = bundle.letters;
	optarg = NULL;
}

/* getopt(3) as the table says. Its own messages differ from libc to libc, so they are off. */
static int parse(const struct tool *tool, int argc, char **argv)
{
	struct option longs[OPT_MAX + 1] = { { 0 } };
	char shorts[3 * OPT_MAX + 3] = "+:";
	char *end = shorts + 2;
	int count = 0, key, at = optind, letters;

	for (const struct opt *opt = tool->opts; opt->name && count < OPT_MAX; opt++, count++) {
		int takes = !opt->arg ? no_argument :
			    opt->arg[0] == '[' ? optional_argument : required_argument;

		longs[count] = (struct option){ opt->name, takes, NULL, opt->key };
		if (opt->key >= OPT_LONG)
			continue;
		*end++ = (char)opt->key;
		for (int colons = takes; colons; colons--)
			*end++ = ':';
		*end = '\0';
	}
	opterr = 0;
	restore(argv);
	letters = at < argc && strncmp(argv[at], "--", 2);
	key = getopt_long(argc, argv, shorts, longs, NULL);
	if (key != -1 && key != '?' && key != ':' && letters && optarg && is_optional(tool, key))
		unbundle(argv);
	if (key == '?' && letters && isgraph((unsigned char)optopt))
		refuse_usage("unknown option '-%c'", optopt);
	if (key == '?' && letters)
		refuse_usage("unknown option in '%s'", argv[at]);
	if (key == '?' && optopt)
		refuse_usage("this option takes no argument: '%s'", argv[at]);
	if (key == '?')
		refuse_usage("unknown or ambiguous option '%s'", argv[at]);
	if (key == ':')
		refuse_usage("missing argument of '%s'", argv[argc - 1]);
	return key;
}

static void print_step(const char *line)
{
	note("%s[%d]: %s", die_name(), (int)getpid(), line);
}

int opt_descriptor(const char *deed)
{
	uint64_t fd;

	if (num_parse(optarg, 1 << 20, &fd) < 0 || fcntl((int)fd, F_GETFD) < 0)
		die("%s descriptor '%s'", deed, optarg);
	return (int)fd;
}

int opt_next(const struct tool *tool, int argc, char **argv)
{
	for (;;) {
		int key = parse(tool, argc, argv);

		switch (key) {
		case 'v':
			trace_hook = print_step;
			break;
		case 'h':
			help(tool);
			break;
		case 'V':
			printf("%s (nskit) %s\n", tool->name, NSKIT_VERSION);
			exit(fflush(stdout) ? EXIT_SELF : 0);
		case OPT_KEEP_FD:
			chain_keep(opt_descriptor("keep"));
			break;
		default:
			return key;
		}
	}
}

int opt_seconds(const char *what)
{
	int milliseconds;

	if (clock_parse(optarg, &milliseconds) < 0)
		die("%s of '%s' seconds", what, optarg);
	return milliseconds;
}

char *opt_operand(char ***words, const char *name)
{
	if (!**words || !strcmp(**words, "--"))
		refuse_usage("missing operand %s", name);
	return *(*words)++;
}

char **opt_prog(char **words, const char *target)
{
	int dashes = *words && !strcmp(*words, "--");

	if (target && *words)
		refuse_usage("no program runs with -t, but nsjoin -t does it; unexpected word '%s'",
			     words[dashes] ? words[dashes] : *words);
	if (!target && !words[dashes])
		refuse_usage("missing program to run");
	return words + dashes;
}

char **opt_prog_or_shell(char **words)
{
	return words + (*words && !strcmp(*words, "--"));
}

void opt_end(char **words)
{
	if (*words)
		refuse_usage("unexpected word '%s'", *words);
}
