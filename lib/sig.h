/* SPDX-License-Identifier: ISC */
/* sig - signals by name, and what a process would do with one, signal(7) */
#ifndef NSKIT_SIG_H
#define NSKIT_SIG_H

/* The number of "TERM", "SIGTERM", "RTMIN+3" or "15". -1 with errno EINVAL. */
int sig_parse(const char *text);

/* The name of a signal, without SIG: "TERM"; "34" where it has none. The text is overwritten by the
 * next call. */
const char *sig_name(int sig);

/* 1 where the process of `pidfd` has neither handled, ignored nor blocked `sig`, so that the kernel
 * would do the default, else 0, also where that can't be told. One that waits for it in
 * sigwaitinfo(2), as some inits do, will take it. */
int sig_is_default(int pidfd, int sig);

/* What the default does to a process: SIGKILL (it ends), SIGSTOP, SIGCONT, or 0: nothing. To an
 * init of a pid namespace the kernel delivers only these, where they come from outside. */
int sig_find_default(int sig);

#endif
