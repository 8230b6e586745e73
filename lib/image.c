/* SPDX-License-Identifier: ISC */
/* image - a file system in a file, as a mount */
#include "image.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "loop.h"
#include "mnt.h"
#include "why.h"

enum { READONLY = MNT_RDONLY | MNT_NOSUID | MNT_NODEV };

/* What tells the types apart: `length` bytes at `offset`. */
static const struct magic {
	const char *type;
	off_t offset;
	size_t length;
	char bytes[4];
} magics[] = {
	{ "squashfs", 0, 4, { 'h', 's', 'q', 's' } },
	{ "erofs", 1024, 4, { '\xe2', '\xe1', '\xf5', '\xe0' } },
	{ "ext4", 1024 + 56, 2, { '\x53', '\xef' } },
};

const char *image_type(int fd)
{
	struct stat st;
	char bytes[4];

	if (fstat(fd, &st) < 0)
		return NULL;
	for (size_t i = 0; S_ISREG(st.st_mode) && i < sizeof(magics) / sizeof(magics[0]); i++) {
		const struct magic *magic = &magics[i];
		ssize_t got = pread(fd, bytes, magic->length, magic->offset);

		if (got < 0)
			return NULL;
		if ((size_t)got == magic->length && !memcmp(bytes, magic->bytes, magic->length))
			return magic->type;
	}
	why_set(S_ISREG(st.st_mode) ? "no squashfs, erofs or ext4 image" : "not a regular file");
	errno = EINVAL;
	return NULL;
}

/* Whether the journal of an ext4 was left with writes to be done, which a read-only mount of a
 * read-only device can't do. The superblock's incompatible features, and in them "recover". */
static int needs_recovery(int fd)
{
	unsigned char features;

	return pread(fd, &features, 1, 1024 + 96) == 1 && features & 4;
}

/* Whether an erofs is larger than its file: the logarithm of its blocks' size, and their number.
 * The other types see for themselves. */
static int is_cut_short(int fd)
{
	unsigned char log, blocks[4];
	struct stat st;
	uint64_t size = 0;

	if (fstat(fd, &st) < 0 || pread(fd, &log, 1, 1024 + 12) != 1 || log > 16 ||
	    pread(fd, blocks, 4, 1024 + 36) != 4)
		return 1;
	for (size_t i = sizeof(blocks); i-- > 0;)
		size = size << 8 | blocks[i];
	return size << log > (uint64_t)st.st_size;
}

/* What would fail only later, or without a reason. */
static int check(const char *type, int fd)
{
	if (!strcmp(type, "ext4") && needs_recovery(fd)) {
		why_set("its journal is to be replayed first, as e2fsck -p does");
		errno = EROFS;
		return -1;
	}
	if (!strcmp(type, "erofs") && is_cut_short(fd)) {
		why_set("the image is cut short");
		errno = EINVAL;
		return -1;
	}
	return 0;
}

static int open_as(const char *type, const char *source)
{
	struct mnt_option options[] = { { "source", source }, { "ro", NULL },
					{ NULL, NULL }, { NULL, NULL } };
	int mount;

	/* What an image asks for in case it is damaged may be to halt the system. */
	if (!strcmp(type, "ext4"))
		options[2] = (struct mnt_option){ "errors", "continue" };
	mount = mnt_open_new(type, READONLY, options);

	if (mount < 0 && errno == EINVAL && !*why_text())
		why_set("the image is damaged, or more than this kernel can read");
	return mount;
}

static int open_file(const char *type, int fd)
{
	char source[32];

	snprintf(source, sizeof(source), "/proc/self/fd/%d", fd);
	return open_as(type, source);
}

/* The mount is seen to be of the device that was made: it is named by a path, which mountinfo then
 * shows. */
static int open_device(const char *type, int fd)
{
	char name[LOOP_NAME];
	int device = loop_open(fd, name), mount;
	struct stat made, mounted;

	if (device < 0)
		return -1;
	mount = open_as(type, name);
	if (mount >= 0 && (fstat(device, &made) < 0 || fstat(mount, &mounted) < 0 ||
			   made.st_rdev != mounted.st_dev)) {
		errno = ENODEV;
		mount = file_close(mount, -1);
	}
	return file_close(device, mount);
}

int image_open(int fd)
{
	const char *type = image_type(fd);
	int mount;

	if (!type || check(type, fd) < 0)
		return -1;
	if (!strcmp(type, "erofs")) {
		mount = open_file(type, fd);
		/* Before Linux 6.12 and on a tmpfs: not a block device. */
		if (mount >= 0 || (errno != ENOTBLK && errno != EINVAL))
			return mount;
	}
	return open_device(type, fd);
}
