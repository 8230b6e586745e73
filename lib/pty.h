/* SPDX-License-Identifier: ISC */
/*
 * pty - a terminal of PROG's own, pty(7)
 *
 * PROG gets a pseudo-terminal, and we carry its bytes to and from the caller's terminal, which no
 * process inside ever holds: nothing can push characters into it (TIOCSTI), change its modes or
 * keep it. While the bytes are carried the caller's terminal is raw. A guard, a process that holds
 * nothing but it, sets it back if we are killed.
 */
#ifndef NSKIT_PTY_H
#define NSKIT_PTY_H

#include <signal.h>
#include <sys/types.h>
#include <termios.h>

struct pty {
	int spare;		/* a master of the devpts here, where there is none inside; or -1 */
	int master, slave;
	int terminal;		/* standard input is a terminal, and we may set it */
	struct termios modes;	/* as it was */
	struct termios raw;	/* as it is meanwhile */
	pid_t guard;		/* 0: none */
};

/* Set the caller's terminal back when this process ends, however it ends, unless somebody else has
 * set it meanwhile. Returns the guard's process, or -1 with errno. Part of pty_begin(). */
pid_t pty_start_guard(const struct pty *pty);

/* Before anything is entered: look at the caller's terminal, set a guard for it, and open a master
 * of the devpts that is here. Returns 0, or -1 with errno of fork(2). */
int pty_begin(struct pty *pty);

/* After: a pair of the devpts that the root directory shows at /dev/pts, else of the spare master.
 * What isn't a devpts is not taken for one. Its modes and size are those of the caller's terminal.
 * Returns 0, or -1 with errno. */
int pty_open(struct pty *pty);

/* In the child that is to become PROG: lead a session with the slave as its terminal and standard
 * input, output and error. 0, or -1 with errno. */
int pty_enter(const struct pty *pty);

/* In the parent, every signal blocked: carry bytes until the child `pid` has ended and what it
 * wrote has been passed on. Signals go to the child by its `pidfd`, the window's size to its
 * terminal; we stop as it stops. How it ended is in `info`, as waitid(2) tells it, and the
 * caller's terminal is as it was. Closes every descriptor but the standard ones: a pipe that is
 * PROG's would never end. 0, or -1 with errno where that could not be begun. */
int pty_carry(struct pty *pty, pid_t pid, int pidfd, siginfo_t *info);

#endif
