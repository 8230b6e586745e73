/* SPDX-License-Identifier: ISC */
/*
 * trace - tell each kernel step as it is taken
 *
 * Mechanism never prints. It reports its steps to a hook that the front may set (-v), so that what
 * a program does to the system can be read, and learned from.
 */
#ifndef NSKIT_TRACE_H
#define NSKIT_TRACE_H

/* Called with one finished line, without its newline. NULL (the default): nobody listens. */
extern void (*trace_hook)(const char *line);

/* Report the step described by `format` and what it answered, and hand `result` on: a system call
 * is written `return traced(unshare(flags), "unshare(%s)", names)`. Keeps errno. */
int traced(int result, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Report a step that doesn't return when it succeeds, before it is taken. */
void trace_intent(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
