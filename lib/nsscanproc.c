/* SPDX-License-Identifier: ISC */
/* nsscanproc - the processes that a pass remembers, part of nsscan.h */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "nsscan.h"

int nsscan_keep(struct nsscan *scan, const struct nsproc *process)
{
	if (scan->proc_count == scan->proc_room) {
		size_t room = scan->proc_room ? 2 * scan->proc_room : 64;
		struct nsproc *grown = realloc(scan->procs, room * sizeof(*grown));

		if (!grown)
			return -1;
		scan->procs = grown;
		scan->proc_room = room;
	}
	scan->procs[scan->proc_count++] = *process;
	return 0;
}

static int order(const void *left, const void *right)
{
	const struct nsproc *a = left, *b = right;

	return a->pid < b->pid ? -1 : a->pid > b->pid;
}

void nsscan_sort(struct nsscan *scan)
{
	if (scan->proc_count)
		qsort(scan->procs, scan->proc_count, sizeof(*scan->procs), order);
}

struct nsproc *nsscan_find(const struct nsscan *scan, pid_t pid)
{
	struct nsproc wanted = { .pid = pid };

	if (!scan->proc_count)
		return NULL;
	return bsearch(&wanted, scan->procs, scan->proc_count, sizeof(wanted), order);
}

struct nsproc *nsscan_find_parent(const struct nsscan *scan, struct nsproc *process)
{
	struct proc_stat stat;

	if (!process->parent && proc_read_stat(process->pid, &stat) == 0)
		process->parent = stat.parent;
	return process->parent > 0 ? nsscan_find(scan, process->parent) : NULL;
}
