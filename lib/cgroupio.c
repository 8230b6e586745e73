/* SPDX-License-Identifier: ISC */
/* cgroupio - what a control group has read and written, part of cgroupstat.h */
#include <stdlib.h>
#include <string.h>

#include "cgroupstat.h"
#include "file.h"

enum { TEXT = 16384 };

static struct cgroupstat_io *find_device(struct cgroupstat *stat, unsigned int major,
					 unsigned int minor)
{
	struct cgroupstat_io *io = stat->io;

	while (io < stat->io + stat->io_count && (io->major != major || io->minor != minor))
		io++;
	if (io == stat->io + CGROUPSTAT_DEVICES)
		return NULL;
	if (io == stat->io + stat->io_count) {
		stat->io_count++;
		*io = (struct cgroupstat_io){ .major = major, .minor = minor };
	}
	return io;
}

/* The next line of a device, cut off `*rest`, and what follows its number; NULL: no more. */
static struct cgroupstat_io *next_device(struct cgroupstat *stat, char **rest, const char **facts)
{
	while (**rest) {
		char *line = *rest;
		struct cgroupstat_io *io;
		unsigned int major;
		char *end;

		*rest += strcspn(line, "\n");
		if (**rest)
			*(*rest)++ = '\0';
		major = (unsigned int)strtoul(line, &end, 10);
		if (end == line || *end != ':')
			continue;
		io = find_device(stat, major, (unsigned int)strtoul(end + 1, &end, 10));
		*facts = end + (*end == ' ');
		if (io)
			return io;
	}
	return NULL;
}

static int64_t find_number(const char *facts, const char *key)
{
	const char *found = strstr(facts, key);

	return found ? strtoll(found + strlen(key), NULL, 10) : 0;
}

/* "254:0 rbytes=4096 wbytes=0 rios=1 wios=0 dbytes=0 dios=0" */
static void read_now(int dir, struct cgroupstat *stat)
{
	char text[TEXT], *rest = text;
	struct cgroupstat_io *io;
	const char *facts;

	if (file_read(dir, "io.stat", text, sizeof(text)) < 0)
		return;
	while ((io = next_device(stat, &rest, &facts))) {
		io->read = find_number(facts, "rbytes=");
		io->written = find_number(facts, "wbytes=");
		io->reads = find_number(facts, "rios=");
		io->writes = find_number(facts, "wios=");
	}
}

/* "254:0 Read 4096", "254:0 Write 0", ... of bytes and of operations. */
static void read_old(int dir, struct cgroupstat *stat, int bytes)
{
	const char *file = bytes ? "blkio.throttle.io_service_bytes" : "blkio.throttle.io_serviced";
	char text[TEXT], *rest = text;
	struct cgroupstat_io *io;
	const char *facts;

	if (file_read(dir, file, text, sizeof(text)) < 0)
		return;
	while ((io = next_device(stat, &rest, &facts)))
		if (!strncmp(facts, "Read ", 5))
			*(bytes ? &io->read : &io->reads) = find_number(facts, "Read ");
		else if (!strncmp(facts, "Write ", 6))
			*(bytes ? &io->written : &io->writes) = find_number(facts, "Write ");
}

void cgroupstat_read_io(struct cgroupdirs *dirs, struct cgroupstat *stat)
{
	const struct cgroupdir *one = cgroupdir_with(dirs, CGROUPDIR_IO);

	stat->io_count = 0;
	if (one && one->version == 2)
		read_now(one->dir, stat);
	if (one && one->version == 1) {
		read_old(one->dir, stat, 1);
		read_old(one->dir, stat, 0);
	}
}
