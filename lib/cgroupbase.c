/* SPDX-License-Identifier: ISC */
/* cgroupbase - the group in which others can be made */
#include "cgroupbase.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "cgroupfs.h"
#include "file.h"

enum { TEXT = 512 };

int cgroupbase_open_parent(int dir)
{
	int parent = openat(dir, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct stat st, above;

	if (parent >= 0 && fstat(dir, &st) == 0 && fstat(parent, &above) == 0 &&
	    st.st_dev == above.st_dev && st.st_ino != above.st_ino)
		return parent;
	file_close(parent, 0);
	errno = ENOENT;
	return -1;
}

int cgroupbase_read_controllers(int dir, const char *file)
{
	char text[TEXT];
	int found = 0;

	if (file_read(dir, file, text, sizeof(text)) < 0)
		return 0;
	for (int i = 0; i < CGROUPDIR_CONTROLLERS; i++)
		if (cgroupfs_has(text, cgroupdir_controller(i, 2), ' '))
			found |= 1 << i;
	return found;
}

int cgroupbase_is_ours(int dir)
{
	return faccessat(dir, ".", W_OK, 0) == 0 && faccessat(dir, "cgroup.procs", W_OK, 0) == 0;
}

/* The files of a threaded group can't be read so. */
static int has_processes(int dir)
{
	int procs = openat(dir, "cgroup.procs", O_RDONLY | O_CLOEXEC), has;
	char byte;

	if (procs < 0)
		return 1;
	has = read(procs, &byte, 1) != 0;
	return file_close(procs, has);
}

static int has_controllers(int dir)
{
	return cgroupbase_read_controllers(dir, "cgroup.controllers") != 0;
}

static int can_divide(int dir)
{
	return cgroupbase_read_controllers(dir, "cgroup.subtree_control") ||
	       faccessat(dir, "cgroup.type", F_OK, 0) < 0 || /* only the root has none */
	       !has_processes(dir);
}

/* What limits the group is not to be got out of: another nscgroup, or a service manager that leaves
 * to us what is below. */
static int is_bounded(int dir)
{
	char path[PATH_MAX], mark = '0';

	if (file_read_path(dir, path) == 0 && strstr(path, "/nskit-"))
		return 1;
	if (fgetxattr(dir, "user.delegate", &mark, 1) < 0)
		fgetxattr(dir, "trusted.delegate", &mark, 1);
	return mark == '1';
}

/* The next one up; -1 where it would be out of bounds. Closes `dir`. */
static int climb(int dir)
{
	return file_close(dir, is_bounded(dir) ? -1 : cgroupbase_open_parent(dir));
}

int cgroupbase_open(int own, int version)
{
	int dir = fcntl(own, F_DUPFD_CLOEXEC, 3), without = -1, error = EACCES;

	for (; dir >= 0; dir = climb(dir)) {
		if (!cgroupbase_is_ours(dir)) {
			if (version == 1)
				break;
			continue;
		}
		if (version == 1 || (has_controllers(dir) && can_divide(dir))) {
			file_close(without, 0);
			return dir;
		}
		if (has_controllers(dir))
			error = EBUSY;
		else if (without < 0)
			without = fcntl(dir, F_DUPFD_CLOEXEC, 3);
	}
	file_close(dir, 0);
	errno = error;
	return without;
}
