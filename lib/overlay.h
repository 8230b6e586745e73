/* SPDX-License-Identifier: ISC */
/*
 * overlay - directories as one, overlayfs
 *
 * Layers are named by descriptor, never by a path: no character of it can be taken for a separator
 * or an option. Such a descriptor is of a directory in the mount namespace that we are in (EINVAL:
 * in another), or since Linux 6.15 a detached mount (EINVAL before) that belongs to the user
 * namespace that we are in (EPERM: to another); mnt_stage() makes one fit. What is mounted below a
 * layer isn't in the overlay.
 *
 * In a user namespace Linux 5.11; what overlayfs keeps there in user.* is trusted.* elsewhere, so
 * that a directory written by the one doesn't serve the other.
 */
#ifndef NSKIT_OVERLAY_H
#define NSKIT_OVERLAY_H

#include <stddef.h>

/* A detached overlay mount of the `count` directories `lower`, topmost first; writes go to `upper`,
 * with `work`, an empty directory of the same mount. Both -1: it is read-only, and takes at least
 * two layers (for one, a clone does). Returns a descriptor that the caller closes, and with it the
 * mount unless attached; -1 with errno, and in why.h what overlayfs says: E2BIG where a kernel
 * before Linux 6.7 takes no more layers than one option of 255 bytes names, some 15; EINVAL where
 * one layer lies in another, or is an overlay of overlays. */
int overlay_open(const int *lower, size_t count, int upper, int work);

/* The same, and what is written goes to the directories `upper` and `work`, which are made in `dir`
 * and aren't there yet. `upper`, and so the top of the overlay, has owner and mode of the top of
 * the topmost layer. */
int overlay_open_in(const int *lower, size_t count, int dir);

/* The same in a tmpfs that only the overlay sees, and that vanishes with it. */
int overlay_open_scratch(const int *lower, size_t count);

/* The same, and what is written is kept in `dir`, where a later call finds it: `upper` and `work`
 * may be there, but not as links. While the overlay is mounted anywhere, the kernel keeps others
 * off: EBUSY. EINVAL where `dir` lies in one of the layers, or on a file system that can't be an
 * upper layer, as an overlay. ESTALE where another topmost layer was below what is kept, which only
 * the initial user namespace notices. What was made is taken back where it fails. */
int overlay_open_kept(const int *lower, size_t count, int dir);

#endif
