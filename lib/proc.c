/* SPDX-License-Identifier: ISC */
/* proc - what /proc tells about processes and the namespaces that they are in */
#include "proc.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "file.h"
#include "handle.h"
#include "kernel.h"
#include "num.h"
#include "text.h"
#include "why.h"

/* openat(2), for musl's open() makes two calls of it. */
static int open_below_proc(const char *path, int flags)
{
	struct statfs fs;
	int fd = openat(AT_FDCWD, path, flags | O_CLOEXEC);

	if (fd < 0 && errno == ENOENT && access("/proc/self", F_OK) < 0)
		why_set("/proc is not mounted here");
	if (fd < 0)
		return -1;
	if (fstatfs(fd, &fs) < 0 || fs.f_type != KERNEL_PROC_MAGIC) {
		close(fd);
		why_set("/proc is not a proc file system");
		errno = EXDEV;
		return -1;
	}
	return fd;
}

int proc_open(pid_t pid)
{
	char path[32] = "/proc/self";

	if (pid)
		snprintf(path, sizeof(path), "/proc/%d", (int)pid);
	return open_below_proc(path, O_PATH | O_DIRECTORY);
}

pid_t proc_read_pid(int pidfd)
{
	char path[40], text[512];
	const char *line;
	ssize_t length;
	int pid, fd;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", pidfd);
	fd = open_below_proc(path, O_RDONLY);
	/* Where there is no /proc, or a false one, that is to be said. */
	if (fd < 0)
		return file_close(proc_open(0), -1);
	/* A few lines, which one read(2) has all. */
	length = read(fd, text, sizeof(text) - 1);
	if (file_close(fd, (int)length) < 0)
		return -1;
	text[length] = '\0';
	line = text_find(text, "\nPid:\t");
	pid = line ? atoi(line + 6) : 0;
	if (pid > 0)
		return pid;
	if (pid == 0)
		why_set("/proc here doesn't show that process");
	errno = ESRCH;
	return -1;
}

int proc_open_pidfd(int pidfd)
{
	pid_t pid = proc_read_pid(pidfd);

	return pid < 0 ? -1 : proc_open(pid);
}

const struct proc_name proc_names[PROC_NAMES] = {
	{ "user", CLONE_NEWUSER, 0 }, { "cgroup", CLONE_NEWCGROUP, 0 }, { "ipc", CLONE_NEWIPC, 0 },
	{ "uts", CLONE_NEWUTS, 0 }, { "net", CLONE_NEWNET, 0 }, { "pid", CLONE_NEWPID, 0 },
	{ "pid_for_children", CLONE_NEWPID, 1 }, { "mnt", CLONE_NEWNS, 0 },
	{ "time", CLONE_NEWTIME, 0 }, { "time_for_children", CLONE_NEWTIME, 1 },
};

ino_t proc_read_inode(int dir, const char *path)
{
	char link[48];
	ssize_t length = readlinkat(dir, path, link, sizeof(link) - 1);
	const char *number;

	if (length < 0)
		return 0;
	link[length] = '\0';
	number = strchr(link, '[');
	errno = EINVAL;
	return number ? (ino_t)num_read(number + 1) : 0;
}

/* Put the namespace file `path` into the table; one that is new is opened and asked. Between the
 * two the process may enter another, and is in that one then, or go. NULL with errno as
 * proc_read_inode(), or ENOMEM. */
static struct nsentry *add_path(struct nstable *table, int flag, int dir, const char *path)
{
	const struct nskind *kind = nskind_find_flag(flag);
	ino_t inode = proc_read_inode(dir, path);
	struct nsentry *ns;
	int fd;

