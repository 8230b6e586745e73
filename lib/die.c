/* SPDX-License-Identifier: ISC */
/* die - messages to the user, and the end of a tool that failed */
#include "die.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "why.h"

static const char *tool = "nskit";

void die_set_name(const char *name)
{
	tool = name;
}

const char *die_name(void)
{
	return tool;
}

/* The controls U+0080 to U+009F in UTF-8. */
static int is_c1(const char *c)
{
	return (unsigned char)c[0] == 0xc2 && (unsigned char)c[1] >= 0x80 && (unsigned char)c[1] < 0xa0;
}

/* One line in one write: several tools of a pipe may speak at once. A user's word or a container's
 * may hold control characters, which a terminal would obey. */
__attribute__((format(printf, 2, 0)))
static void say(const char *prefix, const char *format, va_list args, const char *suffix)
{
	char text[2048], line[2200];

	vsnprintf(text, sizeof(text), format, args);
	for (char *c = text; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f || is_c1(c))
			*c = '?';
	snprintf(line, sizeof(line), "%s: %s%s%s\n", tool, prefix, text, suffix);
	fputs(line, stderr);
	fflush(stderr);
}

void vwarn(const char *format, va_list args)
{
	int saved = errno;
	char why[300];

	if (*why_text())
		snprintf(why, sizeof(why), ": %s (%s)", strerror(saved), why_text());
	else
		snprintf(why, sizeof(why), ": %s", strerror(saved));
	say("", format, args, why);
	errno = saved;
}

void warn(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vwarn(format, args);
	va_end(args);
}

void die(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vwarn(format, args);
	va_end(args);
	exit(EXIT_SELF);
}

void refuse(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say("", format, args, "");
	va_end(args);
	exit(EXIT_SELF);
}

void refuse_usage(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say("", format, args, "");
	va_end(args);
	hint("%s --help shows how it is called", tool);
	exit(EXIT_SELF);
}

void hint(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say("hint: ", format, args, "");
	va_end(args);
}
