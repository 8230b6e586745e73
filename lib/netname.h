/* SPDX-License-Identifier: ISC */
/*
 * netname - a holder's network namespace under a name that ip-netns(8) knows
 *
 * Its names are files in /run/netns. Ours is a link to /proc/PID/ns/net, which keeps nothing alive:
 * when the holder has ended it leads nowhere.
 */
#ifndef NSKIT_NETNAME_H
#define NSKIT_NETNAME_H

#include <sys/types.h>

/* Give the network namespace of the process `pid` the name `name`, in a directory that is made
 * where it is missing. A link to a process that is gone is replaced. 0, or -1 with errno: EEXIST
 * where it names something else, EACCES for an ordinary user. */
int netname_write(const char *name, pid_t pid);

/* Remove that name, or with NULL all such names of the process. errno stays. */
void netname_remove(const char *name, pid_t pid);

#endif
