/* SPDX-License-Identifier: ISC */
/* env - the environment of another process */
#include "env.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"

/* All of a file whose size isn't known, NUL-terminated; the caller frees it. */
static char *read_all(int fd, size_t *length)
{
	size_t size = 8192;
	char *text = malloc(size);
	ssize_t got = 1;

	for (*length = 0; text && got; *length += (size_t)got) {
		if (*length + 1 == size) {
			char *grown = realloc(text, size *= 2);

			if (!grown)
				free(text);
			text = grown;
		}
		got = text ? read(fd, text + *length, size - *length - 1) : 0;
		if (got < 0) {
			free(text);
			return NULL;
		}
	}
	if (text)
		text[*length] = '\0';
	return text;
}

static int is_variable(const char *entry, const char *name)
{
	size_t length = strlen(name);

	return !strncmp(entry, name, length) && entry[length] == '=';
}

/* `text` is the environment from now on. What the process wrote over its own may be anything, and
 * putenv(3) takes a word without a = for one to remove. */
static void take(char *text, size_t length, const char *kept)
{
	clearenv();
	for (char *entry = text; entry < text + length; entry += strlen(entry) + 1)
		if (strchr(entry, '=') && !is_variable(entry, kept))
			putenv(entry);
}

int env_set(int procdir, const char *kept)
{
	int fd = openat(procdir, "environ", O_RDONLY | O_CLOEXEC), result = 0;
	char *text, *ours = getenv(kept);
	size_t length;

	if (fd < 0)
		return -1;
	text = read_all(fd, &length);
	if (file_close(fd, text ? 0 : -1) < 0)
		return -1;
	/* clearenv(3) may free it. */
	ours = ours ? strdup(ours) : NULL;
	take(text, length, kept);
	if (ours)
		result = setenv(kept, ours, 1);
	free(ours);
	return result;
}
