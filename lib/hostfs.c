/* SPDX-License-Identifier: ISC */
/* hostfs - the host's own system as a throwaway root file system */
#include "hostfs.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "file.h"
#include "kernel.h"
#include "mnt.h"
#include "mountinfo.h"
#include "overlay.h"
#include "why.h"

/* What the mirroring needs to know everywhere. */
struct mirror {
	struct rootfs *root;
	int scratch;		/* a tmpfs that only the overlays see: their upper layers */
	int staged;		/* it is attached, for overlays to take it */
	unsigned int overlays;	/* so far, for the names in scratch */
	char *mounts;		/* every mount point, each as "\npath/" */
};

/* The mount points of this mount namespace as one text to search. Each takes less than its entry in
 * mountinfo did: it is written over that. */
static char *read_mounts(void)
{
	char *text = mountinfo_read(), *rest = text, *to = text;
	struct mountinfo entry;

	while (text && mountinfo_next(&rest, &entry)) {
		size_t length = strlen(entry.point);

		*to++ = '\n';
		memmove(to, entry.point, length);
		to += length;
		*to++ = '/';
	}
	if (text)
		*to = '\0';
	return text;
}

/* Whether anything is mounted below the directory `path`, not on it. */
static int has_mounts_below(const struct mirror *mirror, const char *path)
{
	char prefix[PATH_MAX + 4];
	const char *found = mirror->mounts;
	size_t length = (size_t)snprintf(prefix, sizeof(prefix), "\n%s/", path);

	for (; (found = strstr(found, prefix)); found += length)
		if (found[length] && found[length] != '\n')
			return 1;
	return 0;
}

/* Before Linux 6.15 no layer may be detached, nor may what a mount is attached to. The root goes
 * first: what lay on the scratch would be gone with it. */
static int stage(struct mirror *mirror)
{
	struct rootfs *root = mirror->root;

	if (!root->staged && mnt_stage(root->fd) < 0)
		return -1;
	root->staged = 1;
	mirror->staged = mnt_stage(mirror->scratch) == 0;
	return mirror->staged ? 0 : -1;
}

