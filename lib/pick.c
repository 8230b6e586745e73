/* SPDX-License-Identifier: ISC */
/* pick - one namespace of a handle from elsewhere than the process that the handle is */
#include "pick.h"

#include <dirent.h>
#include <errno.h>
#include <linux/sockios.h>
#include <stdio.h>

#include "file.h"
#include "kernel.h"
#include "ns.h"
#include "num.h"
#include "proc.h"
#include "why.h"

static int has_id(int fd, uint64_t id)
{
	uint64_t its;

	return sys_ns_get_id(fd, &its) == 0 && its == id;
}

/* Before Linux 6.19 a number alone opens nothing: look for a process that is there. */
static int find_id(const struct nskind *kind, uint64_t id)
{
	int self = proc_open(0), found = -1;
	DIR *dir = file_close(self, self) < 0 ? NULL : opendir("/proc");
	const struct dirent *entry;

	while (dir && found < 0 && (entry = readdir(dir))) {
		char path[sizeof(entry->d_name) + 16];

		snprintf(path, sizeof(path), "%s/ns/%s", entry->d_name, kind->name);
		if (entry->d_name[0] < '1' || entry->d_name[0] > '9')
			continue;
		found = openat(dirfd(dir), path, O_RDONLY | O_CLOEXEC);
		if (found >= 0 && !has_id(found, id))
			found = file_close(found, -1);
	}
	if (dir)
		closedir(dir);
	return found;
}

static int open_id(int flag, const char *word)
{
	struct kernel_nsfs_handle handle = { .bytes = 16, .type = KERNEL_FILEID_NSFS };
	int fd;

	if (num_parse(word, UINT64_MAX, &handle.id) < 0 || !handle.id) {
		why_set("not the number of a namespace");
		errno = EINVAL;
		return -1;
	}
	fd = sys_open_by_handle_at(KERNEL_FD_NSFS_ROOT, &handle, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		fd = find_id(nskind_find_flag(flag), handle.id);
	if (fd < 0) {
		why_set("no process that we may look at is in a namespace with that number");
		errno = ESTALE;
	}
	return fd;
}

int pick_file(struct handle *handle, int flag, const char *word)
{
	int fd = *word == ':' ? open_id(flag, word + 1) :
				open(word, O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	return fd < 0 ? -1 : handle_set_ns(handle, flag, fd);
}

int pick_socket(struct handle *handle, int fd)
{
	int socket = sys_pidfd_getfd(handle->pidfd, fd), ns;

	if (socket < 0)
		return -1;
	ns = file_close(socket, ioctl(socket, SIOCGSKNS));
	return ns < 0 ? -1 : handle_set_ns(handle, CLONE_NEWNET, ns);
}

int pick_children(struct handle *handle, int flags)
{
	for (const struct proc_name *name = proc_names; name < proc_names + PROC_NAMES; name++) {
		char path[32];
		int fd;

		if (!name->children || !(flags & name->flag))
			continue;
		snprintf(path, sizeof(path), "ns/%s", name->name);
		fd = openat(handle->procdir, path, O_RDONLY | O_CLOEXEC);
		if (fd < 0 && errno == ENOENT && name->flag == CLONE_NEWTIME)
			continue; /* a kernel without them */
		if (fd < 0 || handle_set_ns(handle, name->flag, fd) < 0)
			return -1;
	}
	return 0;
}

int pick_owner(struct handle *handle, int flags)
{
	int fds[NSKIND_COUNT], owner, failed;

	flags &= ~CLONE_NEWUSER;
	if (handle_open_each(handle, flags ? flags : CLONE_NEWUSER, fds, &failed) < 0)
		return -1;
	/* The owner of a user namespace is its parent. */
	owner = ns_open_upper_owner(fds, NSKIND_COUNT);
	handle_close_each(fds);
	return owner < 0 ? -1 : handle_set_ns(handle, CLONE_NEWUSER, owner);
}
