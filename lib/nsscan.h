/* SPDX-License-Identifier: ISC */
/*
 * nsscan - every namespace that can be seen, and what keeps it
 *
 * One pass over /proc, whose cost grows with the processes and never with their square. What a
 * process has is read as links, which name the namespace; only one that is new is opened, and asked
 * for what ioctl_nsfs(2) tells, once.
 */
#ifndef NSKIT_NSSCAN_H
#define NSKIT_NSSCAN_H

#include <stddef.h>
#include <sys/types.h>

#include "nstable.h"
#include "proc.h"

/* A process and its namespaces, in the order of proc_names[]; NULL for what it hasn't. */
struct nsproc {
	pid_t pid, parent;	/* parent: 0 until it was asked for */
	struct nsentry *ns[PROC_NAMES];
};

/* Where to look, beside the namespaces that processes are in. */
enum nsscan_where {
	NSSCAN_THREADS = 1,
	NSSCAN_FDS = 2,		/* open files: namespaces, and tun devices */
	NSSCAN_SOCKETS = 4,	/* open sockets: needs privilege over them */
	NSSCAN_MOUNTS = 8,	/* files bound to one, in each mount namespace with a process */
	NSSCAN_KERNEL = 16,	/* what the kernel lists: mount namespaces, since 6.19 all */
	NSSCAN_KEEP = 32,	/* remember the processes */
	NSSCAN_CHILDREN = 64,	/* those that the next child of each will be in */
};

/* All zero to begin with, but for `kinds` and `where`. */
struct nsscan {
	struct nstable table;
	int kinds;		/* to look for, as CLONE_NEW flags */
	int where;		/* NSSCAN_... */
	size_t processes;	/* that could be read */
	size_t unreadable;	/* that might not: another user's, or shielded */
	struct nsproc *procs;	/* with NSSCAN_KEEP, in the order of their numbers */
	size_t proc_count, proc_room;
	int proc;		/* the directory /proc, while it runs */
	ino_t own_mnt;		/* the mount namespace that we are in */
};

/* One pass. A process takes eight calls, or one a kind, four more for its children's, one for its
 * threads, one and one a descriptor for its descriptors, three more where they are many, five a
 * socket. Where there are many processes and CPUs, children read them side by side. One that goes
 * meanwhile was there or not. Returns 0, or -1
 * with errno of open(2), mmap(2) or getdents(2), EXDEV as proc_open(), or ENOMEM. */
int nsscan_run(struct nsscan *scan);

/* With NSSCAN_KEEP: the process of that number, and the parent of one, as it is now; NULL where it
 * wasn't found. */
struct nsproc *nsscan_find(const struct nsscan *scan, pid_t pid);
struct nsproc *nsscan_find_parent(const struct nsscan *scan, struct nsproc *process);

/*
 * The rest is what the parts of the pass share.
 */

/* Call `visit` with the name of each entry of `dir` that is a number, until one returns -1. That,
 * or -1 with errno of getdents(2), or 0. `dir` is the caller's. */
typedef int nsscan_visit(struct nsscan *scan, int dir, const char *name, void *context);
int nsscan_each(struct nsscan *scan, int dir, nsscan_visit *visit, void *context);

/* Take the text of a link, as "net:[4026531840]". Its kind, NULL where it is no namespace's or of a
 * kind not looked for. */
const struct nskind *nsscan_parse(const struct nsscan *scan, const char *link, ino_t *inode);

/* The entry of a namespace that the file `path` below `dir`, of whoever it may be, leads to. A new
 * one is opened and asked, where it can be without touching anything but a namespace. NULL with
 * errno ENOMEM. */
struct nsentry *nsscan_add(struct nsscan *scan, const struct nskind *kind, ino_t inode, int dir,
			   const char *path);

/* The same for an open namespace file, which is closed; NULL also where `fd` is -1. */
struct nsentry *nsscan_add_fd(struct nsscan *scan, const struct nskind *kind, int fd);

/* Note that it is held so by a process, with the path, as printf(3) writes it, that leads there. */
void nsscan_hold(struct nsentry *ns, enum nstable_hold how, pid_t pid, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* Note what a process holds, and what will hold its children where that is another. */
void nsscan_hold_all(struct nsentry *const found[PROC_NAMES], pid_t pid);

/* A process's number, as the name of its directory. */
struct nsscan_name {
	char text[12];
};

/* What one look at a process reads. */
struct nslinks {
	struct nsscan_name name;
	int done;
	int count;		/* of its namespaces; -1: they can't be read */
	int threads;		/* it has more than one */
	int fds;		/* some of its descriptors keep a namespace */
	ino_t inodes[PROC_NAMES]; /* 0: it hasn't that one */
};

/* Begin to read what these processes have, side by side where there are many of them and CPUs. NULL
 * with errno of mmap(2); what is to be ended by nsscan_end_reading(). */
struct nsreading;
struct nsreading *nsscan_begin_reading(struct nsscan *scan, const struct nsscan_name *names,
				       size_t count);
void nsscan_end_reading(struct nsreading *reading);

/* What the process `at` has, as soon as it is read. */
const struct nslinks *nsscan_await(struct nsscan *scan, struct nsreading *reading, size_t at);

/* Read the namespaces of the process, or thread, with the directory `name` below /proc. Returns how
 * many; -1 with errno, EACCES where that isn't permitted. */
int nsscan_read(const struct nsscan *scan, const char *name, ino_t inodes[PROC_NAMES]);

/* Remember a process; bring them in the order of their numbers. */
int nsscan_keep(struct nsscan *scan, const struct nsproc *process);
void nsscan_sort(struct nsscan *scan);

/* Whether descriptors of the process with that number keep a namespace; those that do. */
int nsscan_has_fds(struct nsscan *scan, const char *name);
int nsscan_fds(struct nsscan *scan, const char *name);

/* The files bound to namespaces in the mount namespace of the process, or "123/task/124" thread,
 * with that name. */
int nsscan_mounts(struct nsscan *scan, const char *name);

/* What the kernel lists. */
int nsscan_kernel(struct nsscan *scan);

#endif
