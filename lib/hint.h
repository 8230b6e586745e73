/* SPDX-License-Identifier: ISC */
/*
 * hint - where errno misleads, one more line
 *
 * The one table of hints: which step failed how, what to look at, and what to say.
 */
#ifndef NSKIT_HINT_H
#define NSKIT_HINT_H

struct hint {
	int error;		/* errno; 0 ends the step */
	int (*rule)(int flags);	/* looks at the system, says its line and returns 1, or returns 0:
				 * not my case */
	const char *text;	/* in place of a rule, where nothing is to be looked at */
};

/* The steps. A program has in it those that it names, and no others. */
extern const struct hint
	HINT_RUN[],	/* execve(2) of a file that is there */
	HINT_CREATE[],	/* unshare(2), clone3(2) */
	HINT_CLOCK[],	/* writing timens_offsets */
	HINT_ENTER[],	/* setns(2) */
	HINT_FORK[],	/* clone3(2) of a process inside, with the kinds entered */
	HINT_MAP[],	/* writing uid_map, gid_map */
	HINT_PIN[],	/* binding a namespace to a file */
	HINT_MOUNT[],	/* any mount */
	HINT_IMAGE[],	/* mounting a file that holds a file system */
	HINT_PRIVATE[],	/* making all mounts private */
	HINT_PROC[],	/* mounting proc */
	HINT_NAME[],	/* sethostname(2), setdomainname(2) */
	HINT_LINK[],	/* rtnetlink(7) */
	HINT_LINK_HERE[],	/* the same, from a process's network namespace to ours */
	HINT_TUN[],	/* /dev/net/tun */
	HINT_UNLINK[],	/* deleting an interface */
	HINT_LIMIT[],	/* setrlimit(2), writing oom_score_adj */
	HINT_IDS[],	/* setgroups(2), setresgid(2), setresuid(2), securebits */
	HINT_CAPS[],	/* words of a list: of capabilities, */
	HINT_SECUREBITS[], /* of securebits, */
	HINT_RESOURCES[], /* of resource limits */
	HINT_FILTER[],	/* reading a compiled filter */
	HINT_GROUP[],	/* making a control group, entering or limiting it */
	HINT_GIVE_UP[];	/* the bounding set, landlock_restrict_self(2), seccomp(2) */

/* Print the hint that fits errno after `step` with the namespaces `flags`, for HINT_LINK_HERE the
 * process, if there is one. Keeps errno. For use as `hint_for(...)` after warn(), or through
 * die_at(). */
void hint_for(const struct hint *step, int flags);

/* die() with the hint for `step`. */
void die_at(const struct hint *step, int flags, const char *format, ...)
	__attribute__((format(printf, 3, 4), noreturn));

#endif
