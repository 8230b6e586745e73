/* SPDX-License-Identifier: ISC */
/*
 * mntold - the verbs of mnt.h by mount(2), for kernels without the mount API
 *
 * There no mount can be made that isn't attached. So they are made in a workshop, a tmpfs of our
 * own in this mount namespace, and moved from there to where they belong; mntold_end() takes it
 * away with all that is left in it. Each verb is as in mnt.h.
 */
#ifndef NSKIT_MNTOLD_H
#define NSKIT_MNTOLD_H

#include "mnt.h"

/* 1 where the kernel, or a sandbox around us, answers ENOSYS to one of the calls of the mount API;
 * which it is, is tried once. */
int mntold_is_needed(void);

int mntold_open_new(const char *type, int attributes, const struct mnt_option *options);
int mntold_open_clone(int dirfd, const char *path, int flags);
int mntold_set(int fd, int attributes);
int mntold_attach(int fd, int dirfd, const char *path);
void mntold_end(void);

#endif
