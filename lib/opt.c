/* SPDX-License-Identifier: ISC */
/* opt - one option table a tool */
#include "opt.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
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

/* The letters that are still to be read of a word of letters; NULL between two words. */
static char *letters;

static int is_optional(const struct opt *opt)
{
	return opt->arg && *opt->arg == '[';
}

/* The next word is the argument. */
static void take_word(int argc, char **argv)
{
	if (optind == argc)
		refuse_usage("missing argument of '%s'", argv[argc - 1]);
	optarg = argv[optind++];
}

/* The option with that name, or the only one that begins so. NULL: none, or several. */
static const struct opt *find_name(const struct opt *opt, const char *name, size_t length)
{
	const struct opt *found = NULL;
	int count = 0;

	for (; opt->name; opt++) {
		if (strncmp(opt->name, name, length) != 0)
			continue;
		if (!opt->name[length])
			return opt;
		found = opt;
		count++;
	}
	return count == 1 ? found : NULL;
}

static int take_name(const struct tool *tool, int argc, char **argv)
{
	char *word = argv[optind++], *value = word + strcspn(word, "=");
	const struct opt *opt = find_name(tool->opts, word + 2, (size_t)(value - word) - 2);

	if (!opt)
		refuse_usage("unknown or ambiguous option '%s'", word);
	optarg = *value ? value + 1 : NULL;
	if (optarg && !opt->arg)
		refuse_usage("this option takes no argument: '%s'", word);
	if (opt->arg && !optarg && !is_optional(opt))
		take_word(argc, argv);
	return opt->key;
}

/* An argument that may be left out follows its letter as =FILE or as /FILE, as nsenter(1) has it;
 * anything else there is more letters, as unshare(1) has it. */
static int take_letter(const struct tool *tool, int argc, char **argv)
{
	const struct opt *opt = tool->opts;
	char letter = *letters++, *rest = letters;

	while (opt->name && opt->key != letter)
		opt++;
	if (!opt->name && isgraph((unsigned char)letter))
		refuse_usage("unknown option '-%c'", letter);
	if (!opt->name)
		refuse_usage("unknown option in '%s'", argv[optind]);
	optarg = NULL;
	if (opt->arg && *rest && (!is_optional(opt) || *rest == '=' || *rest == '/'))
		optarg = rest + (is_optional(opt) && *rest == '=');
	if (!*rest || optarg) {
		letters = NULL;
		optind++;
	}
	if (opt->arg && !optarg && !is_optional(opt))
		take_word(argc, argv);
	return opt->key;
}

/* As getopt_long(3), but for letters whose argument may be left out, and for the messages, which
 * differ from libc to libc. */
static int parse(const struct tool *tool, int argc, char **argv)
{
	const char *word = argv[optind];

	if (letters)
		return take_letter(tool, argc, argv);
	if (!word || *word != '-' || !word[1])
		return -1;
	if (word[1] != '-') {
		letters = argv[optind] + 1;
		return take_letter(tool, argc, argv);
	}
	if (word[2])
		return take_name(tool, argc, argv);
	optind++;
	return -1;
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
