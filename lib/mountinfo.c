/* SPDX-License-Identifier: ISC */
/* mountinfo - the mounts of this mount namespace, proc_pid_mountinfo(5) */
#include "mountinfo.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"

char *mountinfo_read(void)
{
	int fd = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
	size_t length;
	char *text = fd < 0 ? NULL : file_read_all(fd, &length);

	file_close(fd, 0);
	return text;
}

/* Undo what is written for a space, tab, newline and backslash: three octal digits. */
static void unescape(char *text)
{
	char *to = text;

	for (; *text; text++, to++) {
		*to = *text;
		if (*text == '\\' && text[1] && text[2] && text[3]) {
			*to = (char)((text[1] - '0') << 6 | (text[2] - '0') << 3 | (text[3] - '0'));
			text += 3;
		}
	}
	*to = '\0';
}

/* The word that begins at `*at`, which goes on behind it. */
static char *cut(char **at)
{
	char *word = *at;

	*at += strcspn(*at, " \n");
	if (**at)
		*(*at)++ = '\0';
	return word;
}

/* "36 35 98:0 /root /point options tag... - type source options" */
int mountinfo_next(char **rest, struct mountinfo *entry)
{
	char *line = *rest;

	if (!*line)
		return 0;
	*rest += strcspn(line, "\n");
	if (**rest)
		*(*rest)++ = '\0';
	entry->mount = atoi(cut(&line));
	entry->parent = atoi(cut(&line));
	cut(&line);
	entry->root = cut(&line);
	entry->point = cut(&line);
	unescape(entry->root);
	unescape(entry->point);
	while (*line && strcmp(cut(&line), "-"))
		continue;
	entry->type = cut(&line);
	cut(&line);
	entry->options = cut(&line);
	return 1;
}

int mountinfo_find(int fd)
{
	static const char key[] = "mnt_id:";
	char path[40], text[512], *line;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	if (file_read(AT_FDCWD, path, text, sizeof(text)) < 0)
		return -1;
	line = strstr(text, key);
	errno = EINVAL;
	return line ? atoi(line + sizeof(key) - 1) : -1;
}
