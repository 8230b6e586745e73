/* SPDX-License-Identifier: ISC */
/* why - the kernel's own words beside errno */
#include "why.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "text.h"

static char kept[200];

void why_set(const char *text)
{
	snprintf(kept, sizeof(kept), "%.*s", (int)strcspn(text, "\n"), text);
	text_clean(kept);
}

const char *why_text(void)
{
	return kept;
}

int why_fail(char step[WHY_STEP], const char *format, ...)
{
	int saved = errno;
	va_list args;

	va_start(args, format);
	vsnprintf(step, WHY_STEP, format, args);
	va_end(args);
	errno = saved;
	return -1;
}
