/* SPDX-License-Identifier: ISC */
/* seccomp - filters on system calls, seccomp(2) */
#ifndef NSKIT_SECCOMP_H
#define NSKIT_SECCOMP_H

#include <stddef.h>

struct sock_filter;

/* Have the kernel run the filter `code` of `length` instructions at each system call from here on,
 * before those that are there (Linux 3.17). 0, or -1 with errno: EACCES where the process has
 * neither no_new_privs nor CAP_SYS_ADMIN in its user namespace, EINVAL where it is no filter. */
int seccomp_set(const struct sock_filter *code, size_t length);

/* Let this process and what comes of it make no user namespace and enter none: clone(2) and
 * unshare(2) with CLONE_NEWUSER answer EPERM, setns(2) to one too, clone3(2), whose flags a filter
 * can't see, ENOSYS, after which libc uses clone(2). System calls of another architecture than the
 * program's own (32 bits, x32) answer ENOSYS. Takes CAP_SYS_ADMIN in the own user namespace, or
 * no_new_privs, which is set where that is missing. 0, or -1 with errno, ENOTSUP on an architecture
 * other than x86-64 and aarch64. */
int seccomp_deny_user_namespaces(void);

#endif
