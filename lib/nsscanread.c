/* SPDX-License-Identifier: ISC */
/*
 * nsscanread - the links of all processes, part of nsscan.h
 *
 * Nearly all of a pass is the reading of links, ten and more a process, which several do side by
 * side where there are CPUs for it: children, who leave what they read in shared memory. Each takes
 * a few processes at a time, the next that nobody has taken, and so does the pass itself, while
 * what it needs next isn't there. What a child left undone, because it was killed, is read by
 * ourselves.
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

#include "file.h"
#include "nsscan.h"

enum { READERS = 8 };

struct nsreading {
	size_t count, next;	/* all; the first that nobody has taken */
	int reader_count;
	pid_t readers[READERS];
	struct nslinks links[];
};

static int is_wanted(const struct nsscan *scan, const struct proc_name *file)
{
	if (file->children && !(scan->where & NSSCAN_CHILDREN))
		return 0;
	/* The mount namespaces too, to know whose mounts were looked through. */
	return scan->kinds & file->flag ||
	       (file->flag == CLONE_NEWNS && scan->where & NSSCAN_MOUNTS);
}

/* The directory that all the links are in. To open it is two calls more, yet a sixth of the time
 * less where all are wanted, for then each has a short way. */
static int open_directory(const struct nsscan *scan, const char *name)
{
	char path[48];

	if (scan->kinds != nskind_all || !(scan->where & NSSCAN_CHILDREN))
		return -1;
	stpcpy(stpcpy(path, name), "/ns");
	return openat(scan->proc, path, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

int nsscan_read(const struct nsscan *scan, const char *name, ino_t inodes[PROC_NAMES])
{
	int dir = open_directory(scan, name), count = 0;

	for (int i = 0; i < PROC_NAMES; i++) {
		const struct proc_name *file = &proc_names[i];
		char path[64];

		inodes[i] = 0;
		if (!is_wanted(scan, file))
			continue;
		if (dir < 0)
			stpcpy(stpcpy(stpcpy(path, name), "/ns/"), file->name);
		inodes[i] = dir < 0 ? proc_read_inode(scan->proc, path) :
				      proc_read_inode(dir, file->name);
		if (!inodes[i] && errno != ENOENT && errno != ESRCH)
			return file_close(dir, -1);
		count += inodes[i] != 0;
	}
	return file_close(dir, count);
}

/* Its directory of threads has a link for each, beside its two. */
static int has_threads(const struct nsscan *scan, const char *name)
{
	char path[24];
	struct stat st;

	stpcpy(stpcpy(path, name), "/task");
	return scan->where & NSSCAN_THREADS && fstatat(scan->proc, path, &st, 0) == 0 &&
	       st.st_nlink > 3;
}

static void read_links(struct nsscan *scan, struct nslinks *links)
{
	links->count = nsscan_read(scan, links->name.text, links->inodes);
	if (links->count >= 0) {
		links->threads = has_threads(scan, links->name.text);
		links->fds = scan->where & (NSSCAN_FDS | NSSCAN_SOCKETS) &&
			     nsscan_has_fds(scan, links->name.text);
	}
	__atomic_store_n(&links->done, 1, __ATOMIC_RELEASE);
}

/* Read the next few that nobody has taken; 0 where there are none. */
static int read_next(struct nsscan *scan, struct nsreading *reading)
{
	enum { FEW = 16 };
	size_t at = __atomic_fetch_add(&reading->next, FEW, __ATOMIC_RELAXED), end = at + FEW;

	if (at >= reading->count)
		return 0;
	for (; at < end && at < reading->count; at++)
		read_links(scan, &reading->links[at]);
	return 1;
}

/* How many are to read beside us: one for each hundred processes, as far as there are CPUs. */
static int find_readers(size_t count)
{
	enum { SHARE = 100 };
	size_t readers = count / SHARE, cpus;
	cpu_set_t set;

	cpus = sched_getaffinity(0, sizeof(set), &set) < 0 ? 1 : (size_t)CPU_COUNT(&set);
	readers = readers < cpus ? readers : cpus;
	return readers < 1 ? 0 : readers < READERS ? (int)readers - 1 : READERS - 1;
}

static void start_readers(struct nsscan *scan, struct nsreading *reading)
{
	for (int left = find_readers(reading->count); left > 0; left--) {
		pid_t pid = fork();

		if (pid < 0)
			return;
		if (pid == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			while (read_next(scan, reading))
				;
			_exit(0);
		}
		reading->readers[reading->reader_count++] = pid;
	}
}

static void end_readers(struct nsreading *reading)
{
	for (int i = 0; i < reading->reader_count; i++)
		while (waitpid(reading->readers[i], NULL, 0) < 0 && errno == EINTR)
			;
	reading->reader_count = 0;
}

static size_t size_for(size_t count)
{
	return sizeof(struct nsreading) + count * sizeof(struct nslinks);
}

struct nsreading *nsscan_begin_reading(struct nsscan *scan, const struct nsscan_name *names,
				       size_t count)
{
	struct nsreading *reading = mmap(NULL, size_for(count), PROT_READ | PROT_WRITE,
					 MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (reading == MAP_FAILED)
		return NULL;
	reading->count = count;
	for (size_t i = 0; i < count; i++)
		reading->links[i].name = names[i];
	start_readers(scan, reading);
	return reading;
}

static int is_done(const struct nslinks *links)
{
	return __atomic_load_n(&links->done, __ATOMIC_ACQUIRE);
}

const struct nslinks *nsscan_await(struct nsscan *scan, struct nsreading *reading, size_t at)
{
	struct nslinks *links = &reading->links[at];

	while (!is_done(links) && read_next(scan, reading))
		;
	if (!is_done(links))
		end_readers(reading);
	if (!is_done(links))
		read_links(scan, links);
	return links;
}

void nsscan_end_reading(struct nsreading *reading)
{
	__atomic_store_n(&reading->next, reading->count, __ATOMIC_RELAXED);
	end_readers(reading);
	munmap(reading, size_for(reading->count));
}
