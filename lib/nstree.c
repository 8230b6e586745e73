/* SPDX-License-Identifier: ISC */
/* nstree - an order in which each namespace comes below the one that it belongs to */
#include "nstree.h"

#include <string.h>

/* Of the processes above its first one, the nearest that has another. The parents are those of now:
 * a number may have passed to another meanwhile, so the way up is bounded. */
static struct nsentry *find_by_process(const struct nsentry *ns, const struct nsscan *scan)
{
	struct nsproc *process = ns->pid ? nsscan_find(scan, ns->pid) : NULL;

	for (int steps = 0; process && steps < 4096; steps++) {
		for (int i = 0; i < PROC_NAMES; i++)
			if (!proc_names[i].children && proc_names[i].flag == ns->kind->flag &&
			    process->ns[i] && process->ns[i] != ns)
				return process->ns[i];
		process = nsscan_find_parent(scan, process);
	}
	return NULL;
}

static struct nsentry *find_up(const struct nsentry *ns, enum nstree_by by,
			       const struct nsscan *scan)
{
	switch (by) {
	case NSTREE_OWNER: return ns->owner;
	case NSTREE_PARENT: return ns->parent;
	case NSTREE_PROCESS: return find_by_process(ns, scan);
	default: return NULL;
	}
}

/* The nearest above that is shown. */
static struct nsrow *find_row_up(struct nsrow *rows, const struct nsentry *ns, enum nstree_by by,
				 const struct nsscan *scan)
{
	int steps = 0;

	do
		ns = find_up(ns, by, scan);
	while (ns && !ns->row && ++steps < 64);
	return ns && ns->row ? &rows[ns->row - 1] : NULL;
}

/* Go up from a row: to the top, or to what was passed before; where that was on this way, it is a
 * circle, and cut. */
static void place(struct nsrow *row, size_t way)
{
	while (!row->way) {
		row->way = way;
		if (row->up && row->up->way == way)
			row->up = NULL;
		if (!row->up)
			return;
		row = row->up;
	}
}

struct nsrow *nstree_tie(struct nsrow *rows, size_t count, enum nstree_by by,
			 const struct nsscan *scan)
{
	struct nsrow *top = NULL;

	for (size_t i = 0; i < count; i++)
		rows[i].ns->row = i + 1;
	for (size_t i = 0; i < count; i++)
		rows[i].up = find_row_up(rows, rows[i].ns, by, scan);
	for (size_t i = 0; i < count; i++)
		place(&rows[i], i + 1);
	/* From the last on, so that the first is the first of its list. */
	for (size_t i = count; i-- > 0;) {
		struct nsrow **list = rows[i].up ? &rows[i].up->first : &top;

		rows[i].next = *list;
		*list = &rows[i];
	}
	return top;
}

struct nsrow *nstree_next(struct nsrow *row)
{
	if (row->first)
		return row->first;
	while (row && !row->next)
		row = row->up;
	return row ? row->next : NULL;
}

void nstree_prefix(const struct nsrow *row, int ascii, char text[NSTREE_PREFIX])
{
	enum { DEEPEST = 32 };
	const struct nsrow *above[DEEPEST];
	int depth = 0;
	char *end = text;

	*text = '\0';
	for (const struct nsrow *at = row; at->up && depth < DEEPEST; at = at->up)
		above[depth++] = at;
	while (depth-- > 0) {
		int last = !above[depth]->next;

		if (depth)
			end = stpcpy(end, last ? "   " : ascii ? "|  " : "\u2502  ");
		else
			end = stpcpy(end, ascii ? (last ? "`- " : "|- ") :
					 last ? "\u2514\u2500 " : "\u251c\u2500 ");
	}
}
