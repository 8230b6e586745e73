/* SPDX-License-Identifier: ISC */
/*
 * recipe - what a root is made of, and what goes into it, in order
 *
 *   1. recipe_open(): every source opened and checked, where the caller stands
 *   2. recipe_find(): found again, for a process that has entered other namespaces since
 *   3. recipe_begin(), recipe_add(): the root, out of sight, and each step done to it
 *
 * Until all sources are there nothing is made; until rootfs_enter() nothing has changed.
 */
#ifndef NSKIT_RECIPE_H
#define NSKIT_RECIPE_H

#include "idmap.h"
#include "mnt.h"
#include "rootfs.h"
#include "source.h"

enum recipe_verb {
	RECIPE_BIND,
	RECIPE_TMPFS,
	RECIPE_PROC,
	RECIPE_SYSFS,
	RECIPE_DEV,
	RECIPE_MQUEUE,
	RECIPE_CGROUP,
	RECIPE_DIR,
	RECIPE_FILE,
	RECIPE_SYMLINK,
	RECIPE_MASK,
	RECIPE_READONLY,
	RECIPE_DEVICE,
	RECIPE_ETC,
	RECIPE_UMOUNT,
};

enum { RECIPE_OPTIONS = 8 };

struct recipe_step {
	enum recipe_verb verb;
	char *words;		/* what the strings of the step are parts of; NULL: of argv */
	const char *target;	/* the path in the root */
	struct source source;	/* RECIPE_BIND, RECIPE_DEVICE */
	int attributes;		/* MNT_*, with MNT_RECURSIVE */
	int mapped;		/* the ids of the source are mapped, */
	struct idmap *idmap; /* by this, or NULL: as the target's user namespace */
	int mode;		/* of a directory or file; -1: not given */
	int fd;			/* RECIPE_FILE: of the content; RECIPE_BIND: the source; or -1 */
	struct mnt_option options[RECIPE_OPTIONS]; /* RECIPE_TMPFS */
	char *text;		/* RECIPE_FILE: the content; RECIPE_SYMLINK: where it leads;
				 * RECIPE_ETC: the caller's resolv.conf */
	size_t length;
};

enum recipe_base {
	RECIPE_LAYERS,		/* a directory or an image, or several, the topmost first */
	RECIPE_HOST,
	RECIPE_EMPTY,
	RECIPE_LIVE,		/* the root that is there already */
};

struct recipe {
	enum recipe_base base;
	struct source *layers;
	size_t layer_count;
	int attributes;		/* of the root itself */
	int mapped;		/* the ids of its layers are mapped, as above */
	struct idmap *idmap;
	int overlay;		/* what is written goes to a layer of its own, */
	struct source kept;	/* this directory, or with no word to memory */
	struct recipe_step *steps;
	size_t count;
	int bare;		/* without the standard set */
	int masks;		/* APIFS_MASKED or APIFS_UNMASKED */
	int console;
	int reads_handle;	/* from standard input */
	char step[WHY_STEP];	/* after a failure of 1 or 2: what was tried, */
	int image;		/* and that it was with an image */
};

/* Add a layer of the root, below those that are there; or a step after the last, which the caller
 * fills in. NULL with errno ENOMEM. */
struct source *recipe_add_layer(struct recipe *recipe, const char *word);
struct recipe_step *recipe_add_step(struct recipe *recipe, enum recipe_verb verb,
				    const char *target);

/* Open and check every source; with `take`, take a copy of each along, where that is permitted. 0,
 * or -1 with errno and recipe->step. */
int recipe_open(struct recipe *recipe, int take);

/* In the mount namespace that was entered since: 0, or -1 with errno and recipe->step. */
int recipe_find(struct recipe *recipe);

/* Begin the root; it is to be closed whatever comes of it. 0, or -1 with errno and root->step. */
int recipe_begin(struct recipe *recipe, struct rootfs *root);

/* Do every step to it. 0, or -1 with errno and root->step. */
int recipe_add(struct recipe *recipe, struct rootfs *root);

#endif
