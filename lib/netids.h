/* SPDX-License-Identifier: ISC */
/* netids - the numbers by which a network namespace knows others, netns ids */
#ifndef NSKIT_NETIDS_H
#define NSKIT_NETIDS_H

#include "nl.h"

/* The numbers of the namespaces that the ports of the bridge `index` lead to, each once. Returns
 * how many and in `*ids`, where that isn't 0, a list that the caller frees; or -1 with errno. */
int netids_of_ports(struct nl *nl, int bridge, int **ids);

#endif
