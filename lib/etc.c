/* SPDX-License-Identifier: ISC */
/* etc - the files of /etc that a container needs of its own: hostname, hosts, resolv.conf */
#include "etc.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>

#include "file.h"
#include "ns.h"
#include "why.h"

/* Whether the line is "nameserver" and an address of the loopback. */
static int is_loopback(const char *line)
{
	static const char word[] = "nameserver";
	size_t blanks;

	if (strncmp(line, word, sizeof(word) - 1))
		return 0;
	line += sizeof(word) - 1;
	blanks = strspn(line, " \t");
	line += blanks;
	return blanks && (!strncmp(line, "127.", 4) ||
			  (!strncmp(line, "::1", 3) && strchr(" \t\n%", line[3])));
}

static const char *next_line(const char *line)
{
	return line + strcspn(line, "\n") + !!line[strcspn(line, "\n")];
}

/* Whether the text has a nameserver, and each is on the loopback. */
static int is_local(const char *text)
{
	int local = 0;

	for (; *text; text = next_line(text)) {
		if (!strncmp(text, "nameserver", 10) && !is_loopback(text))
			return 0;
		local |= is_loopback(text);
	}
	return local;
}

static char *read_text(const char *path)
{
	size_t length;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char *text = fd < 0 ? NULL : file_read_all(fd, &length);

	file_close(fd, 0);
	return text;
}

char *etc_read_resolv(int elsewhere)
{
	char *text = read_text("/etc/resolv.conf"), *behind;

	if (!text)
		return errno == ENOENT ? strdup("") : NULL;
	if (!is_local(text) || (!elsewhere && ns_is_initial(CLONE_NEWNET)))
		return text;
	behind = read_text("/run/systemd/resolve/resolv.conf");
	if (!behind)
		return text;
	free(text);
	return behind;
}

/* `text` without the lines that name a resolver on the loopback. */
static void drop_loopback(char *text)
{
	char *to = text;

	for (const char *line = text, *next; *line; line = next) {
		next = next_line(line);
		if (is_loopback(line))
			continue;
		memmove(to, line, (size_t)(next - line));
		to += next - line;
	}
	*to = '\0';
}

static int add(struct rootfs *root, const char *path, const char *text)
{
	int fd = rootfs_open_file(root, text, strlen(text), 0644);
	int result = fd < 0 ? -1 : rootfs_mount(root, fd, path, S_IFREG);

	if (result < 0)
		why_fail(root->step, "mount '%s'", path);
	return file_close(fd, result);
}

static int add_resolv(struct rootfs *root, const char *resolv)
{
	char *text = strdup(resolv);
	int result;

	if (!text)
		return why_fail(root->step, "mount '/etc/resolv.conf'");
	if (!ns_is_initial(CLONE_NEWNET))
		drop_loopback(text);
	result = add(root, "/etc/resolv.conf", text);
	free(text);
	return result;
}

int etc_add(struct rootfs *root, const char *resolv)
{
	char hostname[sizeof(((struct utsname *)0)->nodename) + 1], hosts[256];
	struct utsname names;

	if (uname(&names) < 0)
		return why_fail(root->step, "read the host name");
	snprintf(hostname, sizeof(hostname), "%s\n", names.nodename);
	snprintf(hosts, sizeof(hosts),
		 "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n127.0.1.1\t%s\n",
		 names.nodename);
	if (add(root, "/etc/hostname", hostname) < 0 || add(root, "/etc/hosts", hosts) < 0)
		return -1;
	return add_resolv(root, resolv);
}
