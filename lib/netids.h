/* SPDX-License-Identifier: ISC */
/* netids - the numbers by which a network namespace knows others, netns ids */
#ifndef NSKIT_NETIDS_H
#define NSKIT_NETIDS_H

#include <linux/net_namespace.h>

#include "nl.h"

/* The numbers of the namespaces that the ports of the bridge `index` lead to, each once. Returns
 * how many and in `*ids`, where that isn't 0, a list that the caller frees; or -1 with errno. */
int netids_of_ports(struct nl *nl, int bridge, int **ids);

/* Ask in the namespace of `nl` for the number of another, which may be its own: that of a process
 * by NETNSA_PID, for which it takes no privilege over it, or by NETNSA_FD that of a file. Returns
 * it, or -1 where it has none or there is no such process. */
int netids_find(struct nl *nl, int by, uint32_t value);

/* The same for many: add the question to a conversation, and read the number in an answer. */
void netids_ask(struct nl *nl, int by, uint32_t value);
int netids_read(const struct nlmsghdr *message);

#endif
