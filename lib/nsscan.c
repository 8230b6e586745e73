/* SPDX-License-Identifier: ISC */
/*
 * nsscan - every namespace that can be seen, and what keeps it
 *
 * 1. Each process: its namespaces, and those for its children (read in nsscanread.c).
 * 2. Its mount namespace, where that is new: the files bound to namespaces (nsscanmnt.c).
 * 3. Its threads, where it has more than one.
 * 4. Its descriptors (nsscanfd.c).
 * 5. What the kernel lists (nsscanmnt.c).
 *
 * Owners and ancestors come in with each that is new (nstable.c).
 */
#include "nsscan.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "file.h"
#include "kernel.h"
#include "ns.h"
#include "nsfile.h"
#include "num.h"

/* As getdents64(2) writes it. readdir(3) would allocate, and ask for more than we need. */
struct entry {
	uint64_t inode, offset;
	unsigned short length;
	unsigned char type;
	char name[];
};

int nsscan_each(struct nsscan *scan, int dir, nsscan_visit *visit, void *context)
{
	_Alignas(8) char bytes[8192];
	long got;

	while ((got = syscall(SYS_getdents64, dir, bytes, sizeof(bytes))) > 0)
		for (long at = 0; at < got;) {
			const struct entry *entry = (const void *)(bytes + at);

			at += entry->length;
			if (entry->name[0] < '0' || entry->name[0] > '9')
				continue;
			if (visit(scan, dir, entry->name, context) < 0)
				return -1;
		}
	/* The process may go while its directory is read. */
	return got < 0 && errno != ENOENT && errno != ESRCH ? -1 : 0;
}

const struct nskind *nsscan_parse(const struct nsscan *scan, const char *link, ino_t *inode)
{
	size_t length = strcspn(link, ":");
	const struct nskind *kind = nskinds;

	if (link[0] == '/' || link[length] != ':' || link[length + 1] != '[')
		return NULL;
	while (kind < nskinds + NSKIND_COUNT &&
	       (strncmp(kind->name, link, length) || kind->name[length]))
		kind++;
	if (kind == nskinds + NSKIND_COUNT || !(scan->kinds & kind->flag))
		return NULL;
	*inode = (ino_t)num_read(link + length + 2);
	return *inode ? kind : NULL;
}

struct nsentry *nsscan_add(struct nsscan *scan, const struct nskind *kind, ino_t inode, int dir,
			   const char *path)
{
	struct nsentry *ns = nstable_find(&scan->table, inode);
	int fd;

	if (ns && ns->asked)
		return ns;
	ns = nstable_add(&scan->table, kind, inode);
	fd = ns ? nsfile_open(dir, path) : -1;
	if (fd >= 0)
		nstable_add_file(&scan->table, kind, fd);
	file_close(fd, 0);
	return ns;
}

struct nsentry *nsscan_add_fd(struct nsscan *scan, const struct nskind *kind, int fd)
{
	struct nsentry *ns = fd < 0 ? NULL : nstable_add_file(&scan->table, kind, fd);

	file_close(fd, 0);
	return ns;
}

void nsscan_hold(struct nsentry *ns, enum nstable_hold how, pid_t pid, const char *format, ...)
{
	va_list args;

	nstable_hold(ns, how, pid);
	if (ns->path || ns->held & NSTABLE_PROCESS)
		return;
	va_start(args, format);
	if (vasprintf(&ns->path, format, args) < 0)
		ns->path = NULL;
	va_end(args);
}

/* The namespace `inode` in the file `path` below /proc, of a process or thread. Between the look
 * and the opening it may enter another, and is in that one then. NULL with errno ENOMEM. */
