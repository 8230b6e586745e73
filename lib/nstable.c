/* SPDX-License-Identifier: ISC */
/* nstable - the namespaces found so far */
#include "nstable.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "kernel.h"
#include "ns.h"
#include "nsfile.h"
#include "trace.h"

const char *const nstable_holds[NSTABLE_HOLDS + 1] = {
	"process", "thread", "children", "mount", "fd", "socket", "tun", "namespace", "unseen",
	NULL,
};

static void free_entry(struct nsentry *ns)
{
	free(ns->path);
	free(ns->point);
	free(ns->name);
	free(ns);
}

void nstable_free(struct nstable *table)
{
	for (size_t i = 0; i < table->count; i++)
		free_entry(table->all[i]);
	free(table->all);
	free(table->slots);
	*table = (struct nstable){ 0 };
}

/* Where the namespace is, or would go. Inodes come from one counter for all kinds, so they differ
 * in their low bits; multiplying (Knuth) spreads them. */
static struct nsentry **slot(const struct nstable *table, ino_t inode)
{
	size_t mask = table->slot_count - 1;
	size_t at = (size_t)((uint64_t)inode * 0x9e3779b97f4a7c15 >> 32) & mask;

	while (table->slots[at] && table->slots[at]->inode != inode)
		at = (at + 1) & mask;
	return &table->slots[at];
}

struct nsentry *nstable_find(const struct nstable *table, ino_t inode)
{
	return table->slot_count ? *slot(table, inode) : NULL;
}

/* Make both arrays twice as large where one more would fill more than half of the slots. */
static int reserve(struct nstable *table)
{
	size_t wanted = table->slot_count ? 2 * table->slot_count : 32;
	struct nsentry **all, **slots;

	if (2 * table->count < table->slot_count)
		return 0;
	all = realloc(table->all, wanted / 2 * sizeof(struct nsentry *));
	if (!all)
		return -1;
	table->all = all;
	slots = calloc(wanted, sizeof(struct nsentry *));
	if (!slots)
		return -1;
	free(table->slots);
	table->slots = slots;
	table->slot_count = wanted;
	for (size_t i = 0; i < table->count; i++)
		*slot(table, all[i]->inode) = all[i];
	return 0;
}

struct nsentry *nstable_add(struct nstable *table, const struct nskind *kind, ino_t inode)
{
	struct nsentry *ns = nstable_find(table, inode);

	if (ns)
		return ns;
	if (reserve(table) < 0 || !(ns = calloc(1, sizeof(*ns))))
		return NULL;
	ns->kind = kind;
	ns->inode = inode;
	ns->uid = NSTABLE_NO_UID;
	table->all[table->count++] = ns;
	*slot(table, inode) = ns;
	return ns;
}

/* An owner or parent, from the descriptor that the kernel answered with. */
static struct nsentry *add_relative(struct nstable *table, const struct nskind *kind, int fd)
{
	struct nsentry *ns = NULL;

	if (fd >= 0) {
		ns = nstable_add_file(table, kind, fd);
		close(fd);
	}
	if (ns)
		nstable_hold(ns, NSTABLE_NAMESPACE, 0);
	return ns;
}

static int open_owner(struct nstable *table, int fd)
{
	int owner = ns_open_owner(fd);

	if (owner < 0 && errno != EPERM)
		table->silent = 1;
	return owner;
}

/* Who owns it, what it is nested in, who made it. */
static void ask_owners(struct nstable *table, struct nsentry *ns, int fd)
{
	unsigned long inode = ns->inode;
	int relative = traced(open_owner(table, fd), "ioctl(%s:[%lu], NS_GET_USERNS)",
			      ns->kind->name, inode);

	ns->owner = add_relative(table, nskind_find_flag(CLONE_NEWUSER), relative);
	if (ns->kind->flag == CLONE_NEWPID) {
		relative = traced(ns_open_parent(fd), "ioctl(pid:[%lu], NS_GET_PARENT)", inode);
		ns->parent = add_relative(table, ns->kind, relative);
	}
	if (ns->kind->flag == CLONE_NEWUSER) {
		ns->parent = ns->owner;
		if (traced(ns_read_owner_uid(fd, &ns->uid), "ioctl(user:[%lu], NS_GET_OWNER_UID)",
			   inode) < 0)
			ns->uid = NSTABLE_NO_UID;
	}
}

/* Of a mount namespace one call tells both (Linux 6.12). */
static void ask_rest(struct nsentry *ns, int fd)
{
	if (ns->kind->flag == CLONE_NEWNS && nsfile_read_mounts(fd, &ns->mounts, &ns->id) == 0)
		return;
	if (traced(sys_ns_get_id(fd, &ns->id), "ioctl(%s:[%lu], NS_GET_ID)", ns->kind->name,
		   (unsigned long)ns->inode) < 0)
		ns->id = 0;
}

/* Goes up from one user or pid namespace to the next: they are nested 32 deep at most. */
struct nsentry *nstable_add_file(struct nstable *table, const struct nskind *kind, int fd)
{
	struct nsentry *ns;
	struct stat st;

	if (fstat(fd, &st) < 0)
		return NULL;
	ns = nstable_add(table, kind, st.st_ino);
	if (!ns || ns->asked || table->ask == NSTABLE_NOTHING)
		return ns;
	ns->asked = 1;
	ask_owners(table, ns, fd);
	if (table->ask == NSTABLE_ALL)
		ask_rest(ns, fd);
	return ns;
}

/* Members before holders, lower numbers before higher. */
void nstable_hold(struct nsentry *ns, enum nstable_hold how, pid_t pid)
{
	int better = how == NSTABLE_PROCESS && !(ns->held & NSTABLE_PROCESS);

	if (how == NSTABLE_PROCESS)
		ns->members++;
	else if (ns->held & NSTABLE_PROCESS)
		pid = 0;
	if (pid && (better || !ns->pid || pid < ns->pid))
		ns->pid = pid;
	ns->held |= how;
}

uid_t nstable_owner_uid(const struct nsentry *ns)
{
	if (ns->kind->flag == CLONE_NEWUSER)
		return ns->uid;
	return ns->owner ? ns->owner->uid : NSTABLE_NO_UID;
}

uid_t nstable_charged_uid(const struct nsentry *ns)
{
	const struct nsentry *user = ns->kind->flag == CLONE_NEWUSER ? ns : ns->owner;

	/* Only our own has an owner that we may not know. */
	while (user->owner && user->owner->owner)
		user = user->owner;
	return user->uid;
}

static int order(const void *left, const void *right)
{
	const struct nsentry *a = *(struct nsentry *const *)left;
	const struct nsentry *b = *(struct nsentry *const *)right;

	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	return a->inode < b->inode ? -1 : a->inode > b->inode;
}

void nstable_sort(struct nstable *table)
{
	if (table->count)
		qsort(table->all, table->count, sizeof(struct nsentry *), order);
}
