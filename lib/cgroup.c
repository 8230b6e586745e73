/* SPDX-License-Identifier: ISC */
/* cgroup - the control groups of a process */
#include "cgroup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cgroupfs.h"
#include "file.h"
#include "mountinfo.h"
#include "proc.h"
#include "trace.h"
#include "why.h"

enum { TEXT_MAX = 32768 };

/* Whether `text`, lines of /proc/PID/cgroup, has this one. */
static int has_entry(const char *text, const struct cgroupfs_entry *entry)
{
	size_t controllers = strlen(entry->controllers), path = strlen(entry->path);

	for (; *text; text += strcspn(text, "\n"), text += *text == '\n') {
		const char *line = text + strcspn(text, ":") + 1;

		if (!strncmp(line, entry->controllers, controllers) && line[controllers] == ':' &&
		    !strncmp(line + controllers + 1, entry->path, path) &&
		    line[controllers + 1 + path] == '\n')
			return 1;
	}
	return 0;
}

static int open_procs(const char *mounts, const struct cgroupfs_entry *entry)
{
	int dir = cgroupfs_open(mounts, entry);

	return dir < 0 ? -1 : file_close(dir, openat(dir, cgroupfs_entrance(dir),
							O_WRONLY | O_CLOEXEC));
}

static int open_differing(struct cgroup *cgroup, const char *mounts, const char *ours,
			  char *theirs)
{
	struct cgroupfs_entry entry;

	while (cgroupfs_next(&theirs, &entry)) {
		int fd;

		if (has_entry(ours, &entry) || cgroup->count == CGROUP_MAX)
			continue;
		fd = open_procs(mounts, &entry);
		if (fd >= 0) {
			cgroup->procs[cgroup->count++] = fd;
		} else if (cgroup->must) {
			why_set(entry.path);
			return -1;
		}
	}
	return 0;
}

static int open_elsewhere(struct cgroup *cgroup, const char *ours, char *theirs)
{
	char *mounts = mountinfo_read();
	int saved, result = mounts ? open_differing(cgroup, mounts, ours, theirs) : -1;

	saved = errno;
	free(mounts);
	errno = saved;
	return result;
}

int cgroup_open(struct cgroup *cgroup, int procdir)
{
	static char ours[TEXT_MAX], theirs[TEXT_MAX];
	int self = proc_open(0), result;

	cgroup->count = 0;
	if (self < 0)
		return -1;
	result = file_read(self, "cgroup", ours, sizeof(ours)) < 0 ||
		 file_read(procdir, "cgroup", theirs, sizeof(theirs)) < 0 ? -1 : 0;
	file_close(self, 0);
	/* A kernel without control groups has no such file. */
	if (result < 0)
		return cgroup->must ? -1 : 0;
	return strcmp(ours, theirs) ? open_elsewhere(cgroup, ours, theirs) : 0;
}

int cgroup_enter(struct cgroup *cgroup)
{
	while (cgroup->count) {
		int fd = cgroup->procs[--cgroup->count];
		int wrote = traced((int)write(fd, "0", 1), "write(%d, \"0\" to a group)", fd);

		if (file_close(fd, wrote) < 0 && cgroup->must)
			return -1;
	}
	return 0;
}
