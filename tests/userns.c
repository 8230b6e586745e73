/* SPDX-License-Identifier: ISC */
/* userns - try every way into a user namespace, and print those that worked */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef SYS_clone3
#define SYS_clone3 435
#endif

static int by_unshare(void)
{
	return unshare(CLONE_NEWUSER);
}

static int by_unshare_with_more(void)
{
	return unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID);
}

/* The kernel looks at 64 bits, of which it knows the lower half. */
static int by_unshare_with_high_bits(void)
{
	return (int)syscall(SYS_unshare, 0xffffffff00000000 | CLONE_NEWUSER);
}

static int by_clone(void)
{
	long pid = syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0);

	if (pid == 0)
		_exit(0);
	return pid < 0 ? -1 : 0;
}

static int by_clone3(void)
{
	uint64_t args[11] = { CLONE_NEWUSER };
	long pid;

	args[4] = SIGCHLD;
	pid = syscall(SYS_clone3, args, sizeof(args));
	if (pid == 0)
		_exit(0);
	return pid < 0 ? -1 : 0;
}

/* To the one that descriptor 9 is of. */
static int by_setns(void)
{
	return setns(9, CLONE_NEWUSER);
}

static int by_setns_of_any_type(void)
{
	return setns(9, 0);
}

#ifdef __x86_64__
static int by_32_bit_unshare(void)
{
	long result;

	__asm__ volatile("int $0x80" : "=a"(result) : "a"(310L), "b"((long)CLONE_NEWUSER)
			 : "memory");
	return result < 0 ? -1 : 0;
}

static int by_32_bit_clone(void)
{
	long pid;

	__asm__ volatile("int $0x80" : "=a"(pid) : "a"(120L), "b"((long)(CLONE_NEWUSER | SIGCHLD)),
			 "c"(0L), "d"(0L), "S"(0L), "D"(0L) : "memory");
	if (pid == 0)
		_exit(0);
	return pid < 0 ? -1 : 0;
}

static int by_x32_unshare(void)
{
	return (int)syscall(0x40000000 | SYS_unshare, CLONE_NEWUSER);
}
#endif

static const struct {
	const char *name;
	int (*try)(void);
} ways[] = {
	{ "unshare", by_unshare },
	{ "unshare-with-more", by_unshare_with_more },
	{ "unshare-high-bits", by_unshare_with_high_bits },
	{ "clone", by_clone },
	{ "clone3", by_clone3 },
	{ "setns", by_setns },
	{ "setns-any-type", by_setns_of_any_type },
#ifdef __x86_64__
	{ "unshare-32", by_32_bit_unshare },
	{ "clone-32", by_32_bit_clone },
	{ "unshare-x32", by_x32_unshare },
#endif
};

/* Each in a child: one that works changes what the next may do. */
int main(void)
{
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		int status;
		pid_t pid = fork();

		if (pid == 0)
			_exit(ways[i].try() < 0);
		if (waitpid(pid, &status, 0) == pid && WIFEXITED(status) && !WEXITSTATUS(status))
			puts(ways[i].name);
	}
	return 0;
}