	if (!inode)
		return NULL;
	ns = nstable_find(table, inode);
	if (ns && ns->asked)
		return ns;
	if (table->ask == NSTABLE_NOTHING)
		return nstable_add(table, kind, inode);
	fd = openat(dir, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return nstable_add(table, kind, inode);
	ns = nstable_add_file(table, kind, fd);
	close(fd);
	return ns;
}

/* The process is gone, or hasn't this one. */
static int is_absent(int error)
{
	return error == ENOENT || error == ESRCH;
}

static int add_process(struct nstable *table, int procdir, struct nsentry *found[PROC_NAMES])
{
	int any = 0;

	for (int i = 0; i < PROC_NAMES; i++) {
		char path[32];

		snprintf(path, sizeof(path), "ns/%s", proc_names[i].name);
		found[i] = add_path(table, proc_names[i].flag, procdir, path);
		if (!found[i] && !is_absent(errno))
			return -1;
		any |= found[i] != NULL;
	}
	if (any)
		return 0;
	errno = ESRCH;
	return -1;
}

static int add_files(struct nstable *table, const int *files, struct nsentry *found[PROC_NAMES])
{
	for (int i = 0; i < PROC_NAMES; i++) {
		int fd = files[nskind_find_flag(proc_names[i].flag) - nskinds];

		found[i] = NULL;
		if (fd < 0 || proc_names[i].children)
			continue;
		found[i] = nstable_add_file(table, nskind_find_flag(proc_names[i].flag), fd);
		if (!found[i])
			return -1;
	}
	return 0;
}

int proc_add(struct nstable *table, const struct handle *handle, struct nsentry *found[PROC_NAMES])
{
	int self;

	if (handle && handle->procdir < 0)
		return add_files(table, handle->ns, found);
	if (handle)
		return add_process(table, handle->procdir, found);
	self = proc_open(0);
	if (self < 0)
		return -1;
	return file_close(self, add_process(table, self, found));
}

int proc_open_all(void)
{
	return open_below_proc("/proc", O_RDONLY | O_DIRECTORY);
}

int proc_read_command(pid_t pid, char *text, size_t size)
{
	char path[32];
	ssize_t length;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/cmdline", (int)pid);
	fd = openat(AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	length = read(fd, text, size - 1);
	close(fd);
	while (length > 0 && !text[length - 1])
		length--;
	if (length > 0) {
		text[length] = '\0';
		while (length--)
			if (!text[length])
				text[length] = ' ';
		return 0;
	}
	snprintf(path, sizeof(path), "/proc/%d/comm", (int)pid);
	length = file_read(AT_FDCWD, path, text + 1, size - 2);
	if (length <= 0)
		return -1;
	text[0] = '[';
	strcpy(text + length, "]"); /* over the newline */
	return 0;
}

int proc_read_stat(pid_t pid, struct proc_stat *stat)
{
	char path[32], text[1024], *end;
	struct stat st;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	if (file_read(AT_FDCWD, path, text, sizeof(text)) < 0)
		return -1;
	/* The name, in parentheses, may hold anything. */
	end = strrchr(text, ')');
	errno = EINVAL;
	if (!end || !end[1])
		return -1;
	stat->parent = atoi(end + 4);
	*strrchr(path, '/') = '\0';
	stat->uid = fstatat(AT_FDCWD, path, &st, 0) < 0 ? (uid_t)-1 : st.st_uid;
	return 0;
}

/* "NSpid:\t812\t1\n" */
int proc_is_init(int procdir)
{
	char status[4096], *line;

	if (file_read(procdir, "status", status, sizeof(status)) <= 0)
		return 0;
	line = strstr(status, "\nNSpid:\t");
	if (!line)
		return 0;
	line += 8;
	line[strcspn(line, "\n")] = '\0';
	line = strrchr(line, '\t');
	return line && !strcmp(line, "\t1");
}

int proc_read_limit(const struct nskind *kind, uint64_t *limit)
{
	char path[64], text[32];

	snprintf(path, sizeof(path), "/proc/sys/user/%s", kind->limit);
	if (file_read(AT_FDCWD, path, text, sizeof(text)) < 0)
		return -1;
	text[strcspn(text, "\n")] = '\0';
	return num_parse(text, UINT64_MAX, limit);
}
