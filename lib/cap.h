/* SPDX-License-Identifier: ISC */
/* cap - capabilities of the calling process, capabilities(7) */
#ifndef NSKIT_CAP_H
#define NSKIT_CAP_H

#include <stdint.h>

/* A bit each, by capability number. */
struct cap_sets {
	uint64_t inheritable, permitted, effective, bounding, ambient;
};

/* 1 where capability `cap` (CAP_SYS_ADMIN, ...) is effective here, in the user namespace we are in,
 * else 0. */
int cap_is_effective(int cap);

/* Clear the inheritable and the ambient set: of a program with capabilities of its own, they would
 * be added to it. 0, or -1 with errno. */
int cap_clear_inheritable(void);

/* Make every permitted capability ambient, so that a program without privilege of its own keeps it
 * (Linux 4.3). 0, or -1 with errno. */
int cap_set_ambient(void);

/* Those that this kernel knows. */
uint64_t cap_read_known(void);

/* Four sets of ours; the ambient one is left empty, for each of these takes as many system calls as
 * there are capabilities. 0, or -1 with errno. */
int cap_read(struct cap_sets *sets);

/*
 * Three steps that end in the sets of PROG, in this order:
 *
 * cap_raise() makes what is permitted effective, as it has to be again after a change of ids, and
 * of that and the bounding set `inheritable` inheritable and `ambient` ambient, and nothing else.
 * cap_shrink_bounding() takes what `to` hasn't out of the bounding set, which is `from`; EPERM
 * without CAP_SETPCAP, unless there is nothing to take.
 * cap_limit() gives up what those two haven't.
 *
 * Each 0, or -1 with errno.
 */
int cap_raise(uint64_t inheritable, uint64_t ambient);
int cap_shrink_bounding(uint64_t from, uint64_t to);
int cap_limit(uint64_t permitted, uint64_t effective);

/* The three for another process's sets: give up what we have and `sets` hasn't, but `extra` in the
 * permitted and the effective. Ambient ones of `sets` that we hold become ours. What another
 * process has and we haven't, we don't get. 0, or -1 with errno: EPERM where the bounding set is to
 * shrink without CAP_SETPCAP. */
int cap_set(const struct cap_sets *sets, uint64_t extra);

/* Give up one, in the permitted and the effective set: one system call to read, one to write. 0, or
 * -1 with errno. */
int cap_drop(int cap);

#endif
