/* SPDX-License-Identifier: ISC */
/* chain - becoming PROG */
#ifndef NSKIT_CHAIN_H
#define NSKIT_CHAIN_H

/* The variable of the environment that tells our programs of the toolkit. */
#define CHAIN_TOOLKIT "NSKIT_TOOLKIT"

/* Leave descriptor `fd` open for PROG; every other from 3 on is closed on the way. */
void chain_keep(int fd);

/* Take along those programs of the toolkit that `argv` names, before the root or the mount
 * namespace changes and hides them: PROG, or a link behind it, may be one of ours. Each is opened
 * as a detached, read-only mount of its one file (open_tree(2), mount_setattr(2)): there is nothing
 * else to find in it, and it can't be written through /proc/PID/exe. Where that isn't permitted, as
 * the file. */
void chain_open_toolkit(char **argv);

/* Do that for this program too, and begin again as argv[0], which it is, from there: before
 * entering a container whose processes will see us, for whoever may open /proc/PID/exe could write
 * to the host's file. Returns where this is that program already, or where no read-only mount is
 * permitted: then the container's root is no more than this user. */
void chain_restart(char **argv);

/* Clear the environment of PROG but for the names in `keep`, separated by commas. */
void chain_clear_env(const char *keep);

/* Become argv[0]. A name of ours without a slash is executed from the toolkit, or from the
 * directory this program came from; any other is searched in PATH, and sees nothing of the toolkit.
 * Where it can't be, prints why and exits with 126 or 127. No words: the shell that $SHELL names,
 * else /bin/sh, as a login shell. */
void chain_exec(char **argv) __attribute__((noreturn));

#endif
