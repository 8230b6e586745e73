/* SPDX-License-Identifier: ISC */
/* file - small reads, single-write writes, and paths that stay below a root */
#include "file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "kernel.h"
#include "trace.h"
#include "why.h"

int file_close(int fd, int result)
{
	int saved = errno;

	if (fd >= 0)
		close(fd);
	errno = saved;
	return result;
}

int file_is_same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

int file_read_path(int fd, char path[PATH_MAX])
{
	char link[32];
	ssize_t length;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	length = readlink(link, path, PATH_MAX - 1);
	if (length < 0)
		return -1;
	path[length] = '\0';
	return 0;
}

static void close_one_by_one(unsigned int first, unsigned int last, int flags)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return;
	for (unsigned int fd = first; fd <= last && fd < limit.rlim_cur; fd++)
		if (flags)
			fcntl((int)fd, F_SETFD, FD_CLOEXEC);
		else
			close((int)fd);
}

static void close_between(unsigned int first, unsigned int last, int flags)
{
	if (first <= last && sys_close_range(first, last, flags) < 0)
		close_one_by_one(first, last, flags);
}

void file_close_from(int first, const int *kept, int count)
{
	unsigned int from = (unsigned int)first, next;

	do {
		next = ~0U;
		for (int i = 0; i < count; i++)
			if ((unsigned int)kept[i] >= from && (unsigned int)kept[i] < next)
				next = (unsigned int)kept[i];
		close_between(from, next == ~0U ? next : next - 1, 0);
		from = next + 1;
	} while (next != ~0U);
}

void file_set_cloexec_from(int first)
{
	close_between((unsigned int)first, ~0U, KERNEL_CLOSE_RANGE_CLOEXEC);
}

void file_raise_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
		limit.rlim_cur = limit.rlim_max;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
}

ssize_t file_read(int dirfd, const char *path, char *text, size_t size)
{
	int fd = openat(dirfd, path, O_RDONLY | O_CLOEXEC);
	size_t length = 0;
	ssize_t got = 0;

	if (fd < 0)
		return -1;
	while (length < size && (got = read(fd, text + length, size - length)) > 0)
		length += (size_t)got;
	file_close(fd, 0);
	if (got < 0)
		return -1;
	if (length == size) {
		errno = EFBIG;
		return -1;
	}
	text[length] = '\0';
	return (ssize_t)length;
}

char *file_read_all(int fd, size_t *length)
{
	size_t size = 4096, used = 0;
	char *text = malloc(size), *larger;
	ssize_t got = 1;

	while (text && (got = read(fd, text + used, size - used - 1)) > 0) {
		used += (size_t)got;
		if (used < size - 1)
			continue;
		larger = size > 64 << 20 ? (errno = EFBIG, NULL) : realloc(text, size *= 2);
		if (!larger)
			break;
		text = larger;
	}
	if (!text || got != 0) {
		free(text);
		return NULL;
	}
	text[used] = '\0';
	*length = used;
	return text;
}

int file_write_all(int fd, const char *text, size_t length)
{
	while (length > 0) {
		ssize_t wrote = write(fd, text, length);

		if (wrote < 0 && errno == EINTR)
			continue;
		if (wrote < 0)
			return -1;
		text += wrote;
		length -= (size_t)wrote;
	}
	return 0;
}

/* Lines are told in one. */
static int trace_write(int result, const char *path, const char *text)
{
	char line[300];
	size_t length = strlen(text);

	snprintf(line, sizeof(line), "%.*s",
		 (int)(length && text[length - 1] == '\n' ? length - 1 : length), text);
	for (char *end = line; (end = strchr(end, '\n'));)
		*end = ',';
	return traced(result, "write(%s, \"%s\")", path, line);
}

int file_write(int dirfd, const char *path, const char *text)
{
	int fd = openat(dirfd, path, O_WRONLY | O_CLOEXEC);
	size_t length = 0;
	ssize_t wrote;

	if (fd < 0)
		return -1;
	while (text[length])
		length++;
	wrote = write(fd, text, length);
	file_close(fd, 0);
	/* A file of /proc takes all of it or nothing. */
	return trace_write(wrote < 0 ? -1 : 0, path, text);
}
