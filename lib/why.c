/* SPDX-License-Identifier: ISC */
/* why - the kernel's own words beside errno */
#include "why.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "text.h"

static char kept[WHY_TEXT];

void why_set(const char *text)
{
	snprintf(kept, sizeof(kept), "%.*s", (int)strcspn(text, "\n"), text);
	text_clean(kept);
}

const char *why_text(void)
{
	return kept;
}

void why_keep(struct why *to)
{
	to->error = errno;
	memcpy(to->text, kept, sizeof(kept));
}

void why_restore(const struct why *from)
{
	memcpy(kept, from->text, sizeof(kept));
	errno = from->error;
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
