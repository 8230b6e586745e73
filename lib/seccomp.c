/* SPDX-License-Identifier: ISC */
/* seccomp - filters on system calls */
#include "seccomp.h"

#include <errno.h>
#include <sys/prctl.h>

#include "bpf.h"
#include "kernel.h"
#include "trace.h"

static const struct sock_filter no_user_namespaces[] = {
	LOAD(arch),
	UNLESS_EQUAL(BPF_ARCH, 1),
	ANSWER(ENOSYS),
	LOAD(nr),
	IF_AT_LEAST(BPF_SECOND_TABLE, 1),
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

int seccomp_set(const struct sock_filter *code, size_t length)
{
	struct sock_fprog program = {
		.len = (unsigned short)length,
		.filter = (struct sock_filter *)(uintptr_t)code,
	};

	return traced((int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program),
		      "seccomp(FILTER, %zu instructions)", length);
}

int seccomp_deny_user_namespaces(void)
{
	size_t length = sizeof(no_user_namespaces) / sizeof(no_user_namespaces[0]);
	int result;

	if (!BPF_ARCH) {
		errno = ENOTSUP;
		return -1;
	}
	result = seccomp_set(no_user_namespaces, length);
	if (result < 0 && errno == EACCES && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0)
		result = seccomp_set(no_user_namespaces, length);
	return result;
}
