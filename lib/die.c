/* SPDX-License-Identifier: ISC */
/* die - messages to the user, and the end of a tool that failed */
#include "die.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"
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

/* One line in one write: several tools of a pipe may speak at once. */
static void print(char *line)
{
	size_t length = strlen(line);

	text_clean(line);
	line[length] = '\n';
	line[length + 1] = '\0';
	fputs(line, stderr);
	fflush(stderr);
}

__attribute__((format(printf, 2, 0)))
static void say(const char *prefix, const char *format, va_list args, const char *suffix)
{
	char text[2048], line[2500];

	vsnprintf(text, sizeof(text), format, args);
	snprintf(line, sizeof(line) - 2, "%s: %s%s%s", tool, prefix, text, suffix);
	print(line);
}

void note(const char *format, ...)
{
	char line[600];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line) - 2, format, args);
	va_end(args);
	print(line);
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

void warnx(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say("", format, args, "");
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
