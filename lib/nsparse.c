/* SPDX-License-Identifier: ISC */
/* nsparse - the words that nsinfo's options take */
#include "nsparse.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "die.h"
#include "nskind.h"
#include "num.h"
#include "opt.h"
#include "user.h"

unsigned int nsparse_hold(const char *word)
{
	for (int i = 0; nstable_holds[i]; i++)
		if (!strcmp(word, nstable_holds[i]))
			return 1U << i;
	refuse_usage("nothing is held by '%s', but by a process, thread, children, mount, fd, "
		     "socket, tun, namespace, or unseen", word);
}

enum nstree_by nsparse_tree(const char *word)
{
	static const char *const words[] = { "owner", "parent", "process" };

	for (int i = 0; i < 3; i++)
		if (!word || !strcmp(word, words[i]))
			return (enum nstree_by)(NSTREE_OWNER + i);
	refuse_usage("a tree is by owner, parent or process, not by '%s'", word);
}

int nsparse_kind(const char *word)
{
	const struct nskind *kind = nskind_find_name(word);

	if (!kind)
		refuse_usage("no kind of namespace is called '%s'", word);
	return kind->flag;
}

struct nsquery *nsparse_number(const char *column, const char *word)
{
	uint64_t number;

	if (num_parse(word, UINT64_MAX, &number) < 0)
		refuse_usage("the %s of a namespace is a number, not '%s'", column, word);
	return nsquery_add(NULL, column, word);
}

/* By number: the column of names has only the first of several that a user has. */
struct nsquery *nsparse_owner(const char *word)
{
	char digits[16];
	uint32_t uid;

	if (*word >= '0' && *word <= '9')
		return nsparse_number("owner_uid", word);
	if (user_read_id("/etc/passwd", word, &uid) < 0)
		refuse("no user is called '%s'", word);
	snprintf(digits, sizeof(digits), "%u", uid);
	return nsquery_add(NULL, "owner_uid", digits);
}

int nsparse_pause(void)
{
	int milliseconds = optarg ? opt_seconds("watch every") : 2000;

	if (!milliseconds)
		refuse_usage("--watch takes one second or more");
	return milliseconds;
}
