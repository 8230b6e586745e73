/* SPDX-License-Identifier: ISC */
/* nscolumn - the one list of what there is to tell about a namespace, part of nsview.h */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "nsvalue.h"
#include "nsview.h"

const struct nscolumn nscolumns[NSVIEW_COLUMNS] = {
	{ "kind", "type", "the kind, or file in /proc/PID/ns",
	  nsvalue_kind, OUT_TINTED, NSVIEW_PROCESS | NSVIEW_LIST | NSVIEW_NARROW | NSVIEW_JSON },
	{ "inode", "ns", "the number that tells it from others as long as it exists",
	  nsvalue_inode, OUT_RIGHT, NSVIEW_PROCESS | NSVIEW_LIST | NSVIEW_NARROW | NSVIEW_JSON },
	{ "id", NULL, "the kernel's number for it, never given again",
	  nsvalue_id, OUT_RIGHT, NSVIEW_JSON },
	{ "held", NULL, "what keeps it: process, thread, children, mount, fd, ...",
	  nsvalue_held, OUT_LEFT, NSVIEW_LIST | NSVIEW_JSON },
	{ "processes", "nprocs", "how many processes are in it",
	  nsvalue_processes, OUT_RIGHT, NSVIEW_LIST | NSVIEW_NARROW | NSVIEW_JSON },
	{ "pid", NULL, "the lowest of them, or else of those that hold it",
	  nsvalue_pid, OUT_RIGHT, NSVIEW_LIST | NSVIEW_NARROW | NSVIEW_JSON },
	{ "ppid", NULL, "the parent of that process",
	  nsvalue_ppid, OUT_RIGHT, NSVIEW_JSON },
	{ "handle", NULL, "PID:INODE of a process in it",
	  nsvalue_handle, OUT_LEFT, NSVIEW_JSON },
	{ "init", NULL, "process 1 of a pid namespace, as numbered here",
	  nsvalue_init, OUT_RIGHT, NSVIEW_JSON },
	{ "uid", NULL, "the user of the process",
	  nsvalue_uid, OUT_RIGHT, NSVIEW_JSON },
	{ "user", NULL, "the same by name",
	  nsvalue_user, OUT_LEFT, NSVIEW_JSON },
	{ "owner", "ons", "the user namespace that it belongs to",
	  nsvalue_owner, OUT_RIGHT, NSVIEW_JSON },
	{ "owner_uid", NULL, "the user who made that, and is privileged over it",
	  nsvalue_owner_uid, OUT_RIGHT, NSVIEW_JSON },
	{ "owner_user", NULL, "the same by name",
	  nsvalue_owner_user, OUT_LEFT, NSVIEW_LIST | NSVIEW_JSON },
	{ "parent", "pns", "the user or pid namespace that it is nested in",
	  nsvalue_parent, OUT_RIGHT, NSVIEW_JSON },
	{ "shared", NULL, "whether the caller is in it",
	  nsvalue_shared, OUT_LEFT, NSVIEW_JSON },
	{ "name", NULL, "the handle's name that leads to it",
	  nsvalue_name, OUT_LEFT, NSVIEW_LIST | NSVIEW_NARROW | NSVIEW_JSON },
	{ "path", NULL, "a file that it can be opened by",
	  nsvalue_path, OUT_LEFT, NSVIEW_JSON },
	{ "nsfs", NULL, "where a file is bound to it",
	  nsvalue_nsfs, OUT_LEFT, NSVIEW_JSON },
	{ "netnsid", NULL, "the number of a network namespace in the own one",
	  nsvalue_netnsid, OUT_RIGHT, NSVIEW_JSON },
	{ "uid_map", NULL, "the users of a user namespace: inside outside count,...",
	  nsvalue_uid_map, OUT_LEFT, NSVIEW_JSON },
	{ "gid_map", NULL, "the same of groups",
	  nsvalue_gid_map, OUT_LEFT, NSVIEW_JSON },
	{ "hostname", NULL, "the host name of a UTS namespace",
	  nsvalue_hostname, OUT_LEFT, 0 },
	{ "interfaces", NULL, "the interfaces of a network namespace, with addresses",
	  nsvalue_interfaces, OUT_LEFT, 0 },
	{ "cgroup", NULL, "the root of a cgroup namespace",
	  nsvalue_cgroup, OUT_LEFT, 0 },
	{ "monotonic", NULL, "how far this clock of a time namespace is ahead, in ns",
	  nsvalue_monotonic, OUT_RIGHT, NSVIEW_JSON },
	{ "boottime", NULL, "the same of the clock that runs in suspend",
	  nsvalue_boottime, OUT_RIGHT, NSVIEW_JSON },
	{ "mounts", NULL, "how many mounts are in a mount namespace",
	  nsvalue_mounts, OUT_RIGHT, NSVIEW_JSON },
	{ "command", NULL, "the command line of the process, or its [name]",
	  nsvalue_command, OUT_LEFT, NSVIEW_LIST | NSVIEW_NARROW | NSVIEW_JSON },
};

const struct nscolumn *nscolumn_find(const char *name)
{
	for (const struct nscolumn *column = nscolumns; column < nscolumns + NSVIEW_COLUMNS;
	     column++)
		if (!strcasecmp(name, column->key) ||
		    (column->alias && !strcasecmp(name, column->alias)))
			return column;
	return NULL;
}

void nscolumn_print(enum nsview_form form)
{
	static const struct report_column heads[] = {
		{ "column", "COLUMN", OUT_TINTED },
		{ "lsns", "LSNS", OUT_LEFT },
		{ "tells", "TELLS", OUT_LEFT },
		{ NULL, NULL, OUT_LEFT }
	};
	struct report report;

	nsview_begin_report(&report, heads, "columns", form);
	for (const struct nscolumn *column = nscolumns; column < nscolumns + NSVIEW_COLUMNS;
	     column++)
		report_row(&report, (struct out_value[]){ out_text(column->key),
							  out_text(column->alias),
							  out_text(column->help) });
	report_end(&report);
}
