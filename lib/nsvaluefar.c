/* SPDX-License-Identifier: ISC */
/* nsvaluefar - the columns that have to be asked for one by one, part of nsview.h */
#include <stdlib.h>

#include "file.h"
#include "kernel.h"
#include "nsvalue.h"
#include "nsfact.h"
#include "nsinside.h"

/* The text of the value at hand; nsview_find() copies it. */
enum { TEXT = NSINSIDE_TEXT };

static struct out_value text_if(const struct nsview *view, int result)
{
	return result < 0 ? out_null() : out_text(view->text);
}

static int is_kind(const struct nsentry *ns, int flag)
{
	return ns->kind && ns->kind->flag == flag;
}

struct out_value nsvalue_handle(struct nsview *view, const struct nsentry *ns)
{
	return text_if(view, nsfact_handle(ns, view->text, TEXT));
}

struct out_value nsvalue_path(struct nsview *view, const struct nsentry *ns)
{
	return text_if(view, nsfact_path(ns, view->text, TEXT));
}

struct out_value nsvalue_init(struct nsview *view, const struct nsentry *ns)
{
	int64_t pid;

	(void)view;
	return is_kind(ns, CLONE_NEWPID) && nsfact_init(ns, &pid) == 0 ? out_number(pid) :
									 out_null();
}

static struct out_value find_map(struct nsview *view, const struct nsentry *ns, const char *file)
{
	static const char *const keys[] = { "inside", "outside", "count", NULL };
	static const struct out_list ranges = { out_write_list, ",", keys, 1 };

	if (!is_kind(ns, CLONE_NEWUSER) || nsfact_map(ns, file, view->text, TEXT) < 0)
		return out_null();
	return out_list(view->text, &ranges);
}

struct out_value nsvalue_uid_map(struct nsview *view, const struct nsentry *ns)
{
	return find_map(view, ns, "uid_map");
}

struct out_value nsvalue_gid_map(struct nsview *view, const struct nsentry *ns)
{
	return find_map(view, ns, "gid_map");
}

struct out_value nsvalue_cgroup(struct nsview *view, const struct nsentry *ns)
{
	if (!is_kind(ns, CLONE_NEWCGROUP))
		return out_null();
	return text_if(view, nsfact_cgroup(ns, view->text, TEXT));
}

static struct out_value find_clock(const struct nsentry *ns, const char *clock)
{
	int64_t offset;

	return is_kind(ns, CLONE_NEWTIME) && nsfact_clock(ns, clock, &offset) == 0 ?
		       out_number(offset) : out_null();
}

struct out_value nsvalue_monotonic(struct nsview *view, const struct nsentry *ns)
{
	(void)view;
	return find_clock(ns, "monotonic");
}

struct out_value nsvalue_boottime(struct nsview *view, const struct nsentry *ns)
{
	(void)view;
	return find_clock(ns, "boottime");
}

struct out_value nsvalue_mounts(struct nsview *view, const struct nsentry *ns)
{
	int64_t count;

	(void)view;
	return is_kind(ns, CLONE_NEWNS) && nsfact_mounts(ns, &count) == 0 ? out_number(count) :
									     out_null();
}

/* One conversation is enough for all. */
struct out_value nsvalue_netnsid(struct nsview *view, const struct nsentry *ns)
{
	int64_t id;

	if (!is_kind(ns, CLONE_NEWNET))
		return out_null();
	if (!view->nl && (view->nl = malloc(sizeof(*view->nl))) &&
	    nl_open(view->nl, NETLINK_ROUTE) < 0)
		view->nl->fd = -1;
	if (!view->nl || view->nl->fd < 0 || nsfact_net_id(ns, view->nl, &id) < 0)
		return out_null();
	return out_number(id);
}

/* What is asked inside is asked here where it is ours. */
static struct out_value ask(struct nsview *view, const struct nsentry *ns, int flag,
			    nsinside_question *question)
{
	int fd = -1, result;

	if (!is_kind(ns, flag))
		return out_null();
	if (!nsvalue_shared(view, ns).number && (fd = nsfact_open(ns)) < 0)
		return out_null();
	result = nsinside_ask(fd, flag, question, NULL, view->text, TEXT);
	file_close(fd, 0);
	return text_if(view, result);
}

struct out_value nsvalue_hostname(struct nsview *view, const struct nsentry *ns)
{
	return ask(view, ns, CLONE_NEWUTS, nsinside_host);
}

struct out_value nsvalue_interfaces(struct nsview *view, const struct nsentry *ns)
{
	static const char *const keys[] = { "name", "addresses", NULL };
	static const struct out_list interfaces = { out_write_list, ", ", keys, 0 };
	struct out_value value = ask(view, ns, CLONE_NEWNET, nsinside_interfaces);

	value.list = &interfaces;
	return value;
}
