/* SPDX-License-Identifier: ISC */
/* env - the environment of another process, environ(7) */
#ifndef NSKIT_ENV_H
#define NSKIT_ENV_H

/* Take over the environment that the process of `procdir` was started with, in place of our own.
 * The variable `kept` is not taken from it: ours stays, or stays away. 0, or -1 with errno of
 * open(2) or read(2), EACCES where the process is another user's: then ours is as it was. */
int env_set(int procdir, const char *kept);

#endif
