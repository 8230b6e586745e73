/* SPDX-License-Identifier: ISC */
/* nsabout - all about one namespace */
#include "nsabout.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "die.h"
#include "file.h"
#include "nsfile.h"
#include "num.h"

/* What a word says of a namespace; 0 for what it doesn't. */
struct named {
	ino_t inode;
	uint64_t id;
};

/* No process has a larger number, proc_sys_kernel(5), and every namespace has. */
enum { PID_MOST = 1 << 22 };

/* "net:[4026531840]" */
static int parse_link(const char *word, struct named *named)
{
	const struct nsscan all = { .kinds = nskind_all };

	return nsscan_parse(&all, word, &named->inode) != NULL;
}

/* /run/netns/blue, or "blue" alone. */
static int parse_file(const char *word, struct named *named)
{
	char path[PATH_MAX];
	struct stat st;
	int fd;

	snprintf(path, sizeof(path), "%s%s", strchr(word, '/') ? "" : "/run/netns/", word);
	fd = nsfile_open(AT_FDCWD, path);
	if (fd >= 0 && fstat(fd, &st) == 0)
		named->inode = st.st_ino;
	return file_close(fd, fd >= 0);
}

static int parse(const char *word, struct named *named)
{
	uint64_t number;

	*named = (struct named){ 0, 0 };
	if (*word == ':' && num_parse(word + 1, UINT64_MAX, &named->id) == 0)
		return 1;
	if (num_parse(word, UINT64_MAX, &number) == 0) {
		named->inode = number;
		return number > PID_MOST;
	}
	return parse_link(word, named) || (strspn(word, "0123456789:") < strlen(word) &&
					   parse_file(word, named));
}

int nsabout_is_namespace(const char *word)
{
	struct named named;

	return parse(word, &named);
}

static struct nsentry *find(const struct nsscan *scan, const struct named *named)
{
	for (size_t i = 0; i < scan->table.count; i++) {
		struct nsentry *ns = scan->table.all[i];

		if (named->id ? ns->id == named->id : ns->inode == named->inode)
			return ns;
	}
	return NULL;
}

/* In a table a line for each column of which something is known; none of a namespace that isn't
 * there. */
static void print_facts(struct nsview *view, enum nsview_form form)
{
	static const struct report_column heads[] = {
		{ "column", "COLUMN", OUT_TINTED },
		{ "value", "VALUE", OUT_LEFT },
		{ NULL, NULL, OUT_LEFT }
	};
	struct report report;

	nsview_begin_report(&report, heads, "", form);
	for (size_t i = 0; view->ns && i < view->count; i++) {
		struct out_value value = nsview_find(view, view->shown[i]);

		if (value.type != OUT_NULL)
			report_row(&report, (struct out_value[]){ out_text(view->shown[i]->key),
								  value });
	}
	report_end(&report);
}

/* The members as rows of their own; `key` is the array in JSON. */
static void print_members(struct report *report, const struct nsscan *scan,
			  const struct nsentry *ns, struct users *users)
{
	char text[1024];

	for (size_t i = 0; i < scan->proc_count; i++) {
		const struct nsproc *process = &scan->procs[i];
		struct proc_stat stat;
		int in = 0, known;

		for (int j = 0; j < PROC_NAMES; j++)
			in |= ns && process->ns[j] == ns && !proc_names[j].children;
		if (!in)
			continue;
		known = proc_read_stat(process->pid, &stat) == 0;
		report_row(report, (struct out_value[]){
			out_number(process->pid),
			known ? out_number(stat.parent) : out_null(),
			known ? out_number(stat.uid) : out_null(),
			known ? out_text(user_find(users, stat.uid)) : out_null(),
			proc_read_command(process->pid, text, sizeof(text)) == 0 ? out_text(text) :
										   out_null() });
	}
}

static void print_children(struct report *report, const struct nsscan *scan,
			   const struct nsentry *ns)
{
	for (size_t i = 0; i < scan->table.count; i++) {
		const struct nsentry *child = scan->table.all[i];

		if (ns && (child->owner == ns || child->parent == ns))
			report_row(report, (struct out_value[]){
				out_text(child->kind->name), out_number((int64_t)child->inode),
				out_text(child->parent == ns ? "nested" : "owned"),
				child->pid ? out_number(child->pid) : out_null() });
	}
}

static const struct report_column member_heads[] = {
	{ "pid", "PID", OUT_RIGHT },
	{ "ppid", "PPID", OUT_RIGHT },
	{ "uid", "UID", OUT_RIGHT },
	{ "user", "USER", OUT_LEFT },
	{ "command", "COMMAND", OUT_LEFT },
	{ NULL, NULL, OUT_LEFT }
};

static const struct report_column child_heads[] = {
	{ "kind", "KIND", OUT_TINTED },
	{ "inode", "INODE", OUT_RIGHT },
	{ "relation", "RELATION", OUT_LEFT },
	{ "pid", "PID", OUT_RIGHT },
	{ NULL, NULL, OUT_LEFT }
};

/* Three tables, an empty line between two; in JSON three arrays. */
static void print_table(struct nsview *view, const struct nsscan *scan, enum nsview_form form)
{
	struct report report;

	print_facts(view, form);
	for (int i = 0; i < 2; i++) {
		nsview_begin_report(&report, i ? child_heads : member_heads, "", form);
		if (i)
			print_children(&report, scan, view->ns);
		else
			print_members(&report, scan, view->ns, &view->users);
		if (report.table.cells)
			putchar('\n');
		report_end(&report);
	}
	nslist_end(&report, scan);
}

static void print_json(struct nsview *view, const struct nsscan *scan)
{
	nsview_begin(view, NSVIEW_AS_JSON);
	if (view->ns)
		nsview_row(view, "");
	report_rows(&view->report, member_heads, "members");
	print_members(&view->report, scan, view->ns, &view->users);
	report_rows(&view->report, child_heads, "children");
	print_children(&view->report, scan, view->ns);
	nslist_end(&view->report, scan);
}

int nsabout_print(const struct nsask *asked, const char *word)
{
	struct nsview view = { .scanned = 1 };
	struct nsask all = *asked;
	struct nsscan scan;
	struct nsentry *ns;
	struct named named;

	parse(word, &named);
	all.where |= NSSCAN_KEEP;
	nsview_choose(&view, NSVIEW_ALL, asked->columns);
	nslist_scan(&all, &scan);
	nsview_learn_own(&view, &scan.table);
	ns = find(&scan, &named);
	nsview_aim(&view, ns ? ns->kind->name : NULL, ns);
	if (asked->form == NSVIEW_AS_JSON)
		print_json(&view, &scan);
	else
		print_table(&view, &scan, asked->form);
	return ns != NULL;
}
