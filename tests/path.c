/* SPDX-License-Identifier: ISC */
/*
 * path - what path_open() and path_make() answer
 *
 * path open|dir|file|undo ROOT PATH...: open each PATH, or make it as a directory or as a file;
 * undo makes directories and takes them away. One line each: what was opened, or why not.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "path.h"

static int open_by(const char *verb, int root, const char *path, struct path_trail *trail)
{
	if (!strcmp(verb, "open"))
		return path_open(root, path);
	return path_make(root, path, strcmp(verb, "file") ? S_IFDIR : S_IFREG, trail);
}

int main(int argc, char **argv)
{
	struct path_trail trail = { 0 };
	int root = open(argv[2], O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct stat st;

	umask(077);
	for (int i = 3; i < argc; i++) {
		int fd = open_by(argv[1], root, argv[i], &trail);

		if (fd >= 0 && fstat(fd, &st) == 0)
			printf("%lx:%lu %o\n", (long)st.st_dev, (unsigned long)st.st_ino,
			       st.st_mode);
		else
			printf("%s\n", strerror(errno));
		close(fd);
	}
	if (!strcmp(argv[1], "undo"))
		path_undo(&trail);
	else
		path_keep(&trail);
	return open("/dev/null", O_RDONLY) == root + 1 ? 0 : 1; /* nothing is left open */
}
