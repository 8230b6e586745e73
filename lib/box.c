/* SPDX-License-Identifier: ISC */
/* box - what a handle of nskill names, and what is put away with it */
#include "box.h"

#include <errno.h>
#include <sched.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "die.h"
#include "hint.h"
#include "linkdel.h"
#include "name.h"
#include "netname.h"
#include "pin.h"

/* A name whose process is gone names nothing any more. */
static void read_name(struct box *box, const char *word)
{
	struct handle handle;

	if (name_read(word, box->name) < 0)
		box->name[0] = '\0';
	if (!*box->name)
		return;
	if (handle_open(word, &handle) == 0) {
		handle_close(&handle);
		return;
	}
	if (errno != ESTALE && errno != ESRCH)
		return;
	if (name_remove(word, box->name) < 0)
		die("remove the stale name '%s'", word);
	refuse("handle is stale: '%s' names a process that is gone; the name is removed", word);
}

void box_open(struct box *box, const char *word, struct box_ending *ending)
{
	const struct handle *handle = &box->target.handle;
	int differing;

	read_name(box, word);
	target_open(&box->target, word);
	word = box->target.word;
	if (box->target.filter)
		read_name(box, word);
	if (handle->pidfd < 0 || handle_write(handle->pid, handle->pidfd, box->handle) < 0)
		box->handle[0] = '\0';
	differing = handle_find_differing(handle);
	if (differing < 0)
		die_at(HINT_ENTER, 0, "read the namespaces of '%s'", word);
	if (!differing)
		refuse("'%s' is in no namespace of its own: the caller would end with it", word);
	box->net = differing & CLONE_NEWNET ? handle_open_ns(handle, CLONE_NEWNET) : -1;
	if (members_add(&ending->all, handle, members_choose(differing)) < 0 ||
	    (box->net >= 0 && members_add(&ending->nets, handle, CLONE_NEWNET) < 0))
		die_at(HINT_ENTER, 0, "open the namespaces of '%s'", word);
}

static int failed_to(const char *deed, const char *word)
{
	warn("%s '%s'", deed, word);
	return 1;
}

/* In a child: nobody comes back from there. Returns whether it failed, and has said why. */
static int delete_links(const struct box *box)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		if (linkdel_pairs_of(box->net) == 0)
			_exit(0);
		_exit(failed_to("delete the veth pairs of", box->target.word));
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		die("fork");
	return status != 0;
}

/* Whether somebody is in the network namespace still. */
static int is_used(const struct box *box)
{
	struct members others = { 0 };
	int used = members_add(&others, &box->target.handle, CLONE_NEWNET) < 0 ||
		   members_find(&others);

	members_close(&others);
	return used;
}

int box_put_away(struct box *box, int used)
{
	const char *word = box->target.word;
	int failed = 0;

	if (box->target.handle.pidfd < 0 && strchr(word, '/') && pin_clear(word) < 0)
		failed |= failed_to("remove the pinned namespaces of", word);
	if (box->net >= 0 && !pin_is_pinned(box->net, "net") && !(used && is_used(box)))
		failed |= delete_links(box);
	if (*box->name && name_remove(word, box->name) < 0 && errno != ENOENT && errno != ESTALE)
		failed |= failed_to("remove the name", word);
	if (*box->handle)
		name_remove_all(box->handle);
	if (box->target.handle.pid > 0)
		netname_remove(NULL, box->target.handle.pid);
	handle_close(&box->target.handle);
	close(box->net);
	return failed;
}
