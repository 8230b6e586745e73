/* SPDX-License-Identifier: ISC */
/* sig - signals by name, and what a process would do with one, signal(7) */
#ifndef NSKIT_SIG_H
#define NSKIT_SIG_H

#include <signal.h>

/* The number of "TERM", "SIGTERM", "RTMIN+3" or "15". RTMIN is 34 and RTMAX 64, whichever libc this
 * was built with. -1 with errno EINVAL. */
int sig_parse(const char *text);

/* The name of a signal, without SIG: "TERM"; "33" where it has none. The text is overwritten by the
 * next call. */
const char *sig_name(int sig);

/* Block every signal, also those that musl keeps for itself and leaves out of sigfillset(3), and
 * keep the mask that was; set one that was kept; unblock one. */
void sig_block_all(sigset_t *before);
void sig_restore(const sigset_t *mask);
void sig_unblock(int sig);

/* A signalfd(2) of every signal, close-on-exec, with `flags` as there, which the caller closes. -1
 * with errno. */
int sig_open_all(int flags);

/* 1 where the process of `pidfd` has neither handled, ignored nor blocked `sig`, so that the kernel
 * would do the default, else 0, also where that can't be told. One that waits for it in
 * sigwaitinfo(2), as some inits do, will take it. */
int sig_is_default(int pidfd, int sig);

/* What the default does to a process: SIGKILL (it ends), SIGSTOP, SIGCONT, or 0: nothing. To an
 * init of a pid namespace the kernel delivers only these, where they come from outside. */
int sig_find_default(int sig);

#endif
