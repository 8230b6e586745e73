/* SPDX-License-Identifier: ISC */
/* cgrouptree - a control group and those within it */
#include "cgrouptree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "file.h"

static DIR *open_list(int dir)
{
	int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *list = fd < 0 ? NULL : fdopendir(fd);

	if (!list)
		file_close(fd, 0);
	return list;
}

/* The next group within, by name; NULL: no more. */
static const char *next_group(DIR *list)
{
	struct dirent *entry;

	while ((entry = readdir(list)))
		if (entry->d_type == DT_DIR && entry->d_name[0] != '.')
			break;
	return entry ? entry->d_name : NULL;
}

static int close_list(DIR *list, int result)
{
	int saved = errno;

	closedir(list);
	errno = saved;
	return result;
}

int cgrouptree_each(int dir, int (*visit)(int dir, void *to), void *to)
{
	DIR *list = open_list(dir);
	const char *name;
	int result = 0;

	if (!list)
		return -1;
	while (!result && (name = next_group(list))) {
		int within = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

		if (within >= 0) /* or it has gone */
			result = file_close(within, cgrouptree_each(within, visit, to));
	}
	return close_list(list, result ? result : visit(dir, to));
}

struct processes {
	int (*visit)(pid_t pid, void *to);
	void *to;
};

static int each_of_one(int dir, void *to)
{
	const struct processes *processes = to;
	int procs = openat(dir, "cgroup.procs", O_RDONLY | O_CLOEXEC), result = 0;
	size_t length;
	char *text = procs < 0 ? NULL : file_read_all(procs, &length), *at = text;

	file_close(procs, 0);
	/* A group that has gone has no processes: ENODEV. */
	if (!text)
		return errno == ENODEV || errno == ENOENT ? 0 : -1;
	while (!result && *at) {
		pid_t pid = (pid_t)strtol(at, &at, 10);

		at += *at == '\n';
		result = processes->visit(pid, processes->to);
	}
	free(text);
	return result;
}

int cgrouptree_each_process(int dir, int (*visit)(pid_t pid, void *to), void *to)
{
	return cgrouptree_each(dir, each_of_one, &(struct processes){ visit, to });
}

int cgrouptree_clear(int dir)
{
	DIR *list = open_list(dir);
	const char *name;
	int result = 0;

	if (!list)
		return errno == ENOENT ? 0 : -1;
	while (result == 0 && (name = next_group(list))) {
		int within = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

		if (within >= 0)
			result = file_close(within, cgrouptree_clear(within));
		if (result == 0 && unlinkat(dir, name, AT_REMOVEDIR) < 0 && errno != ENOENT)
			result = -1;
	}
	return close_list(list, result);
}
