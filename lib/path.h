/* SPDX-License-Identifier: ISC */
/*
 * path - what lies below a hostile root, found and made by descriptor
 *
 * `root` is taken as "/": links, absolute ones too, and `..` stay below it, whatever changes there
 * meanwhile. Links that only a procfs can follow (/proc/self/root) are refused. Every descriptor is
 * O_PATH and close-on-exec, and the caller's to close.
 */
#ifndef NSKIT_PATH_H
#define NSKIT_PATH_H

#include <sys/types.h>

/* What was made on the way, to be taken away should a later step fail. Begins as { 0 }. */
struct path_trail {
	struct path_made *made;
	size_t count;
};

/* Open `path`, links followed, the last one too. -1 with errno of openat2(2), path_resolution(7):
 * ELOOP for a magic link. Where openat2 is missing (before Linux 5.6, or in a sandbox that doesn't
 * know it) its components are walked one by one. */
int path_open(int root, const char *path);

/* The same, made where it is missing: directories with mode 0755 and the last component as `type`,
 * S_IFDIR or S_IFREG (0644, empty), whatever the umask; the owner is who we are. What is there is
 * opened as it is, of whichever type. A link that leads nowhere has made what it leads to, below
 * the root as all else. -1 with errno: EISDIR for a file with a slash at its end. */
int path_make(int root, const char *path, mode_t type, struct path_trail *trail);

/* Open the directory that `path` lies in, made where it is missing; `name` is the last component,
 * within `path`, for mknodat(2) or symlinkat(2) and path_note(). -1 with errno: EINVAL for an empty
 * path and for one that ends in a slash, `.` or `..`. */
int path_open_parent(int root, const char *path, struct path_trail *trail, const char **name);

/* Open the directory `name` in `dir`, made where it is missing, without following a link; `name` is
 * one component. ENOTDIR where a link or a file stands in the way. */
int path_make_plain(int dir, const char *name, struct path_trail *trail);

/* Note that the caller has made `name` in `parent`. 0, or -1 with errno, and it is gone again. */
int path_note(struct path_trail *trail, int parent, const char *name);

/* Take away what was made, last things first, unless something else is there by now; on a mount
 * that has become read-only nothing can be. Or keep it. Both leave the trail empty, and errno as it
 * was. */
void path_undo(struct path_trail *trail);
void path_keep(struct path_trail *trail);

#endif
