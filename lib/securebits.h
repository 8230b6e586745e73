/* SPDX-License-Identifier: ISC */
/* securebits - what being root is worth, capabilities(7) */
#ifndef NSKIT_SECUREBITS_H
#define NSKIT_SECUREBITS_H

/* Add the names in `text`, with commas between, to `bits`: "noroot", "no_setuid_fixup",
 * "no_cap_ambient_raise" and each with "_locked", "keep_caps_locked" (keep_caps itself ends with
 * execve(2)), or "all" for each of them. 0, or -1 with errno EINVAL, and the word as why. */
int securebits_parse(const char *text, unsigned int *bits);

/* Those of this process, as bits. -1 with errno. */
int securebits_read(void);

/* The name of the first bit in `*bits`, which is taken off; NULL: none is left. */
const char *securebits_next(unsigned int *bits);

/* Set `bits` beside those that are. 0, or -1 with errno: EPERM without CAP_SETPCAP, and for a bit
 * that is locked. */
int securebits_set(unsigned int bits);

#endif
