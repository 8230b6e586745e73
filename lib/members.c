/* SPDX-License-Identifier: ISC */
/* members - the processes that live in given namespaces, as a pass over /proc finds them */
#include "members.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "file.h"
#include "handle.h"
#include "kernel.h"
#include "proc.h"
#include "trace.h"
#include "why.h"

int members_choose(int differing)
{
	int most = differing & (CLONE_NEWNS | CLONE_NEWNET);

	if (differing & CLONE_NEWPID)
		return CLONE_NEWPID;
	return most ? most : differing;
}

int members_add(struct members *members, const struct handle *handle, int kinds)
{
	struct members_place *place =
		realloc(members->places, (members->place_count + 1) * sizeof(*place));

	if (!place)
		return -1;
	members->places = place;
	place += members->place_count++;
	for (int i = 0; i < NSKIND_COUNT; i++) {
		place->fd[i] = -1;
		place->inode[i] = 0;
	}
	for (int i = 0; i < NSKIND_COUNT; i++) {
		struct stat st;

		if (!(kinds & nskinds[i].flag))
			continue;
		place->fd[i] = handle_open_ns(handle, nskinds[i].flag);
		if (place->fd[i] < 0 || fstat(place->fd[i], &st) < 0)
			return -1;
		place->inode[i] = st.st_ino;
	}
	return 0;
}

/* Know the pid namespace `path` and those above it. Between the two looks nobody changes it. */
static void learn_pid_ns(struct members *members, int dir, const char *path, ino_t inode)
{
	int fd = nstable_find(&members->pids, inode) ? -1 : openat(dir, path, O_RDONLY | O_CLOEXEC);

	if (fd >= 0)
		nstable_add_file(&members->pids, nskind_find_flag(CLONE_NEWPID), fd);
	file_close(fd, 0);
}

/* The inodes of the process with the directory `path` ("1/", "") below `dir`, of the kinds that
 * any place asks for; 0 for what it has lost already, as a zombie. -1 with errno of readlink(2). */
static int read_inodes(struct members *members, int dir, const char *path,
		       ino_t inode[NSKIND_COUNT])
{
	for (int i = 0; i < NSKIND_COUNT; i++) {
		char file[40];
		int wanted = 0;

		inode[i] = 0;
		for (size_t j = 0; j < members->place_count && !wanted; j++)
			wanted = members->places[j].inode[i] != 0;
		if (!wanted)
			continue;
		snprintf(file, sizeof(file), "%.16sns/%s", path, nskinds[i].name);
		inode[i] = proc_read_inode(dir, file);
		if (!inode[i] && errno != ENOENT)
			return -1;
		if (inode[i] && nskinds[i].flag == CLONE_NEWPID)
			learn_pid_ns(members, dir, file, inode[i]);
	}
	return 0;
}

static int is_below(const struct members *members, ino_t inode, ino_t above)
{
	const struct nsentry *ns = nstable_find(&members->pids, inode);

	while (ns && ns->inode != above)
		ns = ns->parent;
	return ns != NULL;
}

static int belongs(const struct members *members, const ino_t inode[NSKIND_COUNT])
{
	for (size_t i = 0; i < members->place_count; i++)
		for (int kind = 0; kind < NSKIND_COUNT; kind++) {
			ino_t wanted = members->places[i].inode[kind];

			if (!wanted || !inode[kind])
				continue;
			if (inode[kind] == wanted || (nskinds[kind].flag == CLONE_NEWPID &&
						      is_below(members, inode[kind], wanted)))
				return 1;
		}
	return 0;
}

static void read_facts(int procdir, struct member *one)
{
	strcpy(one->name, "?");
	if (file_read(procdir, "comm", one->name, sizeof(one->name)) < 0)
		one->name[sizeof(one->name) - 1] = '\0';
	one->name[strcspn(one->name, "\n")] = '\0';
	one->init = proc_is_init(procdir);
	one->last = one->init || !strcmp(one->name, "nsnew:hold");
}

static int has_ended(int pidfd)
{
	struct pollfd poll_end = { pidfd, POLLIN, 0 };

	return poll(&poll_end, 1, 0) > 0;
}

/* Hold the process, and look again, now that it is held: the number may have passed to another.
 * Returns 1 where it is a member, 0 where it isn't, and -1 with errno. */
