/* SPDX-License-Identifier: ISC */
/*
 * path - paths below a root whose contents are hostile
 *
 * A path is walked as a process whose "/" were that root would walk it: links are followed, `..`
 * and absolute links stay inside, however the tree is changed meanwhile. What is found is handed
 * out as a descriptor, and only that is used after. The links of proc that lead to open files and
 * other roots are not followed: ELOOP. openat2(2), Linux 5.6; without it the same by a walk of our
 * own.
 */
#ifndef NSKIT_PATH_H
#define NSKIT_PATH_H

#include <stddef.h>
#include <sys/types.h>

/* What was made on the way, for it to be removed again. All zero is the empty one. */
struct path_trail {
	struct path_made *made;
	size_t count;
};

/* Open what `path` names below the directory `root`. Returns an O_PATH descriptor, which the caller
 * closes, or -1 with errno: ENOENT, ENOTDIR, ELOOP, ENAMETOOLONG, EACCES. */
int path_open(int root, const char *path);

/* The same, where what is missing is made: directories with mode 0755, and as the last one a
 * directory (S_IFDIR) or an empty file (S_IFREG, 0644). What is there already is opened whatever it
 * is. A link that leads nowhere has made what it leads to. */
int path_make(int root, const char *path, mode_t type, struct path_trail *trail);

/* Open the directory that the last component of `path` lies in, made as above, and point `name` to
 * that. EINVAL where `path` ends in no name. */
int path_open_parent(int root, const char *path, struct path_trail *trail, const char **name);

/* Open the directory `name` of `dir`, made where it is missing, and not through a link: ENOTDIR. */
int path_make_plain(int dir, const char *name, struct path_trail *trail);

/* Note that `name` of the directory `dir` was made. 0, or -1 with errno, and it is removed. */
int path_note(struct path_trail *trail, int dir, const char *name);

/* Remove what was made, the last first, unless it is another's by now; or leave it. */
void path_undo(struct path_trail *trail);
void path_keep(struct path_trail *trail);

#endif
