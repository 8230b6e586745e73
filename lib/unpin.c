/* SPDX-License-Identifier: ISC */
/* unpin - let go of namespaces that bind mounts of their files keep */
#include "unpin.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "file.h"
#include "kernel.h"
#include "nskind.h"
#include "trace.h"

/* Returns whether there was one. Mounts may lie on top of each other. */
static int unpin(const char *name)
{
	int count = 0;

	while (umount2(name, MNT_DETACH | UMOUNT_NOFOLLOW) == 0)
		count += traced(1, "umount2(%s, DETACH)", name);
	if (errno != EINVAL && errno != ENOENT)
		return -1;
	return count && unlink(name) < 0 ? -1 : count;
}

int unpin_directory(const char *path)
{
	int dir = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC), any = 0;
	int here = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC), result = -1;

	if (dir < 0 && (errno == ENOTDIR || errno == ENOENT))
		result = 0;
	if (dir < 0 || here < 0 || fchdir(dir) < 0)
		goto out;
	for (const struct nskind *kind = nskinds; kind < nskinds + NSKIND_COUNT; kind++) {
		int one = unpin(kind->name);

		if (one < 0)
			goto out;
		any |= one;
	}
	result = any;
out:
	/* What else was put there is not ours. */
	if (here >= 0 && fchdir(here) == 0 && result > 0)
		result = rmdir(path) < 0 && errno != ENOTEMPTY && errno != EBUSY ? -1 : 0;
	file_close(here, 0);
	return file_close(dir, result);
}

int unpin_is_pinned(int fd, const char *kind)
{
	FILE *mounts = fopen("/proc/self/mountinfo", "re");
	char wanted[48], *line = NULL;
	size_t size = 0;
	struct stat st = { 0 };
	int found = 0;

	fstat(fd, &st);
	snprintf(wanted, sizeof(wanted), " %s:[%llu] ", kind, (unsigned long long)st.st_ino);
	while (mounts && !found && getline(&line, &size, mounts) > 0)
		found = strstr(line, wanted) != NULL;
	free(line);
	if (mounts)
		fclose(mounts);
	return found;
}
