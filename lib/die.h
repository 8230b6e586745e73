/* SPDX-License-Identifier: ISC */
/* die - messages to the user, and the end of a tool that failed */
#ifndef NSKIT_DIE_H
#define NSKIT_DIE_H

#include <stdarg.h>

/* A tool's exit statuses beside those of PROG, as env(1) and chroot(1) have them. */
enum {
	EXIT_SELF = 125,	/* the tool failed: usage or system */
	EXIT_CANNOT_RUN = 126,	/* PROG was found and can't be run */
	EXIT_NOT_FOUND = 127,	/* PROG was not found */
};

/* The name that messages begin with. Set once, by opt_begin(). */
void die_set_name(const char *name);
const char *die_name(void);

/* Print "tool: FORMAT: why", where why is errno and the kernel's own words (why.h), and exit with
 * 125. */
void die(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

/* The same for what no system call said: "tool: FORMAT", exit status 125. */
void refuse(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

/* The same for a call that makes no sense, with a hint to --help. */
void refuse_usage(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

/* Print "tool: FORMAT: why" and go on. */
void warn(const char *format, ...) __attribute__((format(printf, 1, 2)));
void vwarn(const char *format, va_list args) __attribute__((format(printf, 1, 0)));

/* The same for what no system call said. */
void warnx(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Print FORMAT alone, as a line of -v. */
void note(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Print "tool: hint: FORMAT", the line that tells what to do next. */
void hint(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
