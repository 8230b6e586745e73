/* SPDX-License-Identifier: ISC */
/* walk - a path below a hostile root, followed step by step where the kernel lacks openat2(2) */
#ifndef NSKIT_WALK_H
#define NSKIT_WALK_H

/* As path_open(), which is what to call, by openat(2) of one component after the other. The one
 * difference: ENAMETOOLONG also where a link's text and what is left of the path are too long
 * together. */
int walk_open(int root, const char *path);

#endif
