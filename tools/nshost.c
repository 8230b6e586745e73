/* SPDX-License-Identifier: ISC */
/*
 * nshost - set or show the host name of a UTS namespace
 *
 * chain:   nshost NAME -- PROG     rename the namespace we are in, become PROG
 * handle:  nshost -t HANDLE NAME   rename the namespace HANDLE is in
 * query:   nshost [-t HANDLE]      print the name
 */
#include <errno.h>
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
	{ 'D', "show-domain", NULL, "print the NIS domain name" },
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

static void show(int domain)
{
	struct utsname names;

	if (uname(&names) < 0)
		die("read the host name");
	if (puts(domain ? names.domainname : names.nodename) < 0 || fflush(stdout))
		die("write to standard output");
}

static void check(const char *what, const char *name)
{
	if (strlen(name) > 64)
		refuse("%s '%s' is %zu bytes long; the kernel takes 64", what, name, strlen(name));
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
