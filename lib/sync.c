/* SPDX-License-Identifier: ISC */
/* sync - two processes that wait for each other, over a socket pair */
#include "sync.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

int sync_open(int ends[2])
{
	return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends);
}

int sync_tell(int end)
{
	return send(end, "", 1, MSG_NOSIGNAL) == 1 ? 0 : -1;
}

int sync_await(int end)
{
	char byte;
	ssize_t got;

	do
		got = read(end, &byte, 1);
	while (got < 0 && errno == EINTR);
	if (got == 0)
		errno = EPIPE;
	return got == 1 ? 0 : -1;
}

void sync_await_end(int end)
{
	while (sync_await(end) == 0)
		continue;
}
