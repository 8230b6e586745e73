/* SPDX-License-Identifier: ISC */
/* why - the kernel's own words beside errno */
#include "why.h"

#include <string.h>

static char kept[200];

void why_set(const char *text)
{
	size_t length = strcspn(text, "\n");

	if (length >= sizeof(kept))
		length = sizeof(kept) - 1;
	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)text[i];

		kept[i] = c < ' ' || c == 0x7f ? '?' : text[i];
	}
	kept[length] = '\0';
}

const char *why_text(void)
{
	return kept;
}
