/* SPDX-License-Identifier: ISC */
/* nsvalue - the columns that a pass has found, or /proc tells at once, part of nsview.h */
#include <stdio.h>

#include "nsvalue.h"

static struct out_value of_inode(const struct nsentry *ns)
{
	return ns && ns->inode ? out_number((int64_t)ns->inode) : out_null();
}

struct out_value nsvalue_kind(struct nsview *view, const struct nsentry *ns)
{
	(void)ns;
	return out_text(view->name);
}

struct out_value nsvalue_inode(struct nsview *view, const struct nsentry *ns)
{
	(void)view;
	return of_inode(ns);
}

struct out_value nsvalue_id(struct nsview *view, const struct nsentry *ns)
{
	(void)view;
	return ns->id ? out_number((int64_t)ns->id) : out_null();
}

struct out_value nsvalue_held(struct nsview *view, const struct nsentry *ns)
{
	static const struct out_list words = { out_write_list, ",", NULL, 0 };
	char *end = view->text;

	*end = '\0';
	for (int i = 0; nstable_holds[i]; i++)
		if (ns->held & 1U << i)
			end += sprintf(end, "%s%s", end > view->text ? "," : "", nstable_holds[i]);
	return *view->text ? out_list(view->text, &words) : out_null();
}

struct out_value nsvalue_processes(struct nsview *view, const struct nsentry *ns)
{
	return view->scanned && ns->inode ? out_number((int64_t)ns->members) : out_null();
}

struct out_value nsvalue_pid(struct nsview *view, const struct nsentry *ns)
{
	(void)view;
	return ns->pid ? out_number(ns->pid) : out_null();
}

struct out_value nsvalue_ppid(struct nsview *view, const struct nsentry *ns)
{
	struct proc_stat stat;

	(void)view;
	return ns->pid && proc_read_stat(ns->pid, &stat) == 0 ? out_number(stat.parent) :
								 out_null();
}

struct out_value nsvalue_uid(struct nsview *view, const struct nsentry *ns)
{
	struct proc_stat stat;

	(void)view;
	if (!ns->pid || proc_read_stat(ns->pid, &stat) < 0 || stat.uid == NSTABLE_NO_UID)
		return out_null();
	return out_number(stat.uid);
}

struct out_value nsvalue_user(struct nsview *view, const struct nsentry *ns)
{
	struct out_value uid = nsvalue_uid(view, ns);

	return uid.type == OUT_NULL ? uid : out_text(user_find(&view->users, (uid_t)uid.number));
}

struct out_value nsvalue_owner(struct nsview *view, const struct nsentry *ns)
{
	(void)view;
	return of_inode(ns->owner);
}

struct out_value nsvalue_owner_uid(struct nsview *view, const struct nsentry *ns)
{
	uid_t uid = ns->kind ? nstable_owner_uid(ns) : NSTABLE_NO_UID;

	(void)view;
	return uid == NSTABLE_NO_UID ? out_null() : out_number(uid);
}

struct out_value nsvalue_owner_user(struct nsview *view, const struct nsentry *ns)
{
	struct out_value uid = nsvalue_owner_uid(view, ns);

	return uid.type == OUT_NULL ? uid : out_text(user_find(&view->users, (uid_t)uid.number));
}

struct out_value nsvalue_parent(struct nsview *view, const struct nsentry *ns)
{
	(void)view;
	return of_inode(ns->parent);
}

struct out_value nsvalue_shared(struct nsview *view, const struct nsentry *ns)
{
	if (!view->own_known || !ns->inode)
		return out_null();
	for (int i = 0; i < PROC_NAMES; i++)
		if (view->own[i] == ns && !proc_names[i].children)
			return out_bool(1);
	return out_bool(0);
}

struct out_value nsvalue_name(struct nsview *view, const struct nsentry *ns)
{
	(void)view;
	return out_text(ns->name);
}

struct out_value nsvalue_nsfs(struct nsview *view, const struct nsentry *ns)
{
	(void)view;
	return out_text(ns->point);
}

struct out_value nsvalue_command(struct nsview *view, const struct nsentry *ns)
{
	enum { MOST = 1024 };

	return ns->pid && proc_read_command(ns->pid, view->text, MOST) == 0 ?
		       out_text(view->text) : out_null();
}
