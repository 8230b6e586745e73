/* SPDX-License-Identifier: ISC */
/* user - names and numbers of users and groups, from /etc/passwd and /etc/group */
#ifndef NSKIT_USER_H
#define NSKIT_USER_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

/* A line NAME:PASSWORD:ID:REST of either file, with "" for each that it lacks. */
struct user_line {
	char *name;
	int64_t id;		/* -1: none, or not a number that is one */
	char *rest;
};

/* Read the next line of `file`, which may be anything: libc's parsers take what is no number, or
 * one too large, for another, 0 among them, and a line as long as memory. The words live until the
 * next call. 1, 0 at the end, or -1 with errno: EFBIG for a line of more than a mebibyte or with a
 * NUL, or of read(2). */
int user_read_line(FILE *file, struct user_line *line);

/* Parse an id, below 2^32 - 1, that ends where `text` does. -1 where it is none. */
int64_t user_parse_id(const char *text);

struct user {
	uid_t uid;
	size_t line;
	char *name;
};

/* All zero to begin with. Filled from /etc/passwd at the first question: getpwuid(3) would read
 * that file once a question, and in a static glibc program load the host's NSS modules. */
struct users {
	struct user *list;
	size_t count;
	int read;
};

/* The name of `uid`, the first where there are several; NULL where there is none. It lives as long
 * as the program. */
const char *user_find(struct users *users, uid_t uid);

/* The number of the user or group `name` in `file`, "/etc/passwd" or "/etc/group". 0, or -1 with
 * errno ENOENT where there is none. */
int user_read_id(const char *file, const char *name, uint32_t *id);

/* The first name of a number, likewise; for one question, where user_find() is for many. */
int user_read_name(const char *file, uint32_t id, char *name, size_t size);

#endif
