/* SPDX-License-Identifier: ISC */
/*
 * nstree - an order in which each namespace comes below the one that it belongs to
 *
 * What belongs to nothing that is shown stands at the top, whatever the relations are: none is
 * lost, not even in a circle.
 */
#ifndef NSKIT_NSTREE_H
#define NSKIT_NSTREE_H

#include <stddef.h>

#include "nsscan.h"

enum nstree_by {
	NSTREE_NONE,
	NSTREE_OWNER,	/* below its user namespace */
	NSTREE_PARENT,	/* user and pid namespaces below those that they are nested in */
	NSTREE_PROCESS,	/* below that of the nearest process above its own which is in another */
};

/* One of those shown. */
struct nsrow {
	struct nsentry *ns;
	struct nsrow *up;		/* NULL: at the top */
	struct nsrow *first, *next;	/* the first below it, and the next beside it */
	size_t way;			/* on which it was passed first */
};

/* Tie the rows together; the first at the top is returned. `scan` has remembered the processes,
 * where they are asked for. */
struct nsrow *nstree_tie(struct nsrow *rows, size_t count, enum nstree_by by,
			 const struct nsscan *scan);

/* The next row in the order of the tree, NULL after the last. */
struct nsrow *nstree_next(struct nsrow *row);

/* Write what comes before a row's first cell: lines to those above. With `ascii` in letters that
 * every terminal has. */
enum { NSTREE_PREFIX = 320 };
void nstree_prefix(const struct nsrow *row, int ascii, char text[NSTREE_PREFIX]);

#endif
