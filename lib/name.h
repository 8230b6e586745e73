/* SPDX-License-Identifier: ISC */
/*
 * name - the files that give a handle a name
 *
 * A file NAME holds PID:INODE, or PID where the kernel has no inodes, and in a second line the
 * inode of the pid namespace in which that is the process's number. Root's are in
 * /run/nskit, those of an ordinary user, or of the root of a user namespace, in
 * $XDG_RUNTIME_DIR/nskit.
 */
#ifndef NSKIT_NAME_H
#define NSKIT_NAME_H

#include "handle.h"

/* Whether `name` can be one: not empty, no slash, no dot or dash first, not a number, at most 64
 * bytes. */
int name_is_valid(const char *name);

/* Read what `name` holds. 0, or -1 with errno ENOENT where there is no such name, EXDEV where it
 * was registered in another pid namespace. */
int name_read(const char *name, char text[HANDLE_TEXT]);

/* Make `name` hold `text`, in a directory that is made where missing. One that names a process that
 * is gone is replaced. 0, or -1 with errno: EEXIST where it names a living one, EINVAL where it is
 * no name, EPERM where the directory isn't the caller's alone, ENOENT without XDG_RUNTIME_DIR. */
int name_write(const char *name, const char *text);

/* Call `visit` with every name that there is, whatever it holds, in no order. */
void name_each(void (*visit)(const char *name, void *context), void *context);

/* Remove `name` if it holds `text`; "": whatever it holds. 0, or -1 with errno. */
int name_remove(const char *name, const char *text);

/* Remove every name that holds `text`. */
void name_remove_all(const char *text);

/* The same for a file of any path, as a service manager asks for: written with mode 0644. A link is
 * refused, ELOOP, and so is a file that holds anything but the number of a process that is gone,
 * EEXIST. */
int name_write_file(const char *path, const char *text);
int name_remove_file(const char *path, const char *text);

#endif
