/* SPDX-License-Identifier: ISC */
/* nsfile - the files that namespaces are, and more of what they tell */
#include "nsfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/vfs.h>

#include "file.h"
#include "kernel.h"

int nsfile_open(int dir, const char *path)
{
	int fd = openat(dir, path, O_PATH | O_CLOEXEC), opened = -1;
	struct statfs fs;
	char link[40];

	if (fd < 0)
		return -1;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	errno = EINVAL;
	if (fstatfs(fd, &fs) == 0 && fs.f_type == KERNEL_NSFS_MAGIC)
		opened = openat(AT_FDCWD, link, O_RDONLY | O_CLOEXEC);
	return file_close(fd, opened);
}

int nsfile_open_id(const struct nskind *kind, ino_t inode, uint64_t id)
{
	struct kernel_nsfs_handle handle = {
		.bytes = 16,
		.type = KERNEL_FILEID_NSFS,
		.id = id,
		.ns_type = (uint32_t)kind->flag,
		.inode = (uint32_t)inode,
	};

	return sys_open_by_handle_at(KERNEL_FD_NSFS_ROOT, &handle, O_RDONLY | O_CLOEXEC);
}

static int ask_mounts(int fd, unsigned long request, struct kernel_mnt_ns_info *info)
{
	*info = (struct kernel_mnt_ns_info){ .size = sizeof(*info) };
	return sys_ioctl_nsfs(fd, request, (uintptr_t)info);
}

int nsfile_read_mounts(int fd, uint32_t *mounts, uint64_t *id)
{
	struct kernel_mnt_ns_info info;

	if (ask_mounts(fd, KERNEL_NS_MNT_GET_INFO, &info) < 0)
		return -1;
	*mounts = info.mounts;
	*id = info.id;
	return 0;
}

int nsfile_open_next(int fd)
{
	struct kernel_mnt_ns_info info;

	return ask_mounts(fd, KERNEL_NS_MNT_GET_NEXT, &info);
}

int nsfile_open_previous(int fd)
{
	struct kernel_mnt_ns_info info;

	return ask_mounts(fd, KERNEL_NS_MNT_GET_PREV, &info);
}

pid_t nsfile_read_init(int fd)
{
	return sys_ioctl_nsfs(fd, KERNEL_NS_GET_PID_FROM_PIDNS, 1);
}
