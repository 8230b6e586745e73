/* SPDX-License-Identifier: ISC */
/*
 * nsinside - what only somebody inside a namespace is told
 *
 * A child enters, asks, and hands the answer out through a pipe: who asks stays where it is. What
 * comes out is the container's word.
 */
#ifndef NSKIT_NSINSIDE_H
#define NSKIT_NSINSIDE_H

#include <stddef.h>

enum { NSINSIDE_TEXT = 65536 };	/* the longest answer */

/* Asks, about what nsinside_ask() is given, and writes at most `size` bytes with their NUL. Returns
 * 0, or -1 with errno. */
typedef int nsinside_question(const void *about, char *text, size_t size);

/* Ask `question` in the namespace `fd` of the kind `flag`, and in the user namespaces that own it
 * where it takes those to enter it. `fd` -1: here. Returns 0, or -1 with errno of setns(2), fork(2)
 * or the question. */
int nsinside_ask(int fd, int flag, nsinside_question *question, const void *about,
		 char *text, size_t size);

/* Of a UTS namespace: the host name. */
int nsinside_host(const void *none, char *text, size_t size);

/* Of a network namespace: each interface with its addresses, "lo 127.0.0.1/8 ::1/128, eth0"; the
 * last is "..." where there is no room for all. */
int nsinside_interfaces(const void *none, char *text, size_t size);

/* Of a user namespace: the limits in /proc/sys/user in the order of nskinds[], a line each, "-"
 * where there is none. */
int nsinside_limits(const void *none, char *text, size_t size);

#endif
