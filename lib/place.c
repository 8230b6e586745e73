/* SPDX-License-Identifier: ISC */
/* place - the root and the working directory of PROG */
#include "place.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

#include "file.h"
#include "kernel.h"
#include "trace.h"
#include "why.h"

int place_open(int dirfd, const char *path)
{
	return openat(dirfd, path, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

/* The kernel tells the path of a directory that our root doesn't lead to as "(unreachable)/...". */
static int is_within_root(void)
{
	char cwd[PATH_MAX];

	return getcwd(cwd, sizeof(cwd)) && cwd[0] == '/';
}

static int refuse_outside(void)
{
	if (is_within_root())
		return 0;
	why_set("it lies outside of the root directory");
	errno = EXDEV;
	return -1;
}

int place_enter_dir(const char *path)
{
	return chdir(path) < 0 ? -1 : refuse_outside();
}

/* A link of the container may lead to /proc/self/fd, and by it to what we hold. */
static int enter_inside(const char *path)
{
	struct open_how how = {
		.flags = O_PATH | O_DIRECTORY | O_CLOEXEC,
		.resolve = RESOLVE_NO_MAGICLINKS,
	};
	int fd = sys_openat2(AT_FDCWD, path, &how);

	if (fd < 0 && errno == ENOSYS)
		fd = place_open(AT_FDCWD, path);
	return fd < 0 || file_close(fd, fchdir(fd)) < 0 ? -1 : refuse_outside();
}

int place_enter(struct place *place)
{
	place->step = "enter the root directory";
	if (place->root >= 0 && (fchdir(place->root) < 0 || traced(chroot("."), "chroot(.)") < 0))
		return -1;
	place->step = "enter the working directory";
	if (place->cwd >= 0 && fchdir(place->cwd) < 0)
		return -1;
	if (place->inside)
		return enter_inside(place->inside);
	if (place->cwd < 0 || is_within_root())
		return 0;
	return place->chosen ? 1 : chdir("/");
}
