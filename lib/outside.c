/* SPDX-License-Identifier: ISC */
/* outside - what has to be done from the caller's namespaces, for a process that has left them */
#include "outside.h"

#include <errno.h>
#include <linux/capability.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "bind.h"
#include "cap.h"
#include "command.h"
#include "die.h"
#include "file.h"
#include "handle.h"
#include "hint.h"
#include "kernel.h"
#include "proc.h"
#include "sig.h"
#include "subid.h"
#include "sync.h"

/* Who has left, as the helper sees it. */
struct leaver {
	int pidfd, procdir;
	pid_t pid;
};

struct helper {
	int sync;	/* to who has left */
	int ends;	/* a signalfd: we are to end */
	sigset_t mask;	/* as the caller left it */
};

static int needs_help_with_maps(const struct plan *plan)
{
	/* Not geteuid(2): who has left is nobody. */
	return !idmap_is_own(&plan->uids, plan->own_uid) ||
	       !idmap_is_own(&plan->gids, plan->own_gid) ||
	       plan->owner_uid >= 0 || (plan->setgroups && !strcmp(plan->setgroups, "allow"));
}

static int needs_more_than_maps(const struct plan *plan)
{
	for (int i = 0; i < NSKIND_COUNT; i++)
		if (plan->file[i])
			return 1;
	return plan->pin || plan->command;
}

/* Root's maps for a child its parent writes: a process less. As the owner it couldn't any more. */
static int parent_will_do(const struct plan *plan)
{
	return plan->child && !plan->hold && plan->owner_uid < 0 && !needs_more_than_maps(plan) &&
	       cap_is_effective(CAP_SETUID) && cap_is_effective(CAP_SETGID);
}

