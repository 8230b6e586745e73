/* SPDX-License-Identifier: ISC */
/* sync - two processes that wait for each other, over a socket pair */
#ifndef NSKIT_SYNC_H
#define NSKIT_SYNC_H

/* A pair of ends, close-on-exec, one for each process, which closes the other's after fork(2): then
 * an end that closes, by execve(2) or by death, is seen. 0, or -1 with errno of socketpair(2). */
int sync_open(int ends[2]);

/* Tell the other process that it may go on. 0, or -1 with errno EPIPE where it has gone. */
int sync_tell(int end);

/* Wait until the other process tells so: 0, or -1 with errno EPIPE where it has gone instead. */
int sync_await(int end);

/* Wait until the other end has closed, or shut down, its own. */
void sync_await_end(int end);

#endif
