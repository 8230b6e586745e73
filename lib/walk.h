/* SPDX-License-Identifier: ISC */
/* walk - a path below a root, one component at a time, for kernels without openat2(2) */
#ifndef NSKIT_WALK_H
#define NSKIT_WALK_H

/* As path_open(), of which it is the slow half. */
int walk_open(int root, const char *path);

#endif
