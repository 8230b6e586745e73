/* SPDX-License-Identifier: ISC */
/*
 * why - the kernel's own words beside errno
 *
 * netlink's extended acknowledgement and the log of a file system context (fsopen(2)) say more than
 * a number can. Mechanism leaves that text here, as it leaves the number in errno; die() prints it.
 */
#ifndef NSKIT_WHY_H
#define NSKIT_WHY_H

/* Keep a copy of the first line of `text`, with control characters made '?': it may hold names that
 * a container chose. "" forgets it. */
void why_set(const char *text);

/* The text kept last, "" where there is none. */
const char *why_text(void);

/* Keep errno and the text while what failed is taken back by calls that have their own; put both
 * back. */
enum { WHY_TEXT = 200 };
struct why {
	int error;
	char text[WHY_TEXT];
};
void why_keep(struct why *to);
void why_restore(const struct why *from);

/* Write into `step` what was tried, for the message, and return -1 with errno as it was. There is
 * room for a path and some words. */
enum { WHY_STEP = 4500 };
__attribute__((format(printf, 2, 3)))
int why_fail(char step[WHY_STEP], const char *format, ...);

#endif
