/* SPDX-License-Identifier: ISC */
/* nsscanfd - what the descriptors of a process keep, part of nsscan.h */
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <linux/sockios.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "kernel.h"
#include "nsscan.h"

#ifndef TUNGETDEVNETNS
#define TUNGETDEVNETNS _IO('T', 227) /* Linux 5.2 */
#endif

/* The process whose descriptors are read. */
struct holder {
	pid_t pid;
	int pidfd;	/* -1 until it is needed */
	int look;	/* only to see whether there is anything */
	int found;	/* there is */
};

/* A socket or a tun device tells its network namespace only to whoever has it too (pidfd_getfd(2),
 * Linux 5.6): -1 with errno, EPERM where we may not. */
static int open_net_ns(struct holder *holder, int number, unsigned long request)
{
	int copy, fd;

	if (holder->pidfd < 0)
		holder->pidfd = sys_pidfd_open(holder->pid);
	copy = holder->pidfd < 0 ? -1 : sys_pidfd_getfd(holder->pidfd, number);
	fd = copy < 0 ? -1 : sys_ioctl_nsfs(copy, request, 0);
	return file_close(copy, fd);
}

static int add_net_ns(struct nsscan *scan, struct holder *holder, const char *name,
		      int how)
{
	unsigned long request = how == NSTABLE_TUN ? TUNGETDEVNETNS : SIOCGSKNS;
	int fd = open_net_ns(holder, atoi(name), request);
	struct nsentry *ns;

	if (fd < 0)
		return 1;
	ns = nsscan_add_fd(scan, nskind_find_flag(CLONE_NEWNET), fd);
	if (!ns)
		return -1;
	nstable_hold(ns, (enum nstable_hold)how, holder->pid);
	return 1;
}

/* In whatever directory a container keeps it, "/dev/net/tun" is its name. */
static int is_tun(const char *link)
{
	const char *name = strrchr(link, '/');

	return name && !strcmp(name, "/tun");
}

/* What a link says is open keeps a namespace so, 0: none. It is said without touching it: what
 * hangs or acts when it is opened stays shut. */
static int classify(const struct nsscan *scan, const char *link, const struct nskind **kind,
		    ino_t *inode)
{
	if (scan->kinds & CLONE_NEWNET) {
		if (!strncmp(link, "socket:[", 8))
			return scan->where & NSSCAN_SOCKETS ? NSTABLE_SOCKET : 0;
		if (is_tun(link))
			return NSTABLE_TUN;
	}
	*kind = nsscan_parse(scan, link, inode);
	return *kind ? NSTABLE_FD : 0;
}

/* Returns 1, 0 where it isn't there, or -1 with errno. */
static int visit(struct nsscan *scan, int dir, const char *path, struct holder *holder)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	const struct nskind *kind;
	struct nsentry *ns;
	char link[64];
	ssize_t length = readlinkat(dir, path, link, sizeof(link) - 1);
	ino_t inode;
	int how;

	if (length < 0)
		return 0;
	link[length] = '\0';
	how = classify(scan, link, &kind, &inode);
	if (!how || holder->look) {
		holder->found |= how;
		return 1;
	}
	if (how != NSTABLE_FD)
		return add_net_ns(scan, holder, name, how);
	ns = nsscan_add(scan, kind, inode, dir, path);
	if (!ns)
		return -1;
	nsscan_hold(ns, NSTABLE_FD, holder->pid, "/proc/%d/fd/%s", (int)holder->pid, name);
	return 1;
}

/* Less than 100. printf(3) would take as long as half of the call. */
static void write_number(char *text, int number)
{
	if (number > 9)
		*text++ = (char)('0' + number / 10);
	*text++ = (char)('0' + number % 10);
	*text = '\0';
}

/* Most processes have a few, with the lowest numbers: since Linux 6.2 the directory's size is how
 * many, and they are looked at without reading it. Returns 1, 0 where that didn't find them all, -1
 * with errno. */
static int visit_few(struct nsscan *scan, const char *path, struct holder *holder)
{
	enum { FEW = 16, GAPS = 3 };
	char file[40], *end = stpcpy(stpcpy(file, path), "/");
	struct stat st;
	int found = 0;

	if (fstatat(scan->proc, path, &st, 0) < 0)
		return 1; /* gone */
	if (st.st_size < 1 || st.st_size > FEW)
		return 0;
	for (int number = 0; found < st.st_size && number < found + GAPS; number++) {
		int result;

		write_number(end, number);
		result = visit(scan, scan->proc, file, holder);
		if (result < 0)
			return -1;
		found += result;
	}
	return found == st.st_size;
}

static int visit_entry(struct nsscan *scan, int dir, const char *name, void *holder)
{
	return visit(scan, dir, name, holder) < 0 ? -1 : 0;
}

static int visit_all(struct nsscan *scan, const char *name, struct holder *holder)
{
	char path[24];
	int dir = -1, result;

	stpcpy(stpcpy(path, name), "/fd");
	result = visit_few(scan, path, holder);
	if (result == 0)
		dir = openat(scan->proc, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	/* Without one it is gone, or has changed its ids since its namespaces were read. */
	if (dir >= 0)
		result = nsscan_each(scan, dir, visit_entry, holder);
	file_close(holder->pidfd, 0);
	return file_close(dir, result < 0 ? -1 : 0);
}

int nsscan_has_fds(struct nsscan *scan, const char *name)
{
	struct holder holder = { .pid = atoi(name), .pidfd = -1, .look = 1 };

	visit_all(scan, name, &holder);
	return holder.found != 0;
}

int nsscan_fds(struct nsscan *scan, const char *name)
{
	struct holder holder = { .pid = atoi(name), .pidfd = -1 };

	return visit_all(scan, name, &holder);
}
