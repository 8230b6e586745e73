/* SPDX-License-Identifier: ISC */
/*
 * nsroot - give a mount namespace its root file system
 *
 * chain:   nsroot DIR -- PROG     DIR becomes the root of the namespace we are in, then PROG
 * handle:  nsroot -t HANDLE DIR   DIR becomes the root of HANDLE's mount namespace
 *
 * The root is assembled where nobody sees it, with /proc, /sys and /dev, and takes the old one's
 * place by pivot_root(2); a failure before that leaves nothing behind. /proc and /sys show the
 * namespaces of whoever mounts them: for a handle that is a child of ours in all of its namespaces.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "chain.h"
#include "die.h"
#include "hint.h"
#include "hostfs.h"
#include "ns.h"
#include "opt.h"
#include "rootfs.h"
#include "target.h"
#include "toolkit.h"

enum { OPT_HOST = OPT_LONG };

static const struct opt opts[] = {
	{ 't', "target", "HANDLE", "act on the mount namespace of HANDLE, - for standard input" },
	{ OPT_HOST, "host", NULL, "this system as a throwaway root: what is written vanishes" },
	OPT_CHAIN,
	OPT_COMMON
};

static const struct tool tool = {
	.name = "nsroot",
	.does = "give a mount namespace its root file system",
	.use = { "DIR [--] PROG [ARG...]", "--host [--] PROG [ARG...]", "-t HANDLE DIR",
		 "-t HANDLE --host" },
	.opts = opts,
};

static void fail(struct rootfs *root)
{
	rootfs_close(root);
	die_at(HINT_MOUNT, CLONE_NEWNS, "%s", root->step);
}

static void open_root(struct rootfs *root, const char *dir)
{
	if ((dir ? rootfs_open_dir(root, dir) : hostfs_open(root)) < 0)
		fail(root);
}

static void enter(struct rootfs *root)
{
	if (rootfs_add_standard(root) < 0 || rootfs_enter(root) < 0)
		fail(root);
}

/* The root of everybody would change, and this system be gone. */
static void refuse_initial(void)
{
	if (ns_is_initial(CLONE_NEWNS))
		refuse("this is the mount namespace of the whole system, whose root stays: run it "
		       "under nsnew -m");
}

static void run(const char *dir, char **prog)
{
	struct rootfs root;

	refuse_initial();
	open_root(&root, dir);
	toolkit_open(prog);
	enter(&root);
	chain_exec(prog);
}

/* A directory to be found again from within the target. */
struct source {
	const char *dir;	/* NULL: the target's own root, mirrored */
	char *path;		/* absolute */
	struct stat st;
	struct rootfs taken;	/* a copy taken along from here; fd -1: not permitted */
};

static struct source open_source(const char *dir)
{
	struct source source = { .dir = dir, .taken = { .fd = -1 } };

	if (!dir)
		return source;
	if (rootfs_open_dir(&source.taken, dir) < 0 && errno != EPERM)
		fail(&source.taken);
	source.path = realpath(dir, NULL);
	if (!source.path || stat(dir, &source.st) < 0)
		die("open root directory '%s'", dir);
	return source;
}

/* The target's mount namespace began as a copy of ours, most likely: then the same directory lies
 * there under the same name. That is the one to take: an ordinary user may take no other, and only
 * on a mount of its own namespace can we mount before it is attached. */
static void open_there(struct rootfs *root, const struct source *source)
{
	struct stat there;

	if (rootfs_open_dir(root, source->path) == 0 && fstat(root->fd, &there) == 0 &&
	    there.st_dev == source->st.st_dev && there.st_ino == source->st.st_ino)
		return;
	rootfs_close(root);
	if (source->taken.fd < 0)
		refuse("'%s' is another directory in the target's mount namespace", source->dir);
	*root = source->taken;
}

/* In the target's namespaces, as a child, for its pid namespace to be ours. */
static int set_root(const struct source *source)
{
	struct rootfs root;
	int pidfd, status;
	pid_t pid = ns_create_child(0, &pidfd);

	if (pid < 0)
		die("fork into the target's pid namespace");
	if (pid == 0) {
		refuse_initial();
		if (source->dir)
			open_there(&root, source);
		else
			open_root(&root, NULL);
		enter(&root);
		_exit(0);
	}
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		continue;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -1;
}

static void set_target(const char *handle, const char *dir)
{
	struct target target;
	struct source source;
	int flags;

	target_open(&target, handle);
	flags = handle_find_differing(&target.handle);
	if (flags < 0)
		die_at(HINT_ENTER, 0, "read the namespaces of '%s'", target.word);
	if (!(flags & CLONE_NEWNS))
		refuse("'%s' has no mount namespace of its own", target.word);
	source = open_source(dir);
	prctl(PR_SET_DUMPABLE, 0);
	target_enter(&target, flags);
	if (set_root(&source) < 0)
		exit(EXIT_SELF); /* the child has said why */
	target_done(&target);
}

int main(int argc, char **argv)
{
	const char *handle = NULL, *dir = NULL;
	char **words = argv;
	int key, host = 0;

	opt_begin(&tool);
	while ((key = opt_next(&tool, argc, argv)) != -1)
		switch (key) {
		case 't': handle = optarg; break;
		case OPT_HOST: host = 1; break;
		}
	argv += optind;
	if (!host)
		dir = opt_operand(&argv, "DIR");
	argv = opt_prog(argv, handle);
	if (handle) {
		toolkit_restart(words);
		set_target(handle, dir);
	}
	run(dir, argv);
}
