/* SPDX-License-Identifier: ISC */
/*
 * bpf - a filter on system calls, line by line, seccomp(2)
 *
 * Each IF_ goes on with the next line where it is true, and otherwise skips as many as it says.
 */
#ifndef NSKIT_BPF_H
#define NSKIT_BPF_H

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>

/* The architecture as the kernel tells it to a filter, 0 where we know none; and the first number
 * of its second table of system calls, where it has one (x32). */
#if defined(__x86_64__) && !defined(__ILP32__)
#define BPF_ARCH AUDIT_ARCH_X86_64
#define BPF_SECOND_TABLE 0x40000000
#elif defined(__aarch64__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define BPF_ARCH AUDIT_ARCH_AARCH64
#define BPF_SECOND_TABLE 0xffffffff
#else
#define BPF_ARCH 0
#define BPF_SECOND_TABLE 0
#endif

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
/* The low half of an argument, which is all that the kernel takes of an int: both architectures are
 * little-endian. */
#define LOAD_ARGUMENT(n) LOAD(args[n])
#define ANSWER(error) BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (error))
#define ALLOW BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
#define IF(test, value, skip) BPF_JUMP(BPF_JMP | (test) | BPF_K, (value), 0, (skip))
#define IF_EQUAL(value, skip) IF(BPF_JEQ, value, skip)
#define IF_ANY(bits, skip) IF(BPF_JSET, bits, skip)
#define IF_AT_LEAST(value, skip) IF(BPF_JGE, value, skip)
#define UNLESS(test, value, skip) BPF_JUMP(BPF_JMP | (test) | BPF_K, (value), (skip), 0)
#define UNLESS_EQUAL(value, skip) UNLESS(BPF_JEQ, value, skip)
#define UNLESS_AT_LEAST(value, skip) UNLESS(BPF_JGE, value, skip)

#endif
