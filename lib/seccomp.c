/* SPDX-License-Identifier: ISC */
/* seccomp - filters on system calls */
#include "seccomp.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>

#include "kernel.h"
#include "trace.h"

/* The architecture as the kernel tells it to a filter, and the first number of its second table of
 * system calls, where it has one (x32). */
#if defined(__x86_64__) && !defined(__ILP32__)
#define ARCH AUDIT_ARCH_X86_64
#define SECOND_TABLE 0x40000000
#elif defined(__aarch64__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define ARCH AUDIT_ARCH_AARCH64
#define SECOND_TABLE 0xffffffff
#else
#define ARCH 0
#define SECOND_TABLE 0
#endif

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
/* The low half of an argument: both architectures are little-endian, and the flags fit. */
#define LOAD_ARGUMENT(n) LOAD(args[n])
#define ANSWER(error) BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (error))
#define ALLOW BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
#define IF_EQUAL(value, skip) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (value), 0, (skip))
#define IF_ANY(bits, skip) BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, (bits), 0, (skip))
#define IF_AT_LEAST(value, skip) BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, (value), 0, (skip))

static const struct sock_filter no_user_namespaces[] = {
	LOAD(arch),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCH, 1, 0),
	ANSWER(ENOSYS),
	LOAD(nr),
	IF_AT_LEAST(SECOND_TABLE, 1),
	ANSWER(ENOSYS),
	IF_EQUAL(SYS_clone3, 1),
	ANSWER(ENOSYS),
	IF_EQUAL(SYS_clone, 4),
	LOAD_ARGUMENT(0),
	IF_ANY(CLONE_NEWUSER, 1),
	ANSWER(EPERM),
	ALLOW,
	IF_EQUAL(SYS_unshare, 4),
	LOAD_ARGUMENT(0),
	IF_ANY(CLONE_NEWUSER, 1),
	ANSWER(EPERM),
	ALLOW,
	/* With type 0 a descriptor of a user namespace would pass. */
	IF_EQUAL(SYS_setns, 6),
	LOAD_ARGUMENT(1),
	IF_ANY(CLONE_NEWUSER, 1),
	ANSWER(EPERM),
	IF_EQUAL(0, 1),
	ANSWER(EPERM),
	ALLOW,
	ALLOW,
};

int seccomp_deny_user_namespaces(void)
{
	struct sock_fprog program = {
		.len = sizeof(no_user_namespaces) / sizeof(no_user_namespaces[0]),
		.filter = (struct sock_filter *)(uintptr_t)no_user_namespaces,
	};
	long result;

	if (!ARCH) {
		errno = ENOTSUP;
		return -1;
	}
	result = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program);
	if (result < 0 && errno == EACCES && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0)
		result = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program);
	return traced((int)result, "seccomp(FILTER, no user namespaces)");
}
