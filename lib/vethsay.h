/* SPDX-License-Identifier: ISC */
/* vethsay - what nsveth tells of what it made, or why it made nothing */
#ifndef NSKIT_VETHSAY_H
#define NSKIT_VETHSAY_H

#include "target.h"
#include "wire.h"

/* The namespaces of the ends; an empty word is the one we are in. */
struct vethsay_places {
	struct target near, far;
};

/* Say what failed and where, with errno, and end with 125. */
void vethsay_fail(const struct wire *wire, const struct veth_fault *fault,
		  const struct vethsay_places *places) __attribute__((noreturn));

/* What is in the way of the container's packets, one line each on standard error. */
void vethsay_obstacles(const struct wire *wire);

/* What was made: as JSON, or the names alone, as -i takes them. */
void vethsay_json(const struct wire *wire);
void vethsay_names(const struct wire *wire);

#endif
