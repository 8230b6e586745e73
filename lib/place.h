/* SPDX-License-Identifier: ISC */
/* place - the root and the working directory of PROG */
#ifndef NSKIT_PLACE_H
#define NSKIT_PLACE_H

/* Descriptors of directories, opened before anything is entered; -1: stay. */
struct place {
	int root, cwd;
	const char *inside;	/* a working directory that is looked up last; or NULL */
	int chosen;		/* `cwd` is the caller's word, not the target's habit */
	const char *step;	/* what place_enter() failed at */
};

/* Open a directory as a place to be (O_PATH); `dirfd` as in openat(2). The caller closes it. */
int place_open(int dirfd, const char *path);

/* Make a directory the working directory. 0, or -1 with errno: that of chdir(2), or EXDEV where it
 * lies outside of our root, as a link of it may lead to a descriptor that the caller left open. */
int place_enter_dir(const char *path);

/* Make `root` our root directory (chroot(2)), then `inside`, or `cwd`, the working directory. One
 * that lies outside of the root, from where every file of the host could be reached, is not
 * entered: the target's own gives way to the root, `inside` is refused (EXDEV). One that the
 * caller has `chosen` is entered all the same. Returns 1 where that lies outside, else 0; -1 with
 * errno and `step`. */
int place_enter(struct place *place);

#endif
