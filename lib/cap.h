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

/* Give up what we have and `sets` hasn't, in each of the five sets, but `extra` in the permitted
 * and the effective. Ambient ones of `sets` that we hold become ours. What another process has and
 * we haven't, we don't get. 0, or -1 with errno: EPERM where the bounding set is to shrink without
 * CAP_SETPCAP. */
int cap_set(const struct cap_sets *sets, uint64_t extra);

/* Give up one, in the permitted and the effective set: one system call to read, one to write. 0, or
 * -1 with errno. */
int cap_drop(int cap);

#endif
