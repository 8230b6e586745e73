/* SPDX-License-Identifier: ISC */
/* etc - the files of /etc that a container needs of its own: hostname, hosts, resolv.conf */
#ifndef NSKIT_ETC_H
#define NSKIT_ETC_H

#include "rootfs.h"

/* The caller's resolv.conf(5), read before its root is out of sight, which the caller frees: ""
 * where there is none. Where it names only a resolver on the loopback, and that is not the
 * loopback of the root, which with `elsewhere` is in another network namespace than ours, it is
 * systemd-resolved's own list of the ones behind it, if there is one. NULL with errno. */
char *etc_read_resolv(int elsewhere);

/* Mount the three over those of the root, which is not written to but for files that are missing:
 * hostname(5) of the UTS namespace we are in, hosts(5) with it and localhost, and `resolv`, in a
 * network namespace of our own without the resolvers on a loopback that isn't ours. 0, or -1 with
 * errno and root->step. */
int etc_add(struct rootfs *root, const char *resolv);

#endif
