/* SPDX-License-Identifier: ISC */
/*
 * nsquery - which namespaces are asked for, by their columns
 *
 * An expression compares columns with words, as in "kind == net && (processes < 2 || !shared)":
 * ==, !=, <, <=, >, >=, and =~ and !~ for a word that is part of the text; what isn't known is
 * null, equal to "null" alone and on no side of anything. A column alone asks whether it is known
 * and neither 0, no nor empty. !, && and ||, or not, and, or, bind in this order.
 */
#ifndef NSKIT_NSQUERY_H
#define NSKIT_NSQUERY_H

#include "nsview.h"

struct nsquery;

/* Parse an expression; one that isn't ends the program with 125. It lives until the program ends.
 */
struct nsquery *nsquery_parse(const char *text);

/* The query for which both must hold, of which `left` may be NULL. */
struct nsquery *nsquery_and(struct nsquery *left, struct nsquery *right);

/* The same with "COLUMN == WORD". */
struct nsquery *nsquery_add(struct nsquery *left, const char *column, const char *word);

/* Whether it holds for what the view is aimed at; a NULL query always does. */
int nsquery_holds(const struct nsquery *query, struct nsview *view);

#endif
