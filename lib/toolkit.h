/* SPDX-License-Identifier: ISC */
/*
 * toolkit - the programs of the toolkit, where the root has changed
 *
 * They travel as descriptors, named in the environment: "nshost=7 nsroot=8". Only programs of ours
 * see them.
 */
#ifndef NSKIT_TOOLKIT_H
#define NSKIT_TOOLKIT_H

#define TOOLKIT_VARIABLE "NSKIT_TOOLKIT"

/* 1 where `word` is the name of one of them, else 0. */
int toolkit_is_program(const char *word);

/* Take along those programs of the toolkit that `argv` names, before the root or the mount
 * namespace changes and hides them: PROG, or a link behind it, may be one of ours. Each is opened
 * as a detached, read-only mount of its one file (open_tree(2), mount_setattr(2)): there is nothing
 * else to find in it, and it can't be written through /proc/PID/exe. Where the
 * kernel has no such mounts, as a sealed copy in memory; where it isn't permitted, as the file. */
void toolkit_open(char **argv);

/* Do that for this program too, and begin again as argv[0], which it is, from there: before
 * entering a container whose processes will see us, for whoever may open /proc/PID/exe could write
 * to the host's file. Returns where this is that program already, or where no read-only mount is
 * permitted: then the container's root is no more than this user. */
void toolkit_restart(char **argv);

/* Hand each program that was taken along, with its descriptor, to `take`, until that answers -1,
 * which is then the answer. */
int toolkit_each(int (*take)(const char *name, int fd, void *to), void *to);

/* Execute `name` from what was taken along; returns where it wasn't, or can't be. */
void toolkit_exec(const char *name, char **argv);

/* Execute `name` from the directory that this program came from; returns where it can't be. */
void toolkit_exec_beside(const char *name, char **argv);

#endif