static int hold(struct members *members, pid_t pid, struct member *one)
{
	ino_t inode[NSKIND_COUNT];
	int procdir;

	*one = (struct member){ .pid = pid, .pidfd = sys_pidfd_open(pid) };
	if (one->pidfd < 0)
		return errno == ESRCH || errno == EINVAL || errno == ENOENT ? 0 : -1;
	procdir = proc_open_pidfd(one->pidfd);
	if (procdir >= 0 && read_inodes(members, procdir, "", inode) == 0 &&
	    belongs(members, inode) && !has_ended(one->pidfd)) {
		read_facts(procdir, one);
		return file_close(procdir, 1);
	}
	file_close(procdir, 0);
	close(one->pidfd);
	return 0;
}

static int keep(struct members *members, const struct member *one)
{
	size_t count = members->count + 1;
	struct member *list = realloc(members->list, count * sizeof(*list));
	struct pollfd *polls;

	if (!list)
		return -1;
	members->list = list;
	polls = realloc(members->polls, count * sizeof(*polls));
	if (!polls)
		return -1;
	members->polls = polls;
	list[members->count++] = *one;
	return 0;
}

static int is_known(const struct members *members, pid_t pid)
{
	for (size_t i = 0; i < members->count; i++)
		if (members->list[i].pid == pid && !members->list[i].ended)
			return 1;
	return 0;
}

static pid_t read_parent(pid_t pid)
{
	char path[32], stat[512], *end;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	if (file_read(AT_FDCWD, path, stat, sizeof(stat)) < 0)
		return 0;
	end = strrchr(stat, ')');
	return end ? atoi(end + 4) : 0;
}

/* Whether we would end ourselves, or the system: where process 1 may not be looked at, process 2
 * tells its namespaces, a kernel thread, which has no file. */
static int is_barred(pid_t pid)
{
	pid_t above = getpid();
	char file[2];

	if (pid == 1 || (pid == 2 && readlink("/proc/2/exe", file, sizeof(file)) < 0))
		return 1;
	while (above > 0 && above != pid)
		above = read_parent(above);
	return above > 0;
}

/* Returns 1 where it is a member that wasn't known, else 0, or -1 with errno. */
static int visit(struct members *members, int dir, const char *name)
{
	ino_t inode[NSKIND_COUNT];
	char path[16];
	struct member one;
	int result;

	snprintf(path, sizeof(path), "%.10s/", name);
	if (is_known(members, atoi(name)))
		return 0;
	if (read_inodes(members, dir, path, inode) < 0) {
		members->unreadable += errno != ESRCH;
		return 0;
	}
	if (!belongs(members, inode))
		return 0;
	result = hold(members, atoi(name), &one);
	if (result <= 0)
		return result;
	if (is_barred(one.pid)) {
		members->barred = one;
		close(one.pidfd);
		errno = EDEADLK;
		return -1;
	}
	return keep(members, &one) < 0 ? file_close(one.pidfd, -1) : 1;
}

/* Whether the numbers in /proc are those of our pid namespace. */
static int is_ours(void)
{
	char link[16] = "";
	int self = proc_open(0);

	if (self < 0)
		return 0;
	close(self);
	if (readlink("/proc/self", link, sizeof(link) - 1) > 0 && atoi(link) == getpid())
		return 1;
	why_set("/proc is that of another pid namespace");
	errno = EXDEV;
	return 0;
}

int members_find(struct members *members)
{
	DIR *dir = is_ours() ? opendir("/proc") : NULL;
	struct dirent *entry;
	int found = 0, result = 0, saved;

	if (!dir)
		return -1;
	nstable_free(&members->pids); /* inodes may have changed hands */
	members->unreadable = 0;
	while (result >= 0 && (entry = readdir(dir))) {
		if (entry->d_name[0] < '1' || entry->d_name[0] > '9')
			continue;
		result = visit(members, dirfd(dir), entry->d_name);
		found += result > 0;
	}
	saved = errno;
	closedir(dir);
	errno = saved;
	traced(found, "look for members in /proc, %zu processes unreadable", members->unreadable);
	return result < 0 && !(errno == EMFILE && found) ? -1 : found;
}

void members_close(struct members *members)
{
	for (size_t i = 0; i < members->count; i++)
		close(members->list[i].pidfd);
	for (size_t i = 0; i < members->place_count; i++)
		for (int kind = 0; kind < NSKIND_COUNT; kind++)
			file_close(members->places[i].fd[kind], 0);
	nstable_free(&members->pids);
	free(members->list);
	free(members->polls);
	free(members->places);
	*members = (struct members){ 0 };
}
