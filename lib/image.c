/* SPDX-License-Identifier: ISC */
/* image - a file that holds a file system, mounted read-only */
#include "image.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "loop.h"
#include "mnt.h"

/* Magic numbers, little-endian: <linux/magic.h> and where the superblocks have them. */
static const struct {
	const char *type;
	off_t offset;
	uint32_t magic, mask;
} types[] = {
	{ "squashfs", 0, 0x73717368, 0xffffffff },
	{ "erofs", 1024, 0xe0f5e1e2, 0xffffffff },
	{ "ext4", 1024 + 0x38, 0xef53, 0xffff },
};

const char *image_type(int fd)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		unsigned char b[4];
		uint32_t value;

		if (pread(fd, b, sizeof(b), types[i].offset) != sizeof(b))
			continue;
		value = (uint32_t)b[3] << 24 | (uint32_t)b[2] << 16 | (uint32_t)b[1] << 8 | b[0];
		if ((value & types[i].mask) == types[i].magic)
			return types[i].type;
	}
	return NULL;
}

/* A journal is not replayed on a device that can't be written: what it holds is left out. */
static int open_device(const char *type, const char *source)
{
	struct mnt_option options[] = {
		{ "source", source }, { "ro", NULL }, { NULL, NULL }, { NULL, NULL }
	};

	if (!strcmp(type, "ext4"))
		options[2].key = "noload";
	return mnt_open_new(type, MNT_RDONLY | MNT_NOSUID | MNT_NODEV, options);
}

static int open_looped(int fd, const char *type)
{
	char source[32];
	int number, device = loop_open(fd, &number);

	if (device < 0)
		return -1;
	snprintf(source, sizeof(source), "/dev/loop%d", number);
	return file_close(device, open_device(type, source));
}

int image_open(int fd)
{
	const char *type = image_type(fd);
	char source[32];
	int mount = -1;

	errno = EINVAL;
	if (!type)
		return -1;
	/* Not from every file system, a tmpfs for one: ENOTBLK. */
	if (!strcmp(type, "erofs")) {
		snprintf(source, sizeof(source), "/proc/self/fd/%d", fd);
		mount = open_device(type, source);
	}
	if (mount >= 0 || errno == EPERM)
		return mount;
	return open_looped(fd, type);
}
