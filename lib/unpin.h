/* SPDX-License-Identifier: ISC */
/* unpin - let go of namespaces that bind mounts of their files keep */
#ifndef NSKIT_UNPIN_H
#define NSKIT_UNPIN_H

/* Unmount the namespace files of the directory `path`, each named after its kind, as nsnew --pin
 * makes them, and remove them and then the directory, unless something else is in it. What isn't
 * mounted stays, as /proc/PID/ns does, and so does a single file. 0, or -1 with errno. */
int unpin_directory(const char *path);

/* Whether a mount here keeps the namespace `fd`, of this kind ("net"). */
int unpin_is_pinned(int fd, const char *kind);

#endif
