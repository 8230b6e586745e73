/* SPDX-License-Identifier: ISC */
/* target - the handle that -t names */
#include "target.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "die.h"
#include "file.h"
#include "hint.h"
#include "idmap.h"
#include "ns.h"
#include "proc.h"

/* Byte by byte: what follows the line is the next reader's. */
static void read_line(char word[TARGET_WORD])
{
	size_t length = 0;
	ssize_t got;

	while ((got = read(STDIN_FILENO, word + length, 1)) > 0 && word[length] != '\n')
		if (++length == TARGET_WORD)
			refuse("the handle on standard input is too long");
	if (got < 0)
		die("read a handle from standard input");
	if (!length)
		refuse("no handle on standard input");
	word[length] = '\0';
}

void target_open(struct target *target, const char *word)
{
	target->filter = !strcmp(word, "-");
	if (target->filter)
		read_line(target->word);
	else if (strlen(word) < TARGET_WORD)
		strcpy(target->word, word);
	else
		refuse("the handle is too long");
	if (handle_open(target->word, &target->handle) == 0)
		return;
	if (errno == ESTALE)
		refuse("handle is stale: '%s' names a process that is gone", target->word);
	die("open handle '%s'", target->word);
}

/* Whether the target's user namespace was made by us: then it may leave us what we are. */
static int is_own(const struct target *target)
{
	int fd = handle_open_ns(&target->handle, CLONE_NEWUSER);
	uid_t owner;
	int own = fd >= 0 && ns_read_owner_uid(fd, &owner) == 0 && owner == geteuid();

	return file_close(fd, own);
}

void target_enter_as_is(const struct target *target, int flags)
{
	char names[NSKIND_NAMES];
	int failed;

	if (handle_enter(&target->handle, flags, &failed) < 0)
		die_at(HINT_ENTER, failed, "enter %s of '%s'", nskind_names(failed, names),
		       target->word);
}

void target_enter(const struct target *target, int flags)
{
	int self = -1, own = 0, dropped = 0;

	if (flags & CLONE_NEWUSER) {
		self = proc_open(0);
		own = is_own(target);
		/* Inside it may be denied, and outside we may lack the privilege. */
		dropped = setgroups(0, NULL) == 0;
	}
	target_enter_as_is(target, flags);
	if (self < 0)
		return;
	if (!dropped)
		setgroups(0, NULL);
	if (idmap_become_root(self) < 0 && !own)
		die("become root in the user namespace of '%s'", target->word);
	close(self);
}

void target_done(const struct target *target)
{
	if (target->filter && (printf("%s\n", target->word) < 0 || fflush(stdout)))
		die("write the handle to standard output");
	exit(0);
}

void target_replace_stdin(const struct target *target)
{
	int fd;

	if (!target->filter)
		return;
	fd = isatty(STDOUT_FILENO) ? open("/dev/tty", O_RDWR) : -1;
	if (fd < 0)
		fd = open("/dev/null", O_RDONLY);
	if (fd < 0 || dup2(fd, STDIN_FILENO) < 0)
		die("open a standard input for PROG");
	if (fd > STDIN_FILENO)
		close(fd);
}