/* An overlay whose lower layer is `dir`. */
static int open_overlay(struct mirror *mirror, int dir)
{
	char name[16];
	int layers, fd;

	snprintf(name, sizeof(name), "%u", mirror->overlays++);
	if (mkdirat(mirror->scratch, name, 0700) < 0)
		return -1;
	layers = openat(mirror->scratch, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
	fd = layers < 0 ? -1 : overlay_open_in(&dir, 1, layers);
	if (layers >= 0 && fd < 0 && errno == EINVAL && !*why_text() && !mirror->staged &&
	    stage(mirror) == 0)
		fd = overlay_open_in(&dir, 1, layers);
	return file_close(layers, fd);
}

static int open_readonly(int source)
{
	return mnt_open_copy(source, "", MNT_RDONLY | MNT_RECURSIVE);
}

/* Attach `mount` over `name`, which exists in `to`. Both descriptors are closed. */
static int put(struct mirror *mirror, int mount, int to, const char *name)
{
	int target = openat(to, name, O_PATH | O_NOFOLLOW | O_CLOEXEC), result = -1;

	if (mount >= 0 && target >= 0)
		result = rootfs_attach_at(mirror->root, mount, target);
	file_close(target, 0);
	return file_close(mount, result);
}

static int mirror_entries(struct mirror *mirror, int from, const char *path, int to);

static int mirror_dir(struct mirror *mirror, int source, const char *path, int to, const char *name)
{
	struct stat st;
	int mount, below, result;

	if (fstat(source, &st) < 0 || mkdirat(to, name, st.st_mode & 07777) < 0)
		return -1;
	if (!has_mounts_below(mirror, path)) {
		mount = open_overlay(mirror, source);
		return put(mirror, mount >= 0 ? mount : open_readonly(source), to, name);
	}
	below = openat(to, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (below < 0)
		return -1;
	result = mirror_entries(mirror, source, path, below);
	return file_close(below, result);
}

static int mirror_file(struct mirror *mirror, int source, int to, const char *name)
{
	if (mknodat(to, name, S_IFREG | 0644, 0) < 0)
		return -1;
	return put(mirror, open_readonly(source), to, name);
}

static int mirror_link(int from, int to, const char *name)
{
	char text[PATH_MAX];
	ssize_t length = readlinkat(from, name, text, sizeof(text) - 1);

	if (length < 0)
		return -1;
	text[length] = '\0';
	return symlinkat(text, to, name);
}

/* One entry of the directory `path`. Not sockets, pipes and devices: they lead to the host. */
static int mirror_entry(struct mirror *mirror, int from, const char *path, const char *name, int to)
{
	char below[PATH_MAX];
	struct stat st;
	int source, result = 0;

	if (snprintf(below, sizeof(below), "%s/%s", path, name) >= PATH_MAX)
		return 0;
	source = openat(from, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (source < 0)
		return errno == ENOENT ? 0 : -1; /* gone meanwhile */
	if (fstat(source, &st) < 0)
		result = errno == EACCES ? 0 : -1; /* a user's FUSE mount is closed even to root */
	else if (S_ISDIR(st.st_mode))
		result = mirror_dir(mirror, source, below, to, name);
	else if (S_ISREG(st.st_mode))
		result = mirror_file(mirror, source, to, name);
	else if (S_ISLNK(st.st_mode))
		result = mirror_link(from, to, name);
	if (result < 0 && !*mirror->root->step)
		why_fail(mirror->root->step, "mirror %s", below);
	return file_close(source, result);
}

/* At the top: what rootfs_add_standard() makes, and what belongs to running programs. */
static int is_fresh(const char *path, const char *name)
{
	static const char *const fresh[] = { "proc", "sys", "dev", "run", "tmp", NULL };

	for (const char *const *entry = fresh; !*path && *entry; entry++)
		if (!strcmp(*entry, name))
			return 1;
	return 0;
}

/* `path` is "" for the root, so that path + "/" + name is right everywhere. */
static int mirror_entries(struct mirror *mirror, int from, const char *path, int to)
{
	int fd = openat(from, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), result = 0;
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	if (!dir)
		return file_close(fd, errno == EACCES ? 0 : -1); /* hidden here, hidden there */
	while (result == 0 && (entry = readdir(dir)))
		if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, "..") &&
		    !is_fresh(path, entry->d_name))
			result = mirror_entry(mirror, from, path, entry->d_name, to);
	fd = errno;
	closedir(dir);
	errno = fd;
	return result;
}

static int mirror_all(struct mirror *mirror)
{
	struct rootfs *root = mirror->root;
	int host = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC), result;

	result = mirror_entries(mirror, host, "", root->fd);
	if (result == 0 &&
	    (mkdirat(root->fd, "run", 0755) < 0 || mkdirat(root->fd, "tmp", 01777) < 0))
		result = why_fail(root->step, "make /run and /tmp");
	return file_close(host, result);
}

int hostfs_open(struct rootfs *root)
{
	static const struct mnt_option options[] = { { "mode", "0755" }, { 0 } };
	struct mirror mirror = { .root = root, .scratch = -1 };
	mode_t mask = umask(0);
	int result = -1;

	if (rootfs_begin(root, mnt_open_new("tmpfs", 0, options)) == 0)
		mirror.scratch = mnt_open_new("tmpfs", 0, options);
	mirror.mounts = read_mounts();
	if (mirror.scratch < 0)
		why_fail(root->step, "mount a tmpfs for the throwaway root");
	else if (!mirror.mounts)
		why_fail(root->step, "read the mount points");
	else
		result = mirror_all(&mirror);
	umask(mask);
	if (mirror.staged)
		mnt_detach(mirror.scratch);
	free(mirror.mounts);
	return file_close(mirror.scratch, result);
}
