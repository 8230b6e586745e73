/* SPDX-License-Identifier: ISC */
/* securebits - what being root is worth */
#include "securebits.h"

#include <errno.h>
#include <linux/securebits.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>

#include "trace.h"
#include "words.h"

static const struct {
	const char *name;
	unsigned int bits;
} table[] = {
	{ "noroot", SECBIT_NOROOT },
	{ "noroot_locked", SECBIT_NOROOT_LOCKED },
	{ "no_setuid_fixup", SECBIT_NO_SETUID_FIXUP },
	{ "no_setuid_fixup_locked", SECBIT_NO_SETUID_FIXUP_LOCKED },
	{ "keep_caps_locked", SECBIT_KEEP_CAPS_LOCKED },
	{ "no_cap_ambient_raise", SECBIT_NO_CAP_AMBIENT_RAISE },
	{ "no_cap_ambient_raise_locked", SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED },
	{ "all", (SECURE_ALL_BITS | SECURE_ALL_LOCKS) & ~SECBIT_KEEP_CAPS },
};

enum { NAMES = sizeof(table) / sizeof(table[0]) };

static int take(const char *word, void *to)
{
	for (int i = 0; i < NAMES; i++)
		if (!strcmp(table[i].name, word)) {
			*(unsigned int *)to |= table[i].bits;
			return 0;
		}
	errno = EINVAL;
	return -1;
}

int securebits_parse(const char *text, unsigned int *bits)
{
	return words_each(text, take, bits);
}

int securebits_read(void)
{
	return prctl(PR_GET_SECUREBITS);
}

const char *securebits_next(unsigned int *bits)
{
	for (int i = 0; i < NAMES; i++)
		if (*bits & table[i].bits) {
			*bits &= ~table[i].bits;
			return table[i].name;
		}
	return NULL;
}

int securebits_set(unsigned int bits)
{
	int now = securebits_read();

	if (now < 0)
		return -1;
	/* That one was for a change of ids, and is no matter of execve(2). */
	bits |= (unsigned int)now & ~(unsigned int)SECBIT_KEEP_CAPS;
	return traced(prctl(PR_SET_SECUREBITS, bits), "prctl(SET_SECUREBITS, %#x)", bits);
}
