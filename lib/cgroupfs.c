/* SPDX-License-Identifier: ISC */
/* cgroupfs - the hierarchies of control groups, and where they are mounted */
#include "cgroupfs.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "file.h"
#include "kernel.h"
#include "mountinfo.h"

/* "4:cpu,cpuacct:/user/1", of version 2 "0::/user/1". */
int cgroupfs_next(char **rest, struct cgroupfs_entry *entry)
{
	while (**rest) {
		char *line = *rest, *controllers, *path;

		*rest += strcspn(line, "\n");
		if (**rest)
			*(*rest)++ = '\0';
		controllers = strchr(line, ':');
		path = controllers ? strchr(controllers + 1, ':') : NULL;
		if (!path)
			continue;
		*path = '\0';
		*entry = (struct cgroupfs_entry){ controllers + 1, path + 1 };
		return 1;
	}
	return 0;
}

int cgroupfs_has(const char *list, const char *word, char separator)
{
	const char ends[] = { separator, '\n', '\0' };
	size_t length = strcspn(word, ",");

	for (; *list; list += strcspn(list, ends), list += *list != '\0')
		if (strcspn(list, ends) == length && !strncmp(list, word, length))
			return 1;
	return 0;
}

/* Where `path` of a hierarchy is below the root of a mount; NULL where it isn't. */
static const char *find_below(const char *root, const char *path)
{
	size_t length = strcmp(root, "/") ? strlen(root) : 0;

	if (strncmp(root, path, length) || (path[length] && path[length] != '/'))
		return NULL;
	return path + length;
}

static int open_below(const char *point, const char *below)
{
	char path[2 * PATH_MAX];
	struct statfs fs;
	int fd;

	snprintf(path, sizeof(path), "%s%s", point, below);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || (fstatfs(fd, &fs) == 0 && (fs.f_type == KERNEL_CGROUP_MAGIC ||
						 fs.f_type == KERNEL_CGROUP2_MAGIC)))
		return fd;
	errno = EXDEV;
	return file_close(fd, -1);
}

int cgroupfs_open(const char *mounts, const struct cgroupfs_entry *entry)
{
	/* Above what we see a path begins with "/..", and no mount of ours shows it. */
	char *copy = strstr(entry->path, "/..") ? NULL : strdup(mounts), *rest = copy;
	const char *type = *entry->controllers ? "cgroup" : "cgroup2", *below;
	int fd = -1, error = ENOENT;
	struct mountinfo mount;

	while (copy && fd < 0 && mountinfo_next(&rest, &mount)) {
		if (strcmp(mount.type, type) ||
		    (*entry->controllers && !cgroupfs_has(mount.options, entry->controllers, ',')))
			continue;
		below = find_below(mount.root, entry->path);
		if (!below)
			continue;
		fd = open_below(mount.point, below);
		error = errno;
	}
	free(copy);
	errno = error;
	return fd;
}

const char *cgroupfs_entrance(int dir)
{
	return faccessat(dir, "tasks", W_OK, 0) == 0 ? "tasks" : "cgroup.procs";
}

int cgroupfs_enter(int dir)
{
	return file_write(dir, cgroupfs_entrance(dir), "0");
}
