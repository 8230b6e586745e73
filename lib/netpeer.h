/* SPDX-License-Identifier: ISC */
/* netpeer - what is at the other end of an interface, and in whose network namespace */
#ifndef NSKIT_NETPEER_H
#define NSKIT_NETPEER_H

#include <sys/types.h>

#include "handle.h"
#include "netlist.h"

/* Another namespace, and as much of it as could be found out. */
struct netpeer {
	int netid;		/* its number in the one that is shown */
	char *name;		/* of a handle, or of ip-netns(8), that leads there; or NULL */
	char handle[HANDLE_TEXT]; /* PID:INODE of a process in it, before Linux 6.9 PID; or empty */
	ino_t inode;		/* its own; 0: not known */
	pid_t pid;		/* while it is looked for: a process that may be in it */
};

/* Find what those interfaces of the list that are `wanted` are linked with: their names, and the
 * namespaces of those that are elsewhere than the `nl` of the list. What the caller may not know
 * stays unknown: a name needs CAP_NET_ADMIN over its namespace, an inode to be permitted to look at
 * a process there. A registered handle that shares its network namespace with `own`, the one that
 * the caller came from (a descriptor, or -1), isn't taken for that one's name.
 *
 * It costs a question for each such interface, each name and each process, many in one message.
 * Returns 0, or -1 with errno ENOMEM. netpeer_free() frees the
 * namespaces that were found, which are in `peers` by their numbers, all zero to begin with. */
int netpeer_find(struct sorted *peers, struct nl *nl, const struct netlist *list, int own);
void netpeer_free(struct sorted *peers);

#endif
