/* SPDX-License-Identifier: ISC */
/* pin - namespaces kept by files, without a process: nsfs bind mounts, namespaces(7) */
#ifndef NSKIT_PIN_H
#define NSKIT_PIN_H

#include <sched.h>

/* Bind the namespace file `kind` ("net") of the process with the directory `procdir` over the file
 * `path` below `dirfd` (as openat(2)), which is made, empty, where it is missing. Returns 0, or -1
 * with errno, and then has made nothing: EPERM without privilege over this mount namespace, EINVAL
 * or ELOOP for a mount namespace that is older than this one, or shares the mount of `path`, EEXIST
 * where a link is in its place. */
int pin_add(int procdir, const char *kind, int dirfd, const char *path);

/* Undo that: unmount `path`, once, and remove the file, if it is empty and nothing else is mounted
 * on it. What isn't there is no error. */
void pin_remove(int dirfd, const char *path);

/* The same for the kinds in `flags`, each with its name, in the directory `dir`, which is made with
 * mode 0700 where it is missing: all or none. */
int pin_add_all(int procdir, int flags, const char *dir);

/* Undo that, and remove the directory if it is empty then. */
void pin_remove_all(const char *dir, int flags);

/* Let go of all that is pinned in the directory `dir`, whoever did it: unmount the files named
 * after their kinds, all mounts of each, remove those that are empty, and then the directory,
 * unless something else is in it. What isn't mounted stays, as /proc/PID/ns does, and so does a
 * `dir` that is a single file. 0, or -1 with errno, after all were tried: EEXIST where a link
 * is in the place of `dir`, EPERM without privilege over this mount namespace. */
int pin_clear(const char *dir);

/* Whether a mount here keeps the namespace `fd`, of this kind ("net"). */
int pin_is_pinned(int fd, const char *kind);

/* Run from now on, until pin_restore_cpu(), on a CPU where a mount namespace that is made can be
 * pinned here. The kernel lets one be bound only in an older one, and goes by their ids; since
 * Linux 6.18 these come from a supply of each CPU, so that on some CPUs a new one looks older than
 * ours. `user`: it will be made in a new user namespace. */
void pin_choose_cpu(int user, cpu_set_t *before);
void pin_restore_cpu(const cpu_set_t *before);

#endif
