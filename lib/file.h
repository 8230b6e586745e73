/* SPDX-License-Identifier: ISC */
/* file - small reads, single-write writes, and paths that stay below a root */
#ifndef NSKIT_FILE_H
#define NSKIT_FILE_H

#include <limits.h>
#include <stddef.h>
#include <sys/stat.h>
#include <sys/types.h>

/* Read the file `path` below `dirfd` (as openat(2)) into `text` of `size` bytes, NUL-terminated.
 * Returns its length, or -1 with errno of open(2) or read(2), or EFBIG where it doesn't fit. */
ssize_t file_read(int dirfd, const char *path, char *text, size_t size);

/* All that `fd` has still to give, NUL-terminated, and in `length` how much; the caller frees it.
 * NULL with errno of read(2), EFBIG beyond 64 MiB. */
char *file_read_all(int fd, size_t *length);

/* Write `text` to an existing file in one write(2), as the files of /proc ask. Returns 0, or -1
 * with errno of open(2) or write(2). */
int file_write(int dirfd, const char *path, const char *text);

/* Write all of `text` to `fd`, however many writes it takes. Returns 0, or -1 with errno. */
int file_write_all(int fd, const char *text, size_t length);

/* 1 where both describe the same file, else 0. */
int file_is_same(const struct stat *a, const struct stat *b);

/* The path that our /proc has for the descriptor `fd`, which may be another file's by now, or none.
 * 0, or -1 with errno of readlink(2). */
int file_read_path(int fd, char path[PATH_MAX]);

/* Close `fd`, unless it is -1, keep errno as it is, and hand `result` on: the end of a function
 * that opened it, whatever came of it. */
int file_close(int fd, int result);

/* Close every descriptor from `first` on but the `count` of `kept`; or let execve(2) close
 * every one. close_range(2), Linux 5.9 and 5.11; before, each up to the limit is tried
 * (RLIMIT_NOFILE). */
void file_close_from(int first, const int *kept, int count);
void file_set_cloexec_from(int first);

/* Let this process have as many descriptors as its hard limit permits (RLIMIT_NOFILE). */
void file_raise_limit(void);

#endif
