/* SPDX-License-Identifier: ISC */
/* vethshow - what nsveth shows of the interfaces of a network namespace */
#ifndef NSKIT_VETHSHOW_H
#define NSKIT_VETHSHOW_H

#include <stdint.h>

#include "netlist.h"
#include "netpeer.h"

/* Print, as a table or JSON, the interfaces `names`, a list that ends with NULL, of the namespace
 * of `nl`; without names those of `group`, or with 0 all. `own` is as netpeer_find() takes it. Ends
 * the program with 125 where there is no interface of a name, and has printed nothing then. */
void vethshow_print(struct nl *nl, char *const *names, uint32_t group, int own, int json);

/*
 * What its two forms share.
 */

struct vethshow {
	struct netlist list;
	struct sorted peers;
};

/* The name of what an interface is a port of, NULL for none; the namespace that its peer is in,
 * with all unknown where that isn't known. */
const char *vethshow_master(const struct vethshow *show, const struct netlist_link *link);
const struct netpeer *vethshow_place(const struct vethshow *show, const struct netlist_link *link);

/* Print it as JSON. */
void vethshow_print_json(const struct vethshow *show);

#endif
