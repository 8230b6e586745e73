/* SPDX-License-Identifier: ISC */
/* overlay - directories as layers of one */
#include "overlay.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "mnt.h"
#include "ns.h"
#include "why.h"

enum { NAME = 32, FIXED = 5, STRING_MAX = 255 };

static const char *name_fd(int fd, char name[NAME])
{
	snprintf(name, NAME, "/proc/self/fd/%d", fd);
	return name;
}

/* The options but for the lower layers. `names` holds two of NAME bytes. */
static struct mnt_option *add_upper(struct mnt_option *option, int upper, int work, char *names)
{
	if (upper >= 0) {
		*option++ = (struct mnt_option){ "upperdir", name_fd(upper, names) };
		*option++ = (struct mnt_option){ "workdir", name_fd(work, names + NAME) };
	}
	/* A user namespace can't write trusted.*, where whiteouts and opaque marks are kept. */
	if (!ns_is_initial(CLONE_NEWUSER))
		*option++ = (struct mnt_option){ "userxattr", NULL };
	*option = (struct mnt_option){ NULL, NULL };
	return option;
}

/* Before Linux 6.7 there is one option with all layers, and fsconfig(2) takes 255 bytes. */
static int open_joined(const int *lower, size_t count, int upper, int work)
{
	struct mnt_option options[FIXED];
	char names[2 * NAME], text[STRING_MAX + 1] = "", name[NAME];
	size_t used = 0;

	for (size_t i = 0; i < count; i++) {
		used += strlen(name_fd(lower[i], name)) + 1;
		errno = E2BIG;
		if (used > STRING_MAX)
			return -1;
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%s", i ? ":" : "",
			 name);
	}
	options[0] = (struct mnt_option){ "lowerdir", text };
	add_upper(options + 1, upper, work, names);
	return mnt_open_new("overlay", 0, options);
}

int overlay_open(const int *lower, size_t count, int upper, int work)
{
	struct mnt_option *options = calloc(count + FIXED, sizeof(*options));
	char *names = calloc(count + 2, NAME);
	int fd = -1;

	for (size_t i = 0; options && names && i < count; i++)
		options[i] = (struct mnt_option){ "lowerdir+",
						  name_fd(lower[i], names + (i + 2) * NAME) };
	if (options && names) {
		add_upper(options + count, upper, work, names);
		fd = mnt_open_new("overlay", 0, options);
		if (fd < 0 && errno == EINVAL && strstr(why_text(), "lowerdir+"))
			fd = open_joined(lower, count, upper, work);
	}
	free(names);
	free(options);
	return fd;
}

/* The directory `name` of `dir`, made like the one that `like` describes unless it is there. */
static int make_layer(int dir, const char *name, const struct stat *like)
{
	int made = mkdirat(dir, name, 0700);

	if (made < 0 && errno != EEXIST)
		return -1;
	/* An owner that this user namespace doesn't map becomes its root. */
	if (made == 0 && fchownat(dir, name, like->st_uid, like->st_gid, AT_SYMLINK_NOFOLLOW) < 0 &&
	    errno != EINVAL && errno != EPERM)
		return -1;
	if (made == 0 && fchmodat(dir, name, like->st_mode & 07777, 0) < 0)
		return -1;
	return openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

static int open_over(const int *lower, size_t count, int upper, int work)
{
	int fd = upper < 0 || work < 0 ? -1 : overlay_open(lower, count, upper, work);

	file_close(upper, 0);
	return file_close(work, fd);
}

int overlay_open_in(const int *lower, size_t count, int scratch, unsigned int number,
		    const struct stat *like)
{
	char name[NAME];
	int upper, work;

	snprintf(name, sizeof(name), "u%u", number);
	upper = make_layer(scratch, name, like);
	*name = 'w';
	work = upper < 0 ? -1 : make_layer(scratch, name, like);
	return open_over(lower, count, upper, work);
}

int overlay_open_scratch(const int *lower, size_t count)
{
	static const struct mnt_option options[] = { { "mode", "0755" }, { NULL, NULL } };
	int scratch = mnt_open_new("tmpfs", 0, options), fd = -1;
	mode_t mask = umask(0);
	struct stat like;

	if (scratch >= 0 && fstat(*lower, &like) == 0)
		fd = overlay_open_in(lower, count, scratch, 0, &like);
	umask(mask);
	return file_close(scratch, fd);
}

/* Whether `dir` lies in the directory that `top` describes, or is it. */
static int is_below(int dir, const struct stat *top)
{
	int fd = openat(dir, ".", O_PATH | O_DIRECTORY | O_CLOEXEC), up, is = 0;
	struct stat st = { 0 }, last;

	while (fd >= 0 && !is) {
		last = st;
		if (fstat(fd, &st) < 0 || (st.st_dev == last.st_dev && st.st_ino == last.st_ino))
			break;
		is = st.st_dev == top->st_dev && st.st_ino == top->st_ino;
		up = openat(fd, "..", O_PATH | O_DIRECTORY | O_CLOEXEC);
		fd = file_close(fd, up);
	}
	return file_close(fd, is);
}

/* Layers in each other would show what is written twice, or for ever. */
static int check_apart(const int *lower, size_t count, int dir)
{
	struct stat kept, layer;

	if (fstat(dir, &kept) < 0)
		return -1;
	for (size_t i = 0; i < count; i++) {
		if (fstat(lower[i], &layer) < 0)
			return -1;
		errno = EINVAL;
		if (is_below(dir, &layer) || is_below(lower[i], &kept)) {
			why_set("it lies in a layer, or a layer lies in it");
			return -1;
		}
	}
	return 0;
}

int overlay_open_kept(const int *lower, size_t count, int dir)
{
	mode_t mask = umask(0);
	struct stat like;
	int upper = -1, work = -1;

	if (check_apart(lower, count, dir) == 0 && fstat(*lower, &like) == 0) {
		upper = make_layer(dir, "upper", &like);
		work = upper < 0 ? -1 : make_layer(dir, "work", &like);
	}
	umask(mask);
	return open_over(lower, count, upper, work);
}