static struct nsentry *add_own(struct nsscan *scan, const struct nskind *kind, ino_t inode,
			       const char *path)
{
	struct nsentry *ns = nstable_find(&scan->table, inode);
	int fd;

	if (ns && ns->asked)
		return ns;
	fd = openat(scan->proc, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return nstable_add(&scan->table, kind, inode);
	return nsscan_add_fd(scan, kind, fd);
}

/* What a mount namespace that is new has bound. */
static int look_at_mounts(struct nsscan *scan, struct nsentry *ns, const char *name)
{
	if (!(scan->where & NSSCAN_MOUNTS) || ns->mounts_read)
		return 0;
	ns->mounts_read = 1;
	return nsscan_mounts(scan, name);
}

/* The entries of what was read in the directory `name` below /proc. -1 with errno ENOMEM. */
static int add_all(struct nsscan *scan, const char *name, const ino_t inodes[PROC_NAMES],
		   struct nsentry *found[PROC_NAMES])
{
	for (int i = 0; i < PROC_NAMES; i++) {
		char path[64];

		found[i] = NULL;
		if (!inodes[i])
			continue;
		stpcpy(stpcpy(stpcpy(path, name), "/ns/"), proc_names[i].name);
		found[i] = add_own(scan, nskind_find_flag(proc_names[i].flag), inodes[i], path);
		if (!found[i])
			return -1;
	}
	return 0;
}

void nsscan_hold_all(struct nsentry *const found[PROC_NAMES], pid_t pid)
{
	for (int i = 0; i < PROC_NAMES; i++) {
		if (!found[i])
			continue;
		if (!proc_names[i].children)
			nstable_hold(found[i], NSTABLE_PROCESS, pid);
		else if (found[i] != found[i - 1])
			nsscan_hold(found[i], NSTABLE_CHILDREN, pid, "/proc/%d/ns/%s", (int)pid,
				    proc_names[i].name);
	}
}

/* A thread shares its process's user and pid namespaces; the others it may have left. */
static int visit_thread(struct nsscan *scan, int dir, const char *thread, void *process)
{
	struct nsentry *const *its = ((struct nsproc *)process)->ns, *found[PROC_NAMES];
	pid_t pid = ((struct nsproc *)process)->pid;
	ino_t inodes[PROC_NAMES];
	char name[32];

	(void)dir;
	if (atoi(thread) == pid)
		return 0;
	snprintf(name, sizeof(name), "%d/task/%.10s", (int)pid, thread);
	if (nsscan_read(scan, name, inodes) < 0)
		return 0;
	if (add_all(scan, name, inodes, found) < 0)
		return -1;
	for (int i = 0; i < PROC_NAMES; i++) {
		if (!found[i] || found[i] == its[i])
			continue;
		nsscan_hold(found[i], proc_names[i].children ? NSTABLE_CHILDREN : NSTABLE_THREAD,
			    pid, "/proc/%s/ns/%s", name, proc_names[i].name);
		if (proc_names[i].flag == CLONE_NEWNS && look_at_mounts(scan, found[i], name) < 0)
			return -1;
	}
	return 0;
}

static int visit_threads(struct nsscan *scan, struct nsproc *process, const char *name)
{
	char path[24];
	int dir, result;

	snprintf(path, sizeof(path), "%.10s/task", name);
	dir = openat(scan->proc, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	result = dir < 0 ? 0 : nsscan_each(scan, dir, visit_thread, process);
	return file_close(dir, result);
}

static int visit_process(struct nsscan *scan, const struct nslinks *links)
{
	struct nsproc process = { .pid = atoi(links->name.text) };
	const char *name = links->name.text;

	if (links->count < 0) {
		scan->unreadable++;
		return 0;
	}
	if (add_all(scan, name, links->inodes, process.ns) < 0)
		return -1;
	nsscan_hold_all(process.ns, process.pid);
	scan->processes += links->count > 0;
	for (int i = 0; i < PROC_NAMES; i++)
		if (process.ns[i] && proc_names[i].flag == CLONE_NEWNS &&
		    look_at_mounts(scan, process.ns[i], name) < 0)
			return -1;
	if (links->count && scan->where & NSSCAN_KEEP && nsscan_keep(scan, &process) < 0)
		return -1;
	if (links->threads && visit_threads(scan, &process, name) < 0)
		return -1;
	return links->fds ? nsscan_fds(scan, name) : 0;
}

/* The processes that there are. */
struct names {
	struct nsscan_name *list;
	size_t count, room;
};

static int add_name(struct nsscan *scan, int dir, const char *name, void *context)
{
	struct names *names = context;

	(void)scan;
	(void)dir;
	if (names->count == names->room) {
		size_t room = names->room ? 2 * names->room : 256;
		struct nsscan_name *grown = realloc(names->list, room * sizeof(*grown));

		if (!grown)
			return -1;
		names->list = grown;
		names->room = room;
	}
	*stpncpy(names->list[names->count++].text, name, sizeof(names->list->text) - 1) = '\0';
	return 0;
}

/* What there is first, then of each what it has, which others read meanwhile. */
static int visit_all(struct nsscan *scan)
{
	struct names names = { 0 };
	struct nsreading *reading;
	int result = nsscan_each(scan, scan->proc, add_name, &names);

	reading = result < 0 ? NULL : nsscan_begin_reading(scan, names.list, names.count);
	free(names.list);
	if (!reading)
		return -1;
	for (size_t i = 0; i < names.count && result == 0; i++)
		result = visit_process(scan, nsscan_await(scan, reading, i));
	nsscan_end_reading(reading);
	return result;
}

int nsscan_run(struct nsscan *scan)
{
	int result;

	scan->proc = proc_open_all();
	if (scan->proc < 0)
		return -1;
	scan->own_mnt = proc_read_inode(scan->proc, "self/ns/mnt");
	result = visit_all(scan);
	if (result == 0 && scan->where & NSSCAN_KERNEL)
		result = nsscan_kernel(scan);
	nsscan_sort(scan);
	return file_close(scan->proc, result);
}
