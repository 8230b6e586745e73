/* SPDX-License-Identifier: ISC */
/* chain - becoming PROG, or running it and ending as it does */
#ifndef NSKIT_CHAIN_H
#define NSKIT_CHAIN_H

#include <signal.h>
#include <sys/types.h>

/* Leave descriptor `fd` open for PROG; every other from 3 on is closed on the way. */
void chain_keep(int fd);

/* Take the toolkit along, before the root or the mount namespace changes and hides it: PROG, or a
 * link behind it in `argv`, may be one of our programs. Opens their directory as a detached,
 * read-only clone (open_tree(2), mount_setattr(2)): it has no parent to climb to and can't be
 * written through /proc/PID/exe. Where that isn't permitted, the files that `argv` names. */
void chain_open_toolkit(char **argv);

/* Become argv[0]. A name of ours without a slash is executed from the toolkit, or from the directory
 * this program came from; any other is searched in PATH, and sees nothing of the toolkit. Where it
 * can't be, prints why and exits with 126 or 127. */
void chain_exec(char **argv) __attribute__((noreturn));

/* Signal mask and dispositions as the caller left them to us. */
struct chain_signals {
	sigset_t mask;
	struct sigaction child;
};

/* Before the fork: hold every signal back, so that none is lost between the fork and the wait.
 * In the child: give PROG what the caller had. */
void chain_block_signals(struct chain_signals *caller);
void chain_restore_signals(const struct chain_signals *caller);

/* Wait for the child `pid`, pass on each signal that comes, stop and continue with it, and end as
 * it ended: its status, or by its signal, or 128 + the signal where that can't kill us. To a child
 * that is `init` of a pid namespace the kernel doesn't deliver a signal that it has no handler
 * for; then we do what the signal would have done. */
void chain_wait(pid_t pid, int pidfd, int init) __attribute__((noreturn));

#endif
