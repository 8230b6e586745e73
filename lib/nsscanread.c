/* SPDX-License-Identifier: ISC */
/*
 * nsscanread - the links of all processes, part of nsscan.h
 *
 * Nearly all of a pass is the reading of links, ten and more a process, which several do side by
 * side where there are CPUs for it: children, who leave what they read in shared memory. What they
 * didn't do, because there were none or they were killed, is read by ourselves.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "nsscan.h"

int nsscan_read(const struct nsscan *scan, const char *name, ino_t inodes[PROC_NAMES])
{
	int count = 0;

	for (int i = 0; i < PROC_NAMES; i++) {
		const struct proc_name *file = &proc_names[i];
		char path[64];

		inodes[i] = 0;
		/* The mount namespaces too, to know whose mounts were looked through. */
		if (!(scan->kinds & file->flag) &&
		    (file->flag != CLONE_NEWNS || !(scan->where & NSSCAN_MOUNTS)))
			continue;
		stpcpy(stpcpy(stpcpy(path, name), "/ns/"), file->name);
		inodes[i] = proc_read_inode(scan->proc, path);
		if (!inodes[i] && errno != ENOENT && errno != ESRCH)
			return -1;
		count += inodes[i] != 0;
	}
	return count;
}

/* Its directory of threads has a link for each, beside its two. */
static int has_threads(const struct nsscan *scan, const char *name)
{
	char path[24];
	struct stat st;

	snprintf(path, sizeof(path), "%.10s/task", name);
	return scan->where & NSSCAN_THREADS && fstatat(scan->proc, path, &st, 0) == 0 &&
	       st.st_nlink > 3;
}

static void read_links(struct nsscan *scan, struct nslinks *links)
{
	char name[16];

	snprintf(name, sizeof(name), "%d", (int)links->pid);
	links->count = nsscan_read(scan, name, links->inodes);
	if (links->count >= 0) {
		links->threads = has_threads(scan, name);
		links->fds = scan->where & (NSSCAN_FDS | NSSCAN_SOCKETS) &&
			     nsscan_has_fds(scan, name);
	}
	links->done = 1;
}

/* Every `step`th, from `first` on, that isn't done. */
static void read_share(struct nsscan *scan, struct nslinks *links, size_t count, size_t first,
		       size_t step)
{
	for (size_t i = first; i < count; i += step)
		if (!links[i].done)
			read_links(scan, &links[i]);
}

/* How many are to read: one for each few hundred processes, as far as there are CPUs. */
static size_t find_readers(size_t count)
{
	enum { SHARE = 300, MOST = 8 };
	size_t readers = count / SHARE, cpus;
	cpu_set_t set;

	cpus = sched_getaffinity(0, sizeof(set), &set) < 0 ? 1 : (size_t)CPU_COUNT(&set);
	readers = readers < cpus ? readers : cpus;
	return readers < 1 ? 1 : readers < MOST ? readers : MOST;
}

void nsscan_read_all(struct nsscan *scan, struct nslinks *links, size_t count)
{
	size_t readers = find_readers(count), started = 1;
	pid_t pids[8];

	for (; started < readers; started++) {
		pids[started] = fork();
		if (pids[started] < 0)
			break;
		if (pids[started] == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			read_share(scan, links, count, started, readers);
			_exit(0);
		}
	}
	read_share(scan, links, count, 0, readers);
	for (size_t i = 1; i < started; i++)
		while (waitpid(pids[i], NULL, 0) < 0 && errno == EINTR)
			;
	read_share(scan, links, count, 0, 1);
}

struct nslinks *nsscan_map_links(size_t count)
{
	struct nslinks *links = mmap(NULL, count * sizeof(*links), PROT_READ | PROT_WRITE,
				     MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return links == MAP_FAILED ? NULL : links;
}
