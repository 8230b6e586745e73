/* SPDX-License-Identifier: ISC */
/* chain - becoming PROG */
#ifndef NSKIT_CHAIN_H
#define NSKIT_CHAIN_H

/* The variable of the environment that tells our programs of the toolkit. */
#define CHAIN_TOOLKIT "NSKIT_TOOLKIT"

/* Leave descriptor `fd` open for PROG; every other from 3 on is closed on the way. */
void chain_keep(int fd);

/* Take the toolkit along, before the root or the mount namespace changes and hides it: PROG, or a
 * link behind it in `argv`, may be one of our programs. Opens their directory as a detached,
 * read-only clone (open_tree(2), mount_setattr(2)): it has no parent to climb to and can't be
 * written through /proc/PID/exe. Where that isn't permitted, the files that `argv` names. */
void chain_open_toolkit(char **argv);

/* Take the toolkit along, and begin again as argv[0], which is this program, from it: before
 * entering a container whose processes will see us, for whoever may open /proc/PID/exe there could
 * write to the host's file. Returns where this is that program already, or where no read-only
 * clone is permitted: then the container's root is no more than this user. */
void chain_restart(char **argv);

/* Clear the environment of PROG but for the names in `keep`, separated by commas. */
void chain_clear_env(const char *keep);

/* Become argv[0]. A name of ours without a slash is executed from the toolkit, or from the
 * directory this program came from; any other is searched in PATH, and sees nothing of the toolkit.
 * Where it can't be, prints why and exits with 126 or 127. No words: the shell
 * that $SHELL names, else /bin/sh, as a login shell. */
void chain_exec(char **argv) __attribute__((noreturn));

#endif
