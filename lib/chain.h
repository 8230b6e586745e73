/* SPDX-License-Identifier: ISC */
/* chain - becoming PROG */
#ifndef NSKIT_CHAIN_H
#define NSKIT_CHAIN_H

/* Leave descriptor `fd` open for PROG; every other from 3 on is closed on the way. */
void chain_keep(int fd);

/* Leave PROG nothing of the environment but the names in `keep`, separated by commas. */
void chain_clear_env(const char *keep);

/* Set a variable, NAME=VALUE, for PROG, whatever is cleared; refused where it has no such form. */
void chain_add_env(char *word);

/* Become argv[0]. A name of ours without a slash is executed from the toolkit, or from the
 * directory this program came from; any other is searched in PATH, and sees nothing of the toolkit.
 * Where it can't be, prints why and exits with 126 or 127. No words: the shell that $SHELL names,
 * else /bin/sh, as a login shell. */
void chain_exec(char **argv) __attribute__((noreturn));

#endif
