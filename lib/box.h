/* SPDX-License-Identifier: ISC */
/* box - what a handle of nskill names, and what is put away with it */
#ifndef NSKIT_BOX_H
#define NSKIT_BOX_H

#include "members.h"
#include "target.h"

struct box {
	struct target target;
	char name[HANDLE_TEXT];	/* what the registered name stands for; "": it is none */
	char handle[HANDLE_TEXT]; /* the process, as a name would hold it; "": it is files */
	int net;		/* the network namespace that goes with it, or -1 */
};

/* Of all boxes: whose end this is, and who is in the network namespaces that go with them. */
struct box_ending {
	struct members all, nets;
};

/* Resolve the handle, and add its namespaces to the ending. What is no handle, or would take the
 * caller along, is refused, and a stale name removed as well. */
void box_open(struct box *box, const char *word, struct box_ending *ending);

/* When all members have ended: remove pins, links and names, and close the handle. A network
 * namespace goes some time after its last process, and its links keep their names until then; where
 * somebody else is in it, it stays. `used`: that is so for one of all boxes. Returns whether
 * something failed, and was said. */
int box_put_away(struct box *box, int used);

#endif
