/* SPDX-License-Identifier: ISC */
/*
 * opt - one option table a tool
 *
 * The table is the only list of a tool's options. --help prints it; the man page and the
 * completions are held to it by a test.
 */
#ifndef NSKIT_OPT_H
#define NSKIT_OPT_H

struct opt {
	int key;		/* the letter, or a number from OPT_LONG on */
	const char *name;	/* the long name */
	const char *arg;	/* what it takes: "HANDLE"; "[=X]" may be left out, and after a
				 * letter comes as =X or /X; NULL: nothing */
	const char *help;
};

enum { OPT_LONG = 0x100 }; /* the first key that is no letter */

/* Every tool understands these; opt_next() sees to them. */
#define OPT_COMMON \
	{ 'v', "verbose", NULL, "print each kernel step to standard error" }, \
	{ 'h', "help", NULL, "print this help" }, \
	{ 'V', "version", NULL, "print the version" }, \
	{ 0, NULL, NULL, NULL }

/* Every tool that becomes PROG has this one too. */
#define OPT_CHAIN \
	{ OPT_KEEP_FD, "keep-fd", "N", "leave descriptor N open for PROG" }

/* The kinds of namespace, by the letters of unshare(1); nskind_find_letter() knows them. `arg` is
 * what each takes. */
#define OPT_KINDS_ARG(verb, arg) \
	{ 'm', "mount", arg, verb " mount namespace" }, \
	{ 'u', "uts", arg, verb " UTS namespace (host name, domain name)" }, \
	{ 'i', "ipc", arg, verb " IPC namespace (System V IPC, POSIX message queues)" }, \
	{ 'n', "net", arg, verb " network namespace" }, \
	{ 'p', "pid", arg, verb " pid namespace" }, \
	{ 'U', "user", arg, verb " user namespace" }, \
	{ 'C', "cgroup", arg, verb " cgroup namespace" }, \
	{ 'T', "time", arg, verb " time namespace (clock offsets)" }
#define OPT_KINDS(verb) OPT_KINDS_ARG(verb, NULL)

enum { OPT_KEEP_FD = 0x1000 };

struct tool {
	const char *name;
	const char *does;	/* one line, as the man page's NAME has it */
	const char *use[8];	/* the forms, without the name; NULL ends them */
	const struct opt *opts;
};

/* Begin a program: refuse to run with lent privilege (setuid, file capabilities), give /dev/null to
 * a closed standard descriptor, and name the tool for messages. */
void opt_begin(const struct tool *tool);

/* The next option's key, with its argument in getopt(3)'s optarg; -1 at the first operand. What is
 * not in the table, and an argument missing or superfluous, ends the program with 125. */
int opt_next(const struct tool *tool, int argc, char **argv);

/* The argument of an option as the number of an open descriptor; what is to be done with it stands
 * in the message where it is none. */
int opt_descriptor(const char *deed);

/* That argument, whole seconds, in milliseconds; refused, as so many seconds of `what`, where it is
 * no such number. */
int opt_seconds(const char *what);

/* Take the next operand off `*words`; without one, refuse and name what is missing. */
char *opt_operand(char ***words, const char *name);

/* The words after an optional "--": PROG and its arguments. Chain mode (`target` NULL) refuses to
 * go without one, handle mode to have one. */
char **opt_prog(char **words, const char *target);

/* The same where PROG may be left out, for a shell, as in unshare(1) and nsenter(1): then no words
 * are left. */
char **opt_prog_or_shell(char **words);

/* Refuse words that are left over. */
void opt_end(char **words);

#endif
