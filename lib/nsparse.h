/* SPDX-License-Identifier: ISC */
/*
 * nsparse - the words that nsinfo's options take
 *
 * Each ends the program with 125, and says why, where the word is none of its kind.
 */
#ifndef NSKIT_NSPARSE_H
#define NSKIT_NSPARSE_H

#include "nsquery.h"
#include "nstree.h"

/* A way to be held, as NSTABLE_... */
unsigned int nsparse_hold(const char *word);

/* What a tree is by; NULL is its owner. */
enum nstree_by nsparse_tree(const char *word);

/* A kind of namespace by its name, as CLONE_NEW... */
int nsparse_kind(const char *word);

/* That the number in a column is this one. */
struct nsquery *nsparse_number(const char *column, const char *word);

/* That the owner is this user, by name or number. */
struct nsquery *nsparse_owner(const char *word);

/* The seconds that getopt(3)'s optarg has, in milliseconds; 2 where it has none. */
int nsparse_pause(void);

#endif
