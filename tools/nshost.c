/* SPDX-License-Identifier: ISC */
/*
 * nshost - set or show the host name of a UTS namespace
 *
 * chain:   nshost NAME -- PROG     rename the namespace we are in, become PROG
 * handle:  nshost -t HANDLE NAME   rename the namespace HANDLE is in
 * query:   nshost [-t HANDLE] [-D] print the name, or both
 */
#include <ctype.h>
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "chain.h"
#include "die.h"
#include "hint.h"
#include "opt.h"
#include "target.h"
#include "text.h"
#include "trace.h"

enum { OPT_GENERATE = OPT_LONG, OPT_STRICT };

static const struct opt opts[] = {
	{ 't', "target", "HANDLE", "act on the UTS namespace of HANDLE, - for standard input" },
	{ 'd', "domain", "DOMAIN", "set the NIS domain name as well" },
	{ 'D', "show-domain", NULL, "print the NIS domain name as well" },
	{ OPT_GENERATE, "generate", NULL, "set a random host name" },
	{ OPT_STRICT, "strict", NULL, "refuse to set what RFC 1123 doesn't allow as a name" },
	OPT_CHAIN,
	OPT_COMMON
};

static const struct tool tool = {
	.name = "nshost",
	.does = "set or show the host name of a UTS namespace",
	.use = { "[-d DOMAIN] [--strict] NAME [--] PROG [ARG...]",
		 "-t HANDLE [-d DOMAIN] [--strict] [--generate | NAME]",
		 "--generate [-d DOMAIN] [--strict] [--] PROG [ARG...]",
		 "[-t HANDLE] [-D]" },
	.opts = opts,
};

/* The container chose it: a name takes one line, and a terminal obeys nothing in it. */
static int print(char *name)
{
	text_clean(name);
	return puts(name);
}

static void show(int domain)
{
	struct utsname names;

	if (uname(&names) < 0)
		die("read the host name");
	if (print(names.nodename) < 0 || (domain && print(names.domainname) < 0) || fflush(stdout))
		die("write to standard output");
}

enum { NAME_BYTES = 64 }; /* the kernel's __NEW_UTS_LEN */

static const char *find_label_fault(const char *label, size_t length)
{
	if (!length)
		return "no label is empty";
	if (length > 63)
		return "a label has at most 63 characters";
	for (size_t i = 0; i < length; i++)
		if (!isalnum((unsigned char)label[i]) && label[i] != '-')
			return "only letters, digits and '-' make a label";
	if (label[0] == '-' || label[length - 1] == '-')
		return "a label neither begins nor ends with '-'";
	return NULL;
}

/* The rule of RFC 1123, section 2.1, that a name breaks; NULL: none. */
static const char *find_fault(const char *name)
{
	int labels = 0, is_number = !name[strspn(name, "0123456789.")];
	const char *label = name, *end, *fault;

	do {
		end = strchrnul(label, '.');
		fault = find_label_fault(label, (size_t)(end - label));
		label = end + 1;
		labels++;
	} while (!fault && *end);
	if (!fault && is_number && labels == 4)
		fault = "four numbers are an address";
	return fault;
}

static void check(const char *what, const char *name, int strict)
{
	size_t length = strlen(name);
	const char *fault = strict ? find_fault(name) : NULL;

	if (length > NAME_BYTES)
		refuse("%s '%.80s%s' is %zu bytes long; the kernel takes %d", what, name,
		       length > 80 ? "..." : "", length, NAME_BYTES);
	if (fault)
		refuse("%s '%s' breaks RFC 1123: %s", what, name, fault);
}

enum { GENERATED = 12 }; /* characters; 59 bits */

/* A name that any rule allows, with a letter first, so that nobody takes it for a number. */
static const char *generate(char name[GENERATED + 1])
{
	static const char digits[] = "abcdefghijklmnopqrstuvwxyz234567";
	unsigned char random[GENERATED];

	if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
		die("draw a random name");
	for (int i = 0; i < GENERATED; i++)
		name[i] = digits[random[i] % (i ? 32 : 16)];
	name[GENERATED] = '\0';
	return name;
}

static int set_host(const char *name)
{
	return traced(sethostname(name, strlen(name)), "sethostname(%s)", name);
}

static int set_domain(const char *name)
{
	return traced(setdomainname(name, strlen(name)), "setdomainname(%s)", name);
}

/* Both names are set, or neither. */
static void set(const char *name, const char *domain)
{
	struct utsname before;
	int error;

	if (uname(&before) < 0)
		die("read the host name");
	if (name && set_host(name) < 0)
		die_at(HINT_NAME, CLONE_NEWUTS, "set host name '%s'", name);
	if (!domain || set_domain(domain) == 0)
		return;
	error = errno;
	if (name)
		set_host(before.nodename);
	errno = error;
	die_at(HINT_NAME, CLONE_NEWUTS, "set domain name '%s'", domain);
}

int main(int argc, char **argv)
{
	const char *handle = NULL, *domain = NULL, *name = NULL;
	char random[GENERATED + 1];
	struct target target;
	int key, show_domain = 0, strict = 0, query;

	opt_begin(&tool);
	while ((key = opt_next(&tool, argc, argv)) != -1)
		switch (key) {
		case 't': handle = optarg; break;
		case 'd': domain = optarg; break;
		case 'D': show_domain = 1; break;
		case OPT_GENERATE: name = generate(random); break;
		case OPT_STRICT: strict = 1; break;
		}
	argv += optind;
	if (show_domain && (domain || name))
		refuse_usage("-D prints names, and %s sets one", domain ? "-d" : "--generate");
	query = show_domain || (!domain && !name && !*argv);
	if (query && strict)
		refuse_usage("--strict checks a name to set, and there is none");
	if (!query && !name && (!handle || *argv))
		name = opt_operand(&argv, "NAME");
	if (query)
		opt_end(argv);
	else
		argv = opt_prog(argv, handle);
	if (name)
		check("host name", name, strict);
	if (domain)
		check("domain name", domain, strict);

	if (handle) {
		target_open(&target, handle);
		target_enter(&target, CLONE_NEWUTS);
	}
	if (query) {
		show(show_domain);
		return 0;
	}
	set(name, domain);
	if (handle)
		target_done(&target);
	chain_exec(argv);
}
