/* SPDX-License-Identifier: ISC */
/*
 * nshost - set or show the host name of a UTS namespace
 *
 * chain:   nshost NAME -- PROG     rename the namespace we are in, become PROG
 * handle:  nshost -t HANDLE NAME   rename the namespace HANDLE is in
 * query:   nshost [-t HANDLE] [-D] print the name, or both
 */
#include <ctype.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "chain.h"
#include "die.h"
#include "hint.h"
#include "opt.h"
#include "target.h"
#include "trace.h"

static const struct opt opts[] = {
	{ 't', "target", "HANDLE", "act on the UTS namespace of HANDLE, - for standard input" },
	{ 'd', "domain", "DOMAIN", "set the NIS domain name as well" },
	{ 'D', "show-domain", NULL, "print the NIS domain name as well" },
	OPT_CHAIN,
	OPT_COMMON
};

static const struct tool tool = {
	.name = "nshost",
	.does = "set or show the host name of a UTS namespace",
	.use = { "[-d DOMAIN] NAME [--] PROG [ARG...]", "-t HANDLE [-d DOMAIN] [NAME]",
		 "[-t HANDLE] [-D]" },
	.opts = opts,
};

/* A container chose it: a name takes one line, and what a terminal would obey in it, the controls of
 * ASCII and U+0080 to U+009F, becomes "?". Bytes that aren't UTF-8 stay. */
static int print(char *name)
{
	for (unsigned char *c = (unsigned char *)name; *c; c++)
		if (iscntrl(*c))
			*c = '?';
		else if (*c == 0xc2 && c[1] >= 0x80 && c[1] < 0xa0)
			*c = c[1] = '?';
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

static void check(const char *what, const char *name)
{
	size_t length = strlen(name);

	if (length > NAME_BYTES)
		refuse("%s '%.80s%s' is %zu bytes long; the kernel takes %d", what, name,
		       length > 80 ? "..." : "", length, NAME_BYTES);
}

static void rename_host(const char *name, const char *domain)
{
	if (name && traced(sethostname(name, strlen(name)), "sethostname(%s)", name) < 0)
		die_at(HINT_NAME, CLONE_NEWUTS, "set host name '%s'", name);
	if (domain &&
	    traced(setdomainname(domain, strlen(domain)), "setdomainname(%s)", domain) < 0)
		die_at(HINT_NAME, CLONE_NEWUTS, "set domain name '%s'", domain);
}

int main(int argc, char **argv)
{
	const char *handle = NULL, *domain = NULL, *name = NULL;
	struct target target;
	int key, show_domain = 0, query;

	opt_begin(&tool);
	while ((key = opt_next(&tool, argc, argv)) != -1)
		switch (key) {
		case 't': handle = optarg; break;
		case 'd': domain = optarg; break;
		case 'D': show_domain = 1; break;
		}
	argv += optind;
	if (show_domain && domain)
		refuse_usage("-D prints names, and -d sets one");
	query = show_domain || (!domain && !*argv);
	if (!query && (!handle || *argv))
		name = opt_operand(&argv, "NAME");
	if (query)
		opt_end(argv);
	else
		argv = opt_prog(argv, handle);
	check("host name", name ? name : "");
	check("domain name", domain ? domain : "");

	if (handle) {
		target_open(&target, handle);
		target_enter(&target, CLONE_NEWUTS);
	}
	if (query) {
		show(show_domain);
		return 0;
	}
	rename_host(name, domain);
	if (handle)
		target_done(&target);
	chain_exec(argv);
}
