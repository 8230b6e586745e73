/* SPDX-License-Identifier: ISC */
/* text - words that a user or a container chose, on their way to a terminal; and short texts */
#ifndef NSKIT_TEXT_H
#define NSKIT_TEXT_H

/* Make "?" of what a terminal would obey: the control characters of ASCII, and U+0080 to U+009F, in
 * UTF-8 c2 80 to c2 9f. Other bytes stay, UTF-8 or not. */
void text_clean(char *text);

/* The first place in `text` that begins with `word`, as strstr(3); NULL: none. */
const char *text_find(const char *text, const char *word);

#endif
