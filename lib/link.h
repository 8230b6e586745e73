/* SPDX-License-Identifier: ISC */
/* link - network interfaces, their addresses and routes, rtnetlink(7) */
#ifndef NSKIT_LINK_H
#define NSKIT_LINK_H

/* Bring `lo` of the network namespace that the caller is in up. Returns 0, or -1 with errno. */
int link_set_loopback_up(void);

#endif
