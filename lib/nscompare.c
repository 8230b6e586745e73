/* SPDX-License-Identifier: ISC */
/* nscompare - the namespaces of a process, and what two share, part of nsabout.h */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "die.h"
#include "file.h"
#include "kernel.h"
#include "ns.h"
#include "nsabout.h"
#include "nsfile.h"
#include "target.h"
#include "why.h"

static int is_wanted(const struct nsask *asked, int flag)
{
	return !asked->kinds || asked->kinds & flag;
}

/* What the table has costs a link a row; nothing more is asked unless more is wanted. */
size_t nsabout_print_process(const struct nsask *asked)
{
	int json = asked->form == NSVIEW_AS_JSON, plain = !asked->columns && !asked->all_columns &&
						       !json && !asked->query;
	struct nstable table = { .ask = plain ? NSTABLE_NOTHING : NSTABLE_ALL };
	struct nsentry *found[PROC_NAMES];
	struct nsview view = { 0 };
	size_t count = 0;
	pid_t pid;

	nsview_choose(&view, asked->all_columns ? NSVIEW_ALL : json ? NSVIEW_JSON :
		      NSVIEW_PROCESS, asked->columns);
	pid = nsview_find_handle(&table, asked->handle, found);
	if (pid)
		nsscan_hold_all(found, pid);
	if (!plain)
		nsview_learn_own(&view, &table);
	nsview_begin(&view, asked->form);
	for (int i = 0; i < PROC_NAMES; i++) {
		if (!is_wanted(asked, proc_names[i].flag) || (!found[i] && !pid))
			continue;
		nsview_aim(&view, proc_names[i].name, found[i]);
		if (!nsquery_holds(asked->query, &view))
			continue;
		nsview_row(&view, "");
		count++;
	}
	report_end(&view.report);
	return count;
}

/* The kinds to compare: those that both have. One asked for, both must have. */
static int find_comparable(const struct nsask *asked, struct nsentry *const one[PROC_NAMES],
			   struct nsentry *const two[PROC_NAMES], const char *words[2])
{
	int flags = 0;

	for (int i = 0; i < PROC_NAMES; i++) {
		const struct proc_name *file = &proc_names[i];

		if (file->children || !is_wanted(asked, file->flag))
			continue;
		if (one[i] && two[i])
			flags |= file->flag;
		else if (asked->kinds)
			refuse("no %s namespace in '%s' to compare", file->name,
			       words[one[i] ? 1 : 0]);
	}
	if (!flags)
		refuse("no kind of namespace in common to compare with '%s'", words[0]);
	return flags;
}

static struct out_value of_inode(const struct nsentry *ns)
{
	return out_number((int64_t)ns->inode);
}

int nsabout_compare(const struct nsask *asked, const char *one, const char *two)
{
	static const struct report_column columns[] = {
		{ "kind", "KIND", OUT_TINTED },
		{ "inode", "INODE", OUT_RIGHT },
		{ "other", "OTHER", OUT_RIGHT },
		{ "shared", "SHARED", OUT_LEFT },
		{ NULL, NULL, OUT_LEFT }
	};
	const char *words[] = { one, two ? two : "the caller" };
	struct nsentry *left[PROC_NAMES], *right[PROC_NAMES];
	struct nstable table = { .ask = NSTABLE_NOTHING };
	struct report report;
	int flags, equal = 1;

	nsview_find_handle(&table, one, left);
	nsview_find_handle(&table, two, right);
	flags = find_comparable(asked, left, right, words);
	nsview_begin_report(&report, columns, "namespaces", asked->form);
	for (int i = 0; i < PROC_NAMES; i++) {
		if (proc_names[i].children || !(flags & proc_names[i].flag))
			continue;
		equal &= left[i] == right[i];
		report_row(&report, (struct out_value[]){
			out_text(proc_names[i].name), of_inode(left[i]), of_inode(right[i]),
			out_bool(left[i] == right[i]) });
	}
	report_member(&report, "shared", out_bool(equal));
	report_end(&report);
	return equal;
}

/* A namespace is gone when its number opens nothing any more. It must not be kept open meanwhile.
 */
static void wait_for_namespace(const char *word, int fd)
{
	const struct nskind *kind = nskind_find_flag(ns_read_type(fd));
	struct stat st;
	uint64_t id;

	if (fstat(fd, &st) < 0 || sys_ns_get_id(fd, &id) < 0) {
		why_set("before Linux 6.18 only a process can be waited for");
		die("wait for '%s'", word);
	}
	close(fd);
	while ((fd = nsfile_open_id(kind, st.st_ino, id)) >= 0) {
		close(fd);
		poll(NULL, 0, 50);
	}
	if (errno != ESTALE)
		die("wait for '%s'", word);
}

/* No link of a chain: what finds those would make a program larger that answers questions. */
__attribute__((noreturn))
static void become(char **prog)
{
	file_set_cloexec_from(3);
	execvp(*prog, prog);
	warn("run '%s'", *prog);
	exit(errno == ENOENT ? EXIT_NOT_FOUND : EXIT_CANNOT_RUN);
}

static void wait_for(const char *word, const struct handle *handle)
{
	struct pollfd end = { .fd = handle->pidfd, .events = POLLIN };

	if (handle->pidfd < 0) {
		for (int i = 0; i < NSKIND_COUNT; i++)
			if (handle->ns[i] >= 0)
				wait_for_namespace(word, handle->ns[i]);
		return;
	}
	while (poll(&end, 1, -1) < 0)
		if (errno != EINTR)
			die("wait for '%s'", word);
}

/* One that has ended before may have left its number, or its name, to nobody. It can end at any
 * moment, so it is looked for once. */
void nsabout_wait(const char *word, char **prog)
{
	struct target target;
	int open = *prog && handle_open(word, &target.handle) == 0;

	if (*prog && !open && (errno == ESRCH || errno == ESTALE))
		become(prog);
	if (open) {
		wait_for(word, &target.handle);
	} else {
		target_open(&target, word);
		wait_for(target.word, &target.handle);
	}
	if (*prog)
		become(prog);
}
