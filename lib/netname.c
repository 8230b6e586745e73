/* SPDX-License-Identifier: ISC */
/* netname - a holder's network namespace under a name that ip-netns(8) knows */
#include "netname.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "trace.h"

enum { LINK_TEXT = 32 };

/* Locked, so that of two who find the same dead link only one replaces it. */
static int open_dir(void)
{
	int dir = open("/run/netns", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	return dir >= 0 && flock(dir, LOCK_EX) < 0 ? file_close(dir, -1) : dir;
}

static void remove_dead(int dir, const char *name)
{
	char text[LINK_TEXT];
	struct stat st;

	if (readlinkat(dir, name, text, sizeof(text)) > 0 && !strncmp(text, "/proc/", 6) &&
	    fstatat(dir, name, &st, 0) < 0 && errno == ENOENT)
		unlinkat(dir, name, 0);
}

int netname_write(const char *name, pid_t pid)
{
	char text[LINK_TEXT];
	int dir;

	if (mkdir("/run/netns", 0755) < 0 && errno != EEXIST)
		return -1;
	dir = open_dir();
	if (dir < 0)
		return -1;
	remove_dead(dir, name);
	snprintf(text, sizeof(text), "/proc/%d/ns/net", (int)pid);
	return file_close(dir, traced(symlinkat(text, dir, name), "symlink(%s, /run/netns/%s)",
				      text, name));
}

void netname_remove(const char *name, pid_t pid)
{
	int fd = open_dir(), saved = errno;
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	char wanted[LINK_TEXT], text[LINK_TEXT] = "";

	snprintf(wanted, sizeof(wanted), "/proc/%d/ns/net", (int)pid);
	for (const struct dirent *entry; dir && (entry = readdir(dir));) {
		ssize_t length = readlinkat(fd, entry->d_name, text, sizeof(text) - 1);

		text[length > 0 ? length : 0] = '\0';
		if (!strcmp(text, wanted) && (!name || !strcmp(name, entry->d_name)))
			unlinkat(fd, entry->d_name, 0);
	}
	if (dir)
		closedir(dir);
	errno = saved;
}
