/* SPDX-License-Identifier: ISC */
/* nsfact - what more there is to know about a namespace */
#include "nsfact.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "file.h"
#include "handle.h"
#include "kernel.h"
#include "netids.h"
#include "ns.h"
#include "nsfile.h"
#include "nsinside.h"

static int fail(int error)
{
	errno = error;
	return -1;
}

static int is_member(const struct nsentry *ns)
{
	return ns->held & NSTABLE_PROCESS && ns->pid;
}

int nsfact_path(const struct nsentry *ns, char *text, size_t size)
{
	if (is_member(ns))
		snprintf(text, size, "/proc/%d/ns/%s", (int)ns->pid, ns->kind->name);
	else if (ns->path)
		snprintf(text, size, "%s", ns->path);
	else
		return fail(ENOENT);
	return 0;
}

int nsfact_open(const struct nsentry *ns)
{
	char path[4200];
	struct stat st;
	int fd = -1;

	/* A path through a container's root isn't walked: its directories may hang. */
	if (nsfact_path(ns, path, sizeof(path)) == 0 && !strstr(path, "/root/"))
		fd = nsfile_open(AT_FDCWD, path);
	if (fd >= 0 && (fstat(fd, &st) < 0 || st.st_ino != ns->inode))
		fd = file_close(fd, -1);
	if (fd < 0 && ns->id)
		fd = nsfile_open_id(ns->kind, ns->inode, ns->id);
	return fd < 0 ? fail(ESTALE) : fd;
}

int nsfact_handle(const struct nsentry *ns, char *text, size_t size)
{
	int pidfd = is_member(ns) ? sys_pidfd_open(ns->pid) : -1, procdir, result = -1;
	char word[HANDLE_TEXT];

	if (pidfd < 0)
		return fail(ESRCH);
	procdir = proc_open(ns->pid);
	if (procdir >= 0 && ns_read_inode(procdir, ns->kind->name) == ns->inode &&
	    sys_pidfd_send_signal(pidfd, 0) == 0)
		result = handle_write(ns->pid, pidfd, word);
	if (result == 0)
		snprintf(text, size, "%s", word);
	file_close(procdir, 0);
	return file_close(pidfd, result);
}

/* Read the file `name` of a process that is in the namespace, by its file `link`. */
static int read_file(const struct nsentry *ns, const char *link, const char *name, char *text,
		     size_t size)
{
	int procdir = ns->pid ? proc_open(ns->pid) : -1, result = -1;

	if (procdir < 0)
		return fail(ENOENT);
	if (ns_read_inode(procdir, link) == ns->inode)
		result = file_read(procdir, name, text, size) < 0 ? -1 : 0;
	return file_close(procdir, result);
}

/* Before Linux 6.11: the first member is it if it says so, "NSpid:\t812\t1\n". */
static int is_init(const struct nsentry *ns)
{
	char status[4096], *line;

	if (read_file(ns, "pid", "status", status, sizeof(status)) < 0)
		return 0;
	line = strstr(status, "\nNSpid:");
	if (!line)
		return 0;
	line[1 + strcspn(line + 1, "\n")] = '\0';
	line = strrchr(line, '\t');
	return line && !strcmp(line, "\t1");
}

int nsfact_init(const struct nsentry *ns, int64_t *pid)
{
	int fd = nsfact_open(ns);

	*pid = fd < 0 ? -1 : nsfile_read_init(fd);
	file_close(fd, 0);
	if (*pid <= 0 && is_init(ns))
		*pid = ns->pid;
	return *pid > 0 ? 0 : fail(ESRCH);
}

/* Take the number that comes next in `*text`; 0 where there is none. */
static int take_number(const char **text, long long *number)
{
	char *end;

	*number = strtoll(*text, &end, 10);
	if (end == *text)
		return 0;
	*text = end;
	return 1;
}

