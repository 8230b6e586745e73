/* SPDX-License-Identifier: ISC */
/* source - a directory or file of the caller's that goes into a root */
#include "source.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "mnt.h"
#include "why.h"

void source_begin(struct source *source, const char *word)
{
	*source = (struct source){ .word = word, .fd = -1, .taken = -1, .userns = -1 };
}

int source_open(struct source *source)
{
	char path[PATH_MAX];

	source->fd = open(source->word, O_PATH | O_CLOEXEC);
	if (source->fd < 0 || fstat(source->fd, &source->st) < 0)
		return -1;
	source->path = strdup(file_read_path(source->fd, path) == 0 ? path : source->word);
	return source->path ? 0 : -1;
}

int source_open_fd(struct source *source, int fd)
{
	source->given = 1;
	source->fd = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	return source->fd < 0 ? -1 : fstat(source->fd, &source->st);
}

static int is_same(int fd, const struct stat *wanted)
{
	struct stat st;

	return fstat(fd, &st) == 0 && file_is_same(&st, wanted);
}

/* A descriptor that was opened in another mount namespace: the same directory or file here, if it
 * lies under the same path. */
static int find_given(const struct source *source)
{
	char path[PATH_MAX];
	int fd;

	if (file_read_path(source->fd, path) < 0)
		return -1;
	fd = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	return fd < 0 || is_same(fd, &source->st) ? fd : file_close(fd, -1);
}

/* What is no part of this mount namespace can't be copied; but before Linux 6.15 nor can a detached
 * mount, which is then taken itself. */
static int clone_given(const struct source *source, int flags)
{
	int fd = find_given(source);

	if (fd >= 0)
		return file_close(fd, mnt_open_clone(fd, "", flags));
	return fcntl(source->fd, F_DUPFD_CLOEXEC, 3);
}

static int clone(const struct source *source, int flags)
{
	int fd = mnt_open_clone(source->fd, "", flags & MNT_RECURSIVE);

	if (fd < 0 && errno == EINVAL && source->given)
		fd = clone_given(source, flags & MNT_RECURSIVE);
	if (fd >= 0 && source->userns >= 0 &&
	    mnt_idmap(fd, source->userns, flags & MNT_RECURSIVE) < 0)
		return file_close(fd, -1);
	return fd;
}

int source_take(struct source *source, int flags)
{
	if (source->taken < 0)
		source->taken = clone(source, flags);
	return source->taken < 0 ? -1 : 0;
}

/* The target's mount namespace began as a copy of ours, most likely: then the same directory lies
 * there under the same name. That is the one to take: an ordinary user may take no other, and only
 * on a mount of its own namespace can we mount before it is attached. */
int source_find(struct source *source)
{
	int here = -1;

	if (source->path && source->userns < 0)
		here = open(source->path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (here >= 0 && is_same(here, &source->st)) {
		close(source->fd);
		source->fd = here;
		source->taken = file_close(source->taken, -1);
		return 0;
	}
	file_close(here, 0);
	if (source->taken >= 0)
		return 0;
	why_set("it is another one in the target's mount namespace");
	errno = EXDEV;
	return -1;
}

int source_mount(struct source *source, int flags)
{
	int fd = source->taken;

	if (fd < 0)
		return clone(source, flags);
	source->taken = -1;
	return fd;
}

int source_fd(const struct source *source)
{
	return source->taken >= 0 ? source->taken : source->fd;
}
