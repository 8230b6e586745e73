/* SPDX-License-Identifier: ISC */
/* nsvalue - what finds the value of each column of nscolumn.c, part of nsview.h */
#ifndef NSKIT_NSVALUE_H
#define NSKIT_NSVALUE_H

#include "nsview.h"

/* Each answers for the namespace, whose facts are all zero where there is none, and null where it
 * doesn't know, or the namespace is of a kind that has no such thing. A text is in view->text, or
 * lives as long as the namespace. */
typedef struct out_value nsvalue(struct nsview *view, const struct nsentry *ns);

/* What a pass has found, or /proc tells at once: nsvalue.c. */
nsvalue nsvalue_kind, nsvalue_inode, nsvalue_id, nsvalue_held, nsvalue_processes, nsvalue_pid,
	nsvalue_ppid, nsvalue_uid, nsvalue_user, nsvalue_owner, nsvalue_owner_uid,
	nsvalue_owner_user, nsvalue_parent, nsvalue_shared, nsvalue_name, nsvalue_nsfs,
	nsvalue_command;

/* What is asked for one by one: nsvaluefar.c. */
nsvalue nsvalue_handle, nsvalue_init, nsvalue_path, nsvalue_netnsid, nsvalue_uid_map,
	nsvalue_gid_map, nsvalue_hostname, nsvalue_interfaces, nsvalue_cgroup, nsvalue_monotonic,
	nsvalue_boottime, nsvalue_mounts;

#endif