/* A pidfd, with a byte that says what for. -1 where the process has ended instead. */
static int receive(int sync, struct leaver *leaver)
{
	union {
		struct cmsghdr header;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control;
	char byte;
	struct iovec data = { &byte, 1 };
	struct msghdr message = {
		.msg_iov = &data,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};

	if (recvmsg(sync, &message, MSG_CMSG_CLOEXEC) != 1 || !CMSG_FIRSTHDR(&message))
		return -1;
	memcpy(&leaver->pidfd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(int));
	leaver->pid = proc_read_pid(leaver->pidfd);
	leaver->procdir = leaver->pid < 0 ? -1 : proc_open(leaver->pid);
	if (leaver->procdir < 0)
		die("look at the new process");
	return 0;
}

static void send_own_pidfd(int sync)
{
	union {
		struct cmsghdr header;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control = { .header = { .cmsg_len = CMSG_LEN(sizeof(int)),
				  .cmsg_level = SOL_SOCKET,
				  .cmsg_type = SCM_RIGHTS } };
	struct iovec data = { (char[]){ 0 }, 1 };
	struct msghdr message = {
		.msg_iov = &data,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};
	int pidfd = sys_pidfd_open(getpid());

	memcpy(CMSG_DATA(&control.header), &pidfd, sizeof(int));
	if (pidfd < 0 || sendmsg(sync, &message, MSG_NOSIGNAL) != 1)
		die("ask for what is to be done outside");
	close(pidfd);
}

/* Root maps by himself; an ordinary user what newuidmap(1) and newgidmap(1) permit. */
static void write_maps(const struct plan *plan, const struct leaver *leaver)
{
	int own_user = idmap_is_own(&plan->uids, plan->own_uid);
	int own_group = idmap_is_own(&plan->gids, plan->own_gid);
	int direct_users = own_user || cap_is_effective(CAP_SETUID);
	int direct_groups = own_group || cap_is_effective(CAP_SETGID);
	const char *setgroups = plan->setgroups;

	/* The group map of an ordinary user's own id: the kernel asks that for it. */
	if (!setgroups && !cap_is_effective(CAP_SETGID) && direct_groups)
		setgroups = "deny";
	if (setgroups && (plan->gids.count || plan->setgroups) &&
	    file_write(leaver->procdir, "setgroups", setgroups) < 0)
		die("write %s to setgroups", setgroups);
	if ((direct_users ? idmap_write(leaver->procdir, "uid_map", &plan->uids) :
			    subid_write("newuidmap", leaver->pid, &plan->uids)) < 0)
		die_at(HINT_MAP, CLONE_NEWUSER, "map users");
	if ((direct_groups ? idmap_write(leaver->procdir, "gid_map", &plan->gids) :
			     subid_write("newgidmap", leaver->pid, &plan->gids)) < 0)
		die_at(HINT_MAP, CLONE_NEWUSER, "map groups");
}

/* Say how the command has failed. */
static void report(const char *command, int status)
{
	if (WIFEXITED(status))
		warnx("'%s' ended with status %d", command, WEXITSTATUS(status));
	else
		warnx("'%s' was killed by signal %d", command, WTERMSIG(status));
}

/* 0, or -1 where it fails, which is said, or is for nothing any more. */
static int run_command(const struct plan *plan, const struct leaver *leaver,
		       const struct helper *helper)
{
	char handle[HANDLE_TEXT];
	struct command command;
	int status;

	if (handle_write(leaver->pid, leaver->pidfd, handle) < 0)
		snprintf(handle, sizeof(handle), "%d", (int)leaver->pid);
	if (command_start(&command, plan->command, handle, &helper->mask) < 0) {
		warn("run '%s'", plan->command);
		return -1;
	}
	status = command_await(&command, (int[]){ helper->sync, helper->ends }, 2);
	if (status < 0)
		command_end(&command);
	else if (status > 0)
		report(plan->command, status);
	return status ? -1 : 0;
}

/* Ctrl-C is for the command, and for whoever waits for us: we have to clear up. TERM is how the
 * kernel tells the end of nsnew, which waits for the leaver, or is it. */
static void begin_helper(struct helper *helper, pid_t parent, int sync)
{
	struct sigaction standard = { .sa_handler = SIG_DFL };
	sigset_t end;

	sig_block_all(&helper->mask);
	sigemptyset(&end);
	sigaddset(&end, SIGTERM);
	helper->sync = sync;
	helper->ends = signalfd(-1, &end, SFD_CLOEXEC);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (helper->ends < 0 || getppid() != parent)
		exit(0);
	sigaction(SIGCHLD, &standard, NULL); /* ignored, it would leave nothing to wait for */
}

/* What the process does after may still fail. Where it has succeeded, nsnew may have ended too by
 * now, which is no reason to undo anything. */
static int await_success(const struct helper *helper)
{
	struct pollfd fds[] = { { .fd = helper->ends, .events = POLLIN },
				{ .fd = helper->sync, .events = POLLIN } };

	while (poll(fds, 2, -1) < 0 && errno == EINTR)
		continue;
	return fds[1].revents ? sync_await(helper->sync) : -1;
}

__attribute__((noreturn))
static void serve(const struct plan *plan, const struct helper *helper)
{
	struct leaver leaver;

	if (needs_help_with_maps(plan)) {
		if (receive(helper->sync, &leaver) < 0)
			exit(0);
		write_maps(plan, &leaver);
		if (sync_tell(helper->sync) < 0)
			exit(0);
	}
	if (receive(helper->sync, &leaver) < 0)
		exit(0);
	bind_add(plan, leaver.procdir);
	if ((plan->command && run_command(plan, &leaver, helper) < 0) ||
	    sync_tell(helper->sync) < 0 || await_success(helper) < 0) {
		bind_remove(plan);
		exit(EXIT_SELF);
	}
	exit(0);
}

void outside_begin(struct outside *outside, const struct plan *plan)
{
	pid_t parent = getpid();
	struct helper helper;
	int ends[2];

	*outside = (struct outside){ 0, -1, -1 };
	if (!needs_more_than_maps(plan) && !needs_help_with_maps(plan))
		return;
	if (sync_open(ends) < 0)
		die("make a socket pair");
	outside->sync = ends[0];
	if (parent_will_do(plan)) {
		outside->own_sync = ends[1];
		return;
	}
	outside->pid = fork();
	if (outside->pid < 0)
		die("fork");
	if (outside->pid == 0) {
		close(ends[0]);
		begin_helper(&helper, parent, ends[1]);
		serve(plan, &helper);
	}
	close(ends[1]);
}

void outside_serve_child(struct outside *outside, const struct plan *plan)
{
	struct leaver leaver;

	if (outside->own_sync < 0)
		return;
	close(outside->sync); /* the child's: where that has died, it is to be seen */
	if (receive(outside->own_sync, &leaver) < 0)
		return;
	write_maps(plan, &leaver);
	sync_tell(outside->own_sync);
}

static void ask(const struct outside *outside)
{
	send_own_pidfd(outside->sync);
	if (sync_await(outside->sync) < 0)
		_exit(EXIT_SELF); /* it has said why */
}

void outside_map(const struct outside *outside, const struct plan *plan)
{
	int self;

	if (needs_help_with_maps(plan)) {
		file_close(outside->own_sync, 0);
		ask(outside);
		return;
	}
	self = proc_open(0);
	if (self < 0 ||
	    ((plan->gids.count || plan->setgroups) &&
	     file_write(self, "setgroups", "deny") < 0) ||
	    idmap_write(self, "uid_map", &plan->uids) < 0 ||
	    idmap_write(self, "gid_map", &plan->gids) < 0)
		die_at(HINT_MAP, CLONE_NEWUSER, "map the own user and group");
	close(self);
}

void outside_act(const struct outside *outside)
{
	if (outside->pid)
		ask(outside);
}

void outside_finish(const struct outside *outside)
{
	if (!outside->pid)
		return;
	sync_tell(outside->sync);
	close(outside->sync);
	waitpid(outside->pid, NULL, 0); /* where it is our child: PROG has no use for one */
}
