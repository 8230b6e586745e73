/* SPDX-License-Identifier: ISC */
/* handle - the word that names a container */
#include "handle.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "file.h"
#include "kernel.h"
#include "name.h"
#include "ns.h"
#include "num.h"
#include "proc.h"
#include "why.h"

static int refuse(int error, const char *why)
{
	why_set(why);
	errno = error;
	return -1;
}

void handle_begin(struct handle *handle)
{
	handle->pid = 0;
	handle->pidfd = handle->procdir = -1;
	for (int i = 0; i < NSKIND_COUNT; i++)
		handle->ns[i] = -1;
}

void handle_close(struct handle *handle)
{
	int saved = errno;

	if (handle->pidfd >= 0)
		close(handle->pidfd);
	if (handle->procdir >= 0)
		close(handle->procdir);
	for (int i = 0; i < NSKIND_COUNT; i++)
		if (handle->ns[i] >= 0)
			close(handle->ns[i]);
	handle_begin(handle);
	errno = saved;
}

/* The inode of a process, for as long as the system runs; 0 where the kernel has none. */
static ino_t pidfd_inode(int pidfd)
{
	struct statfs fs;
	struct stat st;

	if (fstatfs(pidfd, &fs) < 0 || fs.f_type != KERNEL_PIDFS_MAGIC || fstat(pidfd, &st) < 0)
		return 0;
	return st.st_ino;
}

int handle_write(pid_t pid, int pidfd, char text[HANDLE_TEXT])
{
	ino_t inode = pidfd_inode(pidfd);

	if (!inode)
		return refuse(ENOTSUP, "PID:INODE needs Linux 6.9");
	snprintf(text, HANDLE_TEXT, "%d:%llu", (int)pid, (unsigned long long)inode);
	return 0;
}

static int open_process(pid_t pid, ino_t inode, struct handle *handle)
{
	handle->pidfd = sys_pidfd_open(pid);
	/* ENOENT and EINVAL are a thread's number. */
	if (handle->pidfd < 0)
		return errno == EINVAL || errno == ENOENT ? refuse(ESRCH, "") : -1;
	if (inode && inode != pidfd_inode(handle->pidfd))
		return refuse(ESTALE, "handle is stale");
	handle->pid = pid;
	handle->procdir = proc_open_pidfd(handle->pidfd);
	if (handle->procdir < 0 && errno == ENOENT && access("/proc/self", F_OK) < 0)
		return refuse(ENOENT, "/proc is not mounted here");
	if (handle->procdir < 0)
		return errno == ENOENT ? refuse(ESRCH, "") : -1;
	/* There after both were opened: then both are of one process. One that only waits to be
	 * reaped is, but has left its namespaces, so it isn't what PID:INODE is for. */
	if (inode)
		return poll(&(struct pollfd){ handle->pidfd, POLLIN, 0 }, 1, 0) == 0 ? 0 :
			       refuse(ESTALE, "handle is stale");
	return sys_pidfd_send_signal(handle->pidfd, 0) < 0 && errno != EPERM ? -1 : 0;
}

/* PID or PID:INODE. */
static int open_number(const char *word, struct handle *handle)
{
	uint64_t pid, inode = 0;
	char digits[24];
	size_t length = strcspn(word, ":");

	if (length >= sizeof(digits))
		return refuse(EINVAL, "");
	memcpy(digits, word, length);
	digits[length] = '\0';
	if (num_parse(digits, INT_MAX, &pid) < 0 || !pid)
		return refuse(EINVAL, "not a process number");
	if (word[length] && (num_parse(word + length + 1, UINT64_MAX, &inode) < 0 || !inode))
		return refuse(EINVAL, "not of the form PID:INODE");
	return open_process((pid_t)pid, (ino_t)inode, handle);
}

int handle_set_ns(struct handle *handle, int flag, int fd)
{
	const struct nskind *kind = nskind_find_flag(ns_read_type(fd));

	if (!kind || (flag && kind->flag != flag)) {
		close(fd);
		return refuse(EINVAL, kind ? "a namespace of another kind" :
					     "not a namespace file");
	}
	if (handle->ns[kind - nskinds] >= 0)
		close(handle->ns[kind - nskinds]);
	handle->ns[kind - nskinds] = fd;
	return 0;
}

/* A directory of namespace files, as nsnew --pin makes. */
static int open_directory(int dir, struct handle *handle)
{
	int found = 0;

	for (const struct nskind *kind = nskinds; kind < nskinds + NSKIND_COUNT; kind++) {
		int fd = openat(dir, kind->name, O_RDONLY | O_NONBLOCK | O_CLOEXEC);

		if (fd < 0 && errno == ENOENT)
			continue;
		if (fd < 0 || handle_set_ns(handle, 0, fd) < 0)
			return -1;
		found++;
	}
	return found ? 0 : refuse(EINVAL, "no namespace files in this directory");
}

static int open_path(const char *path, struct handle *handle)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC), result;
	struct stat st;

	if (fd < 0)
		return -1;
	if (fstat(fd, &st) < 0 || !S_ISDIR(st.st_mode))
		return handle_set_ns(handle, 0, fd);
	result = open_directory(fd, handle);
	close(fd);
	return result;
}

/* A name: a file of ours that holds PID:INODE, else a network namespace of ip-netns(8). */
static int open_name(const char *name, struct handle *handle)
{
	char path[PATH_MAX], word[HANDLE_TEXT];

	if (!*name || name[0] == '.')
		return refuse(EINVAL, "not a handle");
	if (name_read(name, word) == 0)
		return open_number(word, handle);
	if (errno == EXDEV)
		return -1;
	why_set("");
	snprintf(path, sizeof(path), "/run/netns/%s", name);
	return open_path(path, handle);
}

int handle_open(const char *word, struct handle *handle)
{
	int result;

	handle_begin(handle);
	why_set("");
	if (strchr(word, '/'))
		result = open_path(word, handle);
	else if (*word && strspn(word, "0123456789") == strcspn(word, ":"))
		result = open_number(word, handle);
	else
		result = open_name(word, handle);
	if (result < 0)
		handle_close(handle);
	return result;
}
