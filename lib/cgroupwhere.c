/* SPDX-License-Identifier: ISC */
/* cgroupwhere - where the rest of a control group is */
#include "cgroupwhere.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include "cgroupbase.h"
#include "file.h"

static const char attribute[] = "trusted.nskit.where";

enum { TEXT = 8192 };

void cgroupwhere_write(const struct cgroupdirs *dirs)
{
	char text[TEXT] = "", path[PATH_MAX];
	size_t used = 0;

	for (int i = 0; i < dirs->count; i++)
		if (dirs->list[i].dir >= 0 && file_read_path(dirs->list[i].dir, path) == 0 &&
		    used + strlen(path) + 2 < sizeof(text))
			used += (size_t)snprintf(text + used, sizeof(text) - used, "%s\n", path);
	for (int i = 0; i < dirs->count; i++)
		if (dirs->list[i].made)
			fsetxattr(dirs->list[i].dir, attribute, text, used, 0);
}

/* The part in whose hierarchy `dir` is, and that has none yet. */
static struct cgroupdir *find_part(struct cgroupdirs *dirs, int dir)
{
	struct stat ours, own;

	for (int i = 0; i < dirs->count && fstat(dir, &ours) == 0; i++)
		if (dirs->list[i].dir < 0 && fstat(dirs->list[i].own, &own) == 0 &&
		    own.st_dev == ours.st_dev)
			return &dirs->list[i];
	return NULL;
}

/* Returns whether it was missing. */
static int take(struct cgroupdirs *dirs, const char *path)
{
	const char *slash = strrchr(path, '/');
	struct cgroupdir *one;
	int dir;

	if (!slash || strcmp(slash + 1, dirs->leaf))
		return 0;
	dir = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	one = dir < 0 ? NULL : find_part(dirs, dir);
	if (!one || !cgroupbase_is_ours(dir))
		return file_close(dir, 0);
	file_close(one->base, 0);
	one->dir = dir;
	one->base = cgroupbase_open_parent(dir);
	return 1;
}

int cgroupwhere_find(struct cgroupdirs *dirs)
{
	char text[TEXT], *rest = text, *path;
	ssize_t length = -1;
	int found = 0;

	for (int i = 0; i < dirs->count && length < 0; i++)
		if (dirs->list[i].dir >= 0)
			length = fgetxattr(dirs->list[i].dir, attribute, text, sizeof(text) - 1);
	if (length < 0)
		return 0;
	text[length] = '\0';
	while ((path = strtok_r(rest, "\n", &rest)))
		found += take(dirs, path);
	return found;
}
