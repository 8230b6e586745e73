/* SPDX-License-Identifier: ISC */
/*
 * secfilter - the filter on system calls that PROG gets
 *
 * The default one lets through what programs need, as those of container engines do: it denies what
 * has no place in a container, what only a capability permits that PROG hasn't, and what was not
 * there when this was written.
 */
#ifndef NSKIT_SECFILTER_H
#define NSKIT_SECFILTER_H

#include <linux/filter.h>
#include <stddef.h>
#include <stdint.h>

struct secfilter {
	struct sock_filter code[BPF_MAXINSNS];
	size_t length;		/* 0: no filter */
};

/* Write the default filter for a PROG that begins with the capabilities `caps`, a bit each. What is
 * denied answers EPERM; clone3(2), of which a filter can't see the flags, and numbers beyond those
 * known ENOSYS, so that libc does without, and so does x32, which is such numbers. A system call of
 * another architecture ends the process with SIGSYS. With `log` all these pass, and go to the
 * kernel's log (Linux 4.14). 0, or -1 with errno ENOTSUP on an architecture other than x86-64 and
 * aarch64. */
int secfilter_write(struct secfilter *filter, uint64_t caps, int log);

/* Read a compiled filter, instructions in the machine's own byte order, from `path`. 0, or -1 with
 * errno of open(2) or read(2), EFBIG beyond the kernel's 4096 instructions, EINVAL where it is
 * empty, no whole number of them, or doesn't end with one that returns. */
int secfilter_read(struct secfilter *filter, const char *path);

#endif
