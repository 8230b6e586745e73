/* SPDX-License-Identifier: ISC */
/* proc - what /proc tells about processes and the namespaces that they are in */
#ifndef NSKIT_PROC_H
#define NSKIT_PROC_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "nskind.h"
#include "nstable.h"

struct handle;

/* Open /proc/PID, or /proc/self for 0, as an O_PATH directory that the caller closes. -1 with errno
 * of open(2), or EXDEV where /proc is no procfs: whoever mounts another file system there could
 * show us any namespace as any process's. */
int proc_open(pid_t pid);

/* Open the directory of the process of `pidfd`, whose number /proc knows as another than we do
 * where it was mounted for another pid namespace than ours. It is that process's for as long as a
 * signal 0 to the pidfd finds one. -1 with errno as above, or ESRCH where the process has ended or
 * /proc doesn't show it. */
int proc_open_pidfd(int pidfd);

/* The number of the process of `pidfd` in that /proc. -1 with errno as above. */
pid_t proc_read_pid(int pidfd);

/* The number in the link `path` below `dir`, as "net:[4026531840]": the inode of the namespace. 0
 * where it can't be read, with errno of readlink(2), which costs half of what stat(2) does. */
ino_t proc_read_inode(int dir, const char *path);

/* The files of /proc/PID/ns: the kinds in the order of nskinds[], each *_for_children after its
 * kind. */
enum { PROC_NAMES = NSKIND_COUNT + 2 };
struct proc_name {
	const char *name;
	int flag;		/* its kind, as CLONE_NEWxxx */
	int children;		/* it is what children will be born in */
};
extern const struct proc_name proc_names[PROC_NAMES];

/* Put the namespaces of a handle into the table, for NULL those of this process, and point `found`
 * at them in the order of proc_names[]; no member is counted. NULL for one that isn't there: a
 * handle of files has only some and no *_for_children, a process none that the kernel lacks, a
 * zombie two, and pid_for_children may not be made yet. Returns 0, or -1 with errno: EACCES where
 * the process is another user's, ESRCH where it is gone, ENOMEM. */
int proc_add(struct nstable *table, const struct handle *handle, struct nsentry *found[PROC_NAMES]);

/* Open /proc itself, to read; the caller closes it. -1 with errno as proc_open(). */
int proc_open_all(void);

/* The command line of a process as one text, its arguments separated by blanks and cut to `size`;
 * "[NAME]" where it has none, as a kernel thread. -1 with errno where it is gone. */
int proc_read_command(pid_t pid, char *text, size_t size);

/* The number of its parent, and whose it is: its effective user, or root where it can't be looked
 * into. -1 with errno where it is gone. */
struct proc_stat {
	pid_t parent;
	uid_t uid;		/* -1: gone meanwhile */
};
int proc_read_stat(pid_t pid, struct proc_stat *stat);

/* Whether the process of `procdir` is process 1 of a pid namespace below ours. */
int proc_is_init(int procdir);

/* The limit on namespaces of a kind in our user namespace, from /proc/sys/user. -1 with errno. */
int proc_read_limit(const struct nskind *kind, uint64_t *limit);

#endif
