/* SPDX-License-Identifier: ISC */
/*
 * hintrule - hints that depend on what the system is like
 *
 * Each looks at that, says its line and returns 1, or returns 0: not my case. `flags` are the kinds
 * of namespaces (CLONE_NEWxxx) that a step was about.
 */
#ifndef NSKIT_HINTRULE_H
#define NSKIT_HINTRULE_H

int hintrule_limit_reached(int flags);
int hintrule_kind_missing(int flags);
int hintrule_needs_user(int flags);
int hintrule_user_forbidden(int flags);
int hintrule_map_forbidden(int flags);
int hintrule_init_gone(int flags);
int hintrule_pin_forbidden(int flags);

/* Where why_text() says nothing of a control group that can't be divided. */
int hintrule_group_divided(int flags);

/* The process to connect is `pid`. */
int hintrule_needs_pasta(int pid);

#endif
