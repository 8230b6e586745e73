/* SPDX-License-Identifier: ISC */
/* handlens - the namespaces of a handle, part of handle.h */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "handle.h"
#include "kernel.h"
#include "ns.h"
#include "proc.h"
#include "why.h"

/* What takes the place of the process's own, or is all there is. */
static int find_differing_files(const struct handle *handle)
{
	int self = proc_open(0), flags = 0;

	if (self < 0)
		return -1;
	for (int i = 0; i < NSKIND_COUNT; i++) {
		struct stat st;

		if (handle->ns[i] >= 0 && fstat(handle->ns[i], &st) == 0 &&
		    st.st_ino != ns_read_inode(self, nskinds[i].name))
			flags |= nskinds[i].flag;
	}
	return file_close(self, flags);
}

/* The kinds of which the handle has a file. */
static int find_files(const struct handle *handle)
{
	int flags = 0;

	for (int i = 0; i < NSKIND_COUNT; i++)
		if (handle->ns[i] >= 0)
			flags |= nskinds[i].flag;
	return flags;
}

int handle_find_kinds(const struct handle *handle)
{
	return handle->procdir >= 0 ? nskind_all : find_files(handle);
}

int handle_find_differing(const struct handle *handle)
{
	int files = find_files(handle), own = 0, other = 0;

	if (handle->procdir >= 0)
		own = ns_find_differing(handle->procdir);
	if (own >= 0 && files)
		other = find_differing_files(handle);
	return own < 0 || other < 0 ? -1 : (own & ~files) | other;
}

int handle_open_ns(const struct handle *handle, int flag)
{
	const struct nskind *kind = nskind_find_flag(flag);
	int fd = handle->ns[kind - nskinds];
	char path[32];

	if (fd >= 0)
		return fcntl(fd, F_DUPFD_CLOEXEC, 3);
	if (handle->procdir < 0) {
		why_set("the handle has no such namespace");
		errno = ENOENT;
		return -1;
	}
	snprintf(path, sizeof(path), "ns/%s", kind->name);
	return openat(handle->procdir, path, O_RDONLY | O_CLOEXEC);
}

/* All at once, or none. */
static int enter_process(const struct handle *handle, int flags)
{
	int differing;

	if (ns_enter(handle->pidfd, flags) == 0)
		return 0;
	if (errno != EPERM || flags & CLONE_NEWUSER)
		return -1;
	differing = ns_find_differing(handle->procdir);
	if (differing < 0 || !(differing & CLONE_NEWUSER)) {
		errno = EPERM;
		return -1;
	}
	return ns_enter(handle->pidfd, flags | CLONE_NEWUSER);
}

int handle_open_each(const struct handle *handle, int flags, int fds[NSKIND_COUNT], int *failed)
{
	for (int i = 0; i < NSKIND_COUNT; i++)
		fds[i] = -1;
	for (int i = 0; i < NSKIND_COUNT; i++) {
		if (!(flags & nskinds[i].flag))
			continue;
		fds[i] = handle_open_ns(handle, nskinds[i].flag);
		if (fds[i] >= 0)
			continue;
		*failed = nskinds[i].flag;
		handle_close_each(fds);
		return -1;
	}
	return 0;
}

void handle_close_each(int fds[NSKIND_COUNT])
{
	for (int i = 0; i < NSKIND_COUNT; i++)
		file_close(fds[i], 0);
}

int handle_enter(const struct handle *handle, int flags, int *failed)
{
	int fds[NSKIND_COUNT], error = 0, result;

	if (!flags)
		return 0;
	if (handle->pidfd >= 0 && !(flags & find_files(handle))) {
		if (enter_process(handle, flags) == 0)
			return 0;
		error = errno;
	}
	if (handle_open_each(handle, flags, fds, failed) < 0) {
		/* Then what the process as a whole answered says more. */
		errno = error ? error : errno;
		return -1;
	}
	result = ns_enter_each(fds, failed);
	handle_close_each(fds);
	return result;
}
