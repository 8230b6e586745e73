/* SPDX-License-Identifier: ISC */
/* text - words that a user or a container chose, on their way to a terminal */
#include "text.h"

void text_clean(char *text)
{
	for (unsigned char *c = (unsigned char *)text; *c; c++) {
		if (*c < ' ' || *c == 0x7f)
			*c = '?';
		else if (*c == 0xc2 && c[1] >= 0x80 && c[1] < 0xa0)
			*c = c[1] = '?';
	}
}
