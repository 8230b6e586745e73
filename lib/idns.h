/* SPDX-License-Identifier: ISC */
/* idns - a user namespace that nobody is in, for the maps that it holds */
#ifndef NSKIT_IDNS_H
#define NSKIT_IDNS_H

#include "idmap.h"

/* Make one with these maps, for mounts whose ids it maps (mnt_idmap()). Returns a descriptor, which
 * the caller closes, and with it the namespace; -1 with errno of clone3(2) or idmap_write(). */
int idns_open(const struct idmap *uids, const struct idmap *gids);

#endif
