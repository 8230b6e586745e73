/* SPDX-License-Identifier: ISC */
/* nskind - the table of the eight kinds of namespace, namespaces(7) */
#ifndef NSKIT_NSKIND_H
#define NSKIT_NSKIND_H

#include <stddef.h>

struct nskind {
	const char *name;	/* its file in /proc/PID/ns, and what people call it */
	const char *flag_name;	/* NEWxxx, without CLONE_ */
	const char *limit;	/* its file in /proc/sys/user */
	const char *since;	/* the Linux release it came with */
	int flag;		/* CLONE_NEWxxx */
	unsigned int initial;	/* inode of the one the system boots with, 0 where it isn't fixed */
	char letter;		/* its option in unshare(1), nsenter(1) and here */
};

enum { NSKIND_COUNT = 8 };

/* In the order in which they are entered one by one: user first, for what it permits; mnt late,
 * for the paths it takes away. */
extern const struct nskind nskinds[NSKIND_COUNT];

/* All eight CLONE_NEWxxx. */
extern const int nskind_all;

/* The kind of a letter, of a name ("net") or of a CLONE_NEWxxx; NULL where there is none. */
const struct nskind *nskind_find_letter(int letter);
const struct nskind *nskind_find_name(const char *name);
const struct nskind *nskind_find_flag(int flag);

/* Write the kinds in `flags` into `text` as "NEWPID|NEWNS", and return `text`. */
enum { NSKIND_NAMES = 80 };
const char *nskind_names(int flags, char text[NSKIND_NAMES]);

#endif
