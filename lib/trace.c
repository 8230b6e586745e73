/* SPDX-License-Identifier: ISC */
/* trace - tell each kernel step as it is taken */
#include "trace.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void (*trace_hook)(const char *line);

int traced(int result, const char *format, ...)
{
	int saved = errno;
	char step[400], line[500];
	va_list args;

	if (!trace_hook)
		return result;
	va_start(args, format);
	vsnprintf(step, sizeof(step), format, args);
	va_end(args);
	if (result < 0)
		snprintf(line, sizeof(line), "%s = -1 (%s)", step, strerror(saved));
	else
		snprintf(line, sizeof(line), "%s = %d", step, result);
	trace_hook(line);
	errno = saved;
	return result;
}

void trace_intent(const char *format, ...)
{
	char line[400];
	va_list args;

	if (!trace_hook)
		return;
	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	trace_hook(line);
}
