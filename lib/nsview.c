/* SPDX-License-Identifier: ISC */
/* nsview - namespaces as rows of a report */
#include "nsview.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "die.h"
#include "target.h"

static void die_unreadable(const struct target *target)
{
	int denied = errno == EACCES;
	struct users users = { 0 };
	struct stat st;

	warn("read the namespaces of '%s'", target->word);
	if (denied && fstat(target->handle.procdir, &st) == 0) {
		const char *name = user_find(&users, st.st_uid);

		hint("the process is one of uid %u (%s)", st.st_uid, name ? name : "no name");
	}
	exit(EXIT_SELF);
}

int nsview_find(struct nstable *table, const char *word, struct nsentry *found[PROC_NAMES])
{
	struct target target;

	if (!word) {
		if (proc_add(table, NULL, found) < 0)
			die("read the own namespaces in /proc/self");
		return 1;
	}
	target_open(&target, word);
	if (proc_add(table, &target.handle, found) < 0)
		die_unreadable(&target);
	return target.handle.procdir >= 0;
}

struct out_value nsview_inode(const struct nsentry *ns)
{
	return ns && ns->inode ? out_number((int64_t)ns->inode) : out_null();
}

void nsview_begin(struct nsview *view, struct nstable *table, enum nsview_kind kind, int json)
{
	int list = kind == NSVIEW_LIST;
	const struct report_column columns[] = {
		{ "kind", "KIND", 0 },
		{ "inode", "INODE", 1 },
		{ "owner", list ? NULL : "OWNER", 1 },
		{ "owner_uid", NULL, 0 },
		{ "owner_user", NULL, 0 },
		{ NULL, "USER", 0 },
		{ "parent", list ? NULL : "PARENT", 1 },
		{ "shared", kind == NSVIEW_OTHER ? "SHARED" : NULL, 0 },
		{ "processes", list ? "PROCS" : NULL, 1 },
		{ "pid", list ? "PID" : NULL, 1 },
		{ "command", list ? "COMMAND" : NULL, 0 },
		{ NULL, NULL, 0 },
	};

	*view = (struct nsview){ .kind = kind };
	view->own_known = proc_add(table, NULL, view->own) == 0;
	memcpy(view->columns, columns, sizeof(columns));
	report_begin(&view->report, view->columns, "namespaces", json);
}

/* Whether this process is in the namespace. */
static int is_shared(const struct nsview *view, const struct nsentry *ns)
{
	for (int i = 0; i < PROC_NAMES; i++)
		if (view->own[i] == ns && !proc_names[i].children)
			return 1;
	return 0;
}

void nsview_row(struct nsview *view, const char *name, const struct nsentry *ns)
{
	static const struct nsentry none = { .uid = NSTABLE_NO_UID };
	struct out_value uid = out_null(), user = out_null(), command = out_null();
	char text[1024];
	int list = ns && view->kind == NSVIEW_LIST, known = ns && view->own_known;

	if (!ns)
		ns = &none;
	else if (nstable_owner_uid(ns) != NSTABLE_NO_UID) {
		uid = out_number(nstable_owner_uid(ns));
		user = out_text(user_find(&view->users, nstable_owner_uid(ns)));
	}
	if (list && ns->pid && proc_read_command(ns->pid, text, sizeof(text)) == 0)
		command = out_text(text);
	report_row(&view->report, (struct out_value[]){
		out_text(name),
		nsview_inode(ns),
		nsview_inode(ns->owner),
		uid,
		user,
		user.text ? user : uid,
		nsview_inode(ns->parent),
		known ? out_bool(is_shared(view, ns)) : out_null(),
		list ? out_number((int64_t)ns->members) : out_null(),
		list && ns->pid ? out_number(ns->pid) : out_null(),
		command });
}
