/* SPDX-License-Identifier: ISC */
/* cgroup - the control groups of a process */
#include "cgroup.h"

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
#include "proc.h"
#include "trace.h"
#include "why.h"

enum { TEXT_MAX = 32768, LINE_FIELDS = 32 };

/* What /proc/self/mountinfo tells of a mount, proc_pid_mountinfo(5). */
struct mount {
	char *root, *point, *type, *options;
};

/* Blanks and other white space are written as \040 there. */
static void unescape(char *text)
{
	char *to = text;

	for (; *text; text++)
		if (text[0] == '\\' && text[1] >= '0' && text[1] <= '3' && text[2] && text[3]) {
			*to++ = (char)((text[1] - '0') * 64 + (text[2] - '0') * 8 + text[3] - '0');
			text += 3;
		} else {
			*to++ = *text;
		}
	*to = '\0';
}

static int parse_mount(char *line, struct mount *mount)
{
	char *field[LINE_FIELDS], *rest = line;
	int count = 0, dash = 6;

	while (count < LINE_FIELDS && (field[count] = strtok_r(rest, " \n", &rest)))
		count++;
	while (dash < count && strcmp(field[dash], "-"))
		dash++;
	if (dash + 3 >= count)
		return -1;
	*mount = (struct mount){ field[3], field[4], field[dash + 1], field[dash + 3] };
	unescape(mount->root);
	unescape(mount->point);
	return 0;
}

/* Whether the list "rw,cpu,cpuacct" has the word that `names` begins with. */
static int has_option(const char *options, const char *names)
{
	size_t length = strcspn(names, ",");

	for (; *options; options += strcspn(options, ","), options += *options == ',')
		if (strcspn(options, ",") == length && !strncmp(options, names, length))
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

static int open_procs(const struct mount *mount, const char *below)
{
	char path[2 * PATH_MAX];
	struct statfs fs;
	int fd;

	snprintf(path, sizeof(path), "%s%s/cgroup.procs", mount->point, below);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0 || (fstatfs(fd, &fs) == 0 && (fs.f_type == KERNEL_CGROUP_MAGIC ||
						 fs.f_type == KERNEL_CGROUP2_MAGIC)))
		return fd;
	errno = EXDEV; /* another file system hides it */
	return file_close(fd, -1);
}

/* Open the control group `path` of the hierarchy of `controllers`, "" for that of version 2. Above
 * what we see it begins with "/..", and no mount of ours shows it. */
static int open_one(const char *controllers, const char *path)
{
	FILE *mounts = strstr(path, "/..") ? NULL : fopen("/proc/self/mountinfo", "re");
	const char *type = *controllers ? "cgroup" : "cgroup2", *below;
	int fd = -1, error = ENOENT;
	struct mount mount;
	char *line = NULL;
	size_t size = 0;

	while (mounts && fd < 0 && getline(&line, &size, mounts) > 0) {
		if (parse_mount(line, &mount) < 0 || strcmp(mount.type, type) ||
		    (*controllers && !has_option(mount.options, controllers)) ||
		    !(below = find_below(mount.root, path)))
			continue;
		fd = open_procs(&mount, below);
		error = errno;
	}
	if (mounts)
		fclose(mounts);
	free(line);
	errno = error;
	return fd;
}

/* Whether `text` has the line, of this length with its newline. */
static int has_line(const char *text, const char *line, size_t length)
{
	for (; *text; text += strcspn(text, "\n"), text += *text == '\n')
		if (!strncmp(text, line, length))
			return 1;
	return 0;
}

/* Lines of cgroups(7): "4:cpu,cpuacct:/user/1", of version 2 "0::/user/1". */
static int open_differing(struct cgroup *cgroup, const char *ours, char *theirs)
{
	for (char *line = theirs, *next; *line; line = next) {
		char *controllers, *path;
		size_t length = strcspn(line, "\n");
		int fd;

		next = line + length + (line[length] == '\n');
		if (has_line(ours, line, (size_t)(next - line)))
			continue;
		line[length] = '\0';
		controllers = strchr(line, ':');
		path = controllers ? strchr(controllers + 1, ':') : NULL;
		if (!path || cgroup->count == CGROUP_MAX)
			continue;
		*path++ = '\0';
		fd = open_one(controllers + 1, path);
		if (fd >= 0)
			cgroup->procs[cgroup->count++] = fd;
		else if (cgroup->must) {
			why_set(path);
			return -1;
		}
	}
	return 0;
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
	return strcmp(ours, theirs) ? open_differing(cgroup, ours, theirs) : 0;
}

int cgroup_enter(struct cgroup *cgroup)
{
	while (cgroup->count) {
		int fd = cgroup->procs[--cgroup->count];
		int wrote = traced((int)write(fd, "0", 1), "write(%d, \"0\" to cgroup.procs)", fd);

		if (file_close(fd, wrote) < 0 && cgroup->must)
			return -1;
	}
	return 0;
}
