/* SPDX-License-Identifier: ISC */
/* pick - one namespace of a handle from elsewhere than the process that the handle is */
#ifndef NSKIT_PICK_H
#define NSKIT_PICK_H

#include "handle.h"

/* Each returns 0, or -1 with errno, and leaves the handle as it was. */

/* The kind `flag` from the file `word`, or from the namespace whose number the kernel tells as
 * NS_GET_ID (Linux 6.18) where it is ":NUMBER". EINVAL: not that; ESTALE: no namespace of that kind
 * has the number, or before Linux 6.19 no process is in it. */
int pick_file(struct handle *handle, int flag, const char *word);

/* The network namespace of the socket that is descriptor `fd` of the process (pidfd_getfd(2), Linux
 * 5.6; SIOCGSKNS, Linux 4.10). ENOTTY where it is no socket. */
int pick_socket(struct handle *handle, int fd);

/* Those that the process's children will be born in, of the kinds pid and time in `flags`. ENOENT
 * for a pid namespace before its first process. */
int pick_children(struct handle *handle, int flags);

/* As user namespace the one that owns the namespaces of the other kinds in `flags`, the uppermost
 * where there are several; with no other kinds, the parent of the handle's own. EPERM where it lies
 * outside of ours. */
int pick_owner(struct handle *handle, int flags);

#endif
