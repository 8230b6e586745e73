/* SPDX-License-Identifier: ISC */
/* mountinfo - the mounts of this mount namespace, proc_pid_mountinfo(5) */
#ifndef NSKIT_MOUNTINFO_H
#define NSKIT_MOUNTINFO_H

struct mountinfo {
	int mount, parent;	/* their numbers */
	char *root;		/* what of its file system is mounted: "net:[4026532281]" */
	char *point;		/* where it is, below our root */
	char *type, *options;	/* of the file system: "cgroup", "rw,cpu,cpuacct" */
};

/* The whole list, for mountinfo_next() to take apart, which the caller frees; NULL with errno. */
char *mountinfo_read(void);

/* Cut the next entry off `*rest`, at first the list, and fill `entry`. 0 where there is no more. */
int mountinfo_next(char **rest, struct mountinfo *entry);

/* The number of the mount that `fd` is of; -1 with errno. */
int mountinfo_find(int fd);

#endif