/* "         0       1000          1\n..." */
int nsfact_map(const struct nsentry *ns, const char *file, char *text, size_t size)
{
	char lines[4096], *at = text;
	const char *rest = lines;
	long long inside, outside, count;

	if (read_file(ns, "user", file, lines, sizeof(lines)) < 0)
		return -1;
	*text = '\0';
	while (at < text + size && take_number(&rest, &inside) && take_number(&rest, &outside) &&
	       take_number(&rest, &count))
		at += snprintf(at, (size_t)(text + size - at), "%s%lld %lld %lld",
			       at > text ? "," : "", inside, outside, count);
	return 0;
}

/* "monotonic         10         0\nboottime ...": of the children's namespace. */
int nsfact_clock(const struct nsentry *ns, const char *clock, int64_t *offset)
{
	long long seconds, nanoseconds;
	const char *rest;
	char text[256];

	if (read_file(ns, "time_for_children", "timens_offsets", text, sizeof(text)) < 0)
		return -1;
	rest = strstr(text, clock);
	rest = rest ? rest + strlen(clock) : "";
	if (!take_number(&rest, &seconds) || !take_number(&rest, &nanoseconds))
		return fail(EINVAL);
	*offset = seconds * 1000000000 + nanoseconds;
	return 0;
}

int nsfact_mounts(const struct nsentry *ns, int64_t *count)
{
	char path[40], *text;
	size_t length;
	int fd;

	*count = ns->mounts;
	if (ns->mounts)
		return 0;
	/* Before Linux 6.12 they are counted. */
	snprintf(path, sizeof(path), "/proc/%d/mountinfo", (int)ns->pid);
	fd = is_member(ns) ? openat(AT_FDCWD, path, O_RDONLY | O_CLOEXEC) : -1;
	text = fd < 0 ? NULL : file_read_all(fd, &length);
	file_close(fd, 0);
	for (const char *at = text; at && (at = strchr(at, '\n')); at++)
		++*count;
	free(text);
	return *count ? 0 : fail(ENOENT);
}

int nsfact_net_id(const struct nsentry *ns, struct nl *nl, int64_t *id)
{
	int fd = nsfact_open(ns);

	if (fd < 0)
		return -1;
	*id = file_close(fd, netids_find(nl, NETNSA_FD, (uint32_t)fd));
	return *id < 0 ? fail(ENOENT) : 0;
}

/* Of the version 2 hierarchy where that is mounted, else of the first one: "0::/user.slice". */
static char *find_path(char *lines)
{
	char *line = strstr(lines, "0::");

	if (!line || (line > lines && line[-1] != '\n'))
		line = lines;
	line[strcspn(line, "\n")] = '\0';
	line = strchr(line, ':');
	line = line ? strchr(line + 1, ':') : NULL;
	return line ? line + 1 : NULL;
}

static int read_cgroup(const void *pid, char *text, size_t size)
{
	char path[40];

	snprintf(path, sizeof(path), "/proc/%d/cgroup", (int)*(const pid_t *)pid);
	return file_read(AT_FDCWD, path, text, size) < 0 ? -1 : 0;
}

/* What a member's path has outside and not inside: "/a/b/x" and "/x" make "/a/b". */
int nsfact_cgroup(const struct nsentry *ns, char *text, size_t size)
{
	char lines[NSINSIDE_TEXT], lines_inside[NSINSIDE_TEXT], *path, *inside;
	int fd = is_member(ns) ? nsfact_open(ns) : -1;
	size_t length, tail;

	if (fd < 0 || read_file(ns, "cgroup", "cgroup", lines, sizeof(lines)) < 0 ||
	    nsinside_ask(fd, CLONE_NEWCGROUP, read_cgroup, &ns->pid, lines_inside,
			 sizeof(lines_inside)) < 0)
		return file_close(fd, -1);
	close(fd);
	path = find_path(lines);
	inside = find_path(lines_inside);
	if (!path || !inside)
		return fail(EINVAL);
	length = strlen(path);
	tail = strcmp(inside, "/") ? strlen(inside) : 0;
	if (tail > length || strcmp(path + length - tail, tail ? inside : ""))
		return fail(ENOENT); /* moved out of its root */
	snprintf(text, size, "%.*s", (int)(length - tail), path);
	if (!*text)
		snprintf(text, size, "/");
	return 0;
}
