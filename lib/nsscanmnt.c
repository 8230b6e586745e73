/* SPDX-License-Identifier: ISC */
/* nsscanmnt - files bound to namespaces, and what the kernel lists, part of nsscan.h */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "kernel.h"
#include "mountinfo.h"
#include "nsfile.h"
#include "nsscan.h"

/* Where the process or thread `name` looks from. */
struct place {
	const char *name;
	int ours;		/* it is our mount namespace */
	int root;		/* its root directory, -1 until it is needed */
};

/* A way through a container's directories may lead to a file system that never answers, as FUSE's:
 * only what the kernel has in its cache is walked (RESOLVE_CACHED, Linux 5.12), and a mount keeps
 * the way to itself there. */
static int open_cached(struct nsscan *scan, struct place *place, const char *point)
{
	struct open_how how = {
		.flags = O_PATH | O_CLOEXEC,
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS | RESOLVE_CACHED,
	};
	char path[40];

	if (place->root < 0) {
		snprintf(path, sizeof(path), "%.32s/root", place->name);
		place->root = openat(scan->proc, path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	}
	return place->root < 0 ? -1 : sys_openat2(place->root, point, &how);
}

/* The entry of a bound namespace, opened if it is new; without its facts where it can't be. */
static struct nsentry *add_bound(struct nsscan *scan, struct place *place,
				 const struct nskind *kind, ino_t inode, const char *point)
{
	struct nsentry *ns = nstable_find(&scan->table, inode);
	char link[40];
	int fd;

	if (ns && ns->asked)
		return ns;
	fd = open_cached(scan, place, point);
	if (fd < 0)
		return nstable_add(&scan->table, kind, inode);
	snprintf(link, sizeof(link), "self/fd/%d", fd);
	ns = nsscan_add(scan, kind, inode, scan->proc, link);
	file_close(fd, 0);
	return ns;
}

static int visit_mount(struct nsscan *scan, struct place *place, const struct mountinfo *mount)
{
	const struct nskind *kind;
	struct nsentry *ns;
	ino_t inode;

	kind = nsscan_parse(scan, mount->root, &inode);
	if (!kind)
		return 0;
	ns = add_bound(scan, place, kind, inode, mount->point);
	if (!ns)
		return -1;
	if (place->ours && !ns->point)
		ns->point = strdup(mount->point);
	nsscan_hold(ns, NSTABLE_MOUNT, 0, "%s%s%s%s", place->ours ? "" : "/proc/",
		    place->ours ? "" : place->name, place->ours ? "" : "/root", mount->point);
	return 0;
}

/* Blanks in what a line tells are written otherwise: this is found only where it is the type. */
static const char type[] = " - nsfs ";

int nsscan_mounts(struct nsscan *scan, const char *name)
{
	struct place place = { name, 0, -1 };
	char path[40], *text, *at, *line;
	int fd, result = 0;
	size_t length;

	snprintf(path, sizeof(path), "%.24s/ns/mnt", name);
	place.ours = proc_read_inode(scan->proc, path) == scan->own_mnt;
	snprintf(path, sizeof(path), "%.24s/mountinfo", name);
	fd = openat(scan->proc, path, O_RDONLY | O_CLOEXEC);
	text = fd < 0 ? NULL : file_read_all(fd, &length);
	file_close(fd, 0);
	for (at = text; at && result == 0 && (at = strstr(at, type));) {
		struct mountinfo mount;

		for (line = at; line > text && line[-1] && line[-1] != '\n';)
			line--;
		at += strcspn(at, "\n");
		at += *at == '\n';
		mountinfo_next(&line, &mount);
		result = visit_mount(scan, &place, &mount);
	}
	free(text);
	return file_close(place.root, result);
}

/* The mount namespaces on one side of `fd`, which is closed. */
static int walk(struct nsscan *scan, int fd, int (*step)(int fd))
{
	const struct nskind *kind = nskind_find_flag(CLONE_NEWNS);

	while (fd >= 0) {
		struct nsentry *ns = nstable_add_file(&scan->table, kind, fd);

		if (!ns)
			return file_close(fd, -1);
		if (!ns->held)
			nstable_hold(ns, NSTABLE_UNSEEN, 0);
		fd = file_close(fd, step(fd));
	}
	return 0;
}

/* All mount namespaces (Linux 6.12), of which only the system's root is told. */
static int list_mounts(struct nsscan *scan)
{
	int own = openat(scan->proc, "self/ns/mnt", O_RDONLY | O_CLOEXEC), result;

	if (own < 0)
		return 0;
	result = walk(scan, nsfile_open_next(own), nsfile_open_next);
	if (result == 0)
		result = walk(scan, nsfile_open_previous(own), nsfile_open_previous);
	return file_close(own, result);
}

/* One that has no entry with its number yet. */
static int add_listed(struct nsscan *scan, const struct nskind *kind, uint64_t id)
{
	int fd = nsfile_open_id(kind, 0, id);
	struct nsentry *ns;

	if (fd < 0)
		return 0;
	ns = nsscan_add_fd(scan, kind, fd);
	if (ns && !ns->held)
		nstable_hold(ns, NSTABLE_UNSEEN, 0);
	return ns ? 0 : -1;
}

static int order(const void *left, const void *right)
{
	const uint64_t *a = left, *b = right;

	return *a < *b ? -1 : *a > *b;
}

/* The numbers of all entries, in order; the caller frees them. */
static uint64_t *sort_ids(const struct nstable *table)
{
	uint64_t *ids = malloc(table->count * sizeof(*ids) + 1);

	for (size_t i = 0; ids && i < table->count; i++)
		ids[i] = table->all[i]->id;
	if (ids)
		qsort(ids, table->count, sizeof(*ids), order);
	return ids;
}

/* The namespaces of one kind that the kernel lists (Linux 6.19), as far as they are ours to see. */
static int list_kind(struct nsscan *scan, const struct nskind *kind, const uint64_t *known,
		     size_t count)
{
	struct kernel_ns_id_req from = { .size = sizeof(from), .kinds = (uint32_t)kind->flag };
	uint64_t ids[256];
	ssize_t got;

	while ((got = sys_listns(&from, ids, 256)) > 0) {
		for (ssize_t i = 0; i < got; i++)
			if (!bsearch(&ids[i], known, count, sizeof(*known), order) &&
			    add_listed(scan, kind, ids[i]) < 0)
				return -1;
		if (ids[got - 1] <= from.id)
			break;
		from.id = ids[got - 1];
	}
	return 0;
}

int nsscan_kernel(struct nsscan *scan)
{
	int result = scan->kinds & CLONE_NEWNS ? list_mounts(scan) : 0;
	uint64_t *known = result < 0 ? NULL : sort_ids(&scan->table);
	size_t count = scan->table.count;

	if (!known)
		return -1;
	for (int i = 0; i < NSKIND_COUNT && result == 0; i++)
		if (scan->kinds & nskinds[i].flag)
			result = list_kind(scan, &nskinds[i], known, count);
	free(known);
	return result;
}
