/* SPDX-License-Identifier: ISC */
/* holder - create namespaces, and leave a process that holds them */
#include "holder.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bind.h"
#include "create.h"
#include "die.h"
#include "handle.h"
#include "hold.h"
#include "lease.h"
#include "name.h"
#include "netname.h"
#include "sync.h"

__attribute__((noreturn))
static void be_holder(const struct plan *plan, int null, int sync)
{
	if (plan->lease >= 0)
		lease_bind();
	if (hold_begin("nsnew:hold", null, &sync, 1, plan->words) < 0)
		die("become a holder");
	if (hold_confirm(sync) < 0)
		_exit(EXIT_SELF);
	hold_wait();
	_exit(0);
}

/* The holder's handle, in the form that the files hold, and in the one that is asked for. */
struct handles {
	char certain[HANDLE_TEXT], asked[HANDLE_TEXT];
};

static int write_handles(const struct plan *plan, pid_t pid, int pidfd, struct handles *handles)
{
	snprintf(handles->asked, sizeof(handles->asked), "%d", (int)pid);
	if (handle_write(pid, pidfd, handles->certain) < 0) {
		snprintf(handles->certain, sizeof(handles->certain), "%d", (int)pid);
		return plan->id ? -1 : 0;
	}
	if (plan->id)
		snprintf(handles->asked, sizeof(handles->asked), "%s", handles->certain);
	return 0;
}

/* Nobody could end a holder whose handle was never told. */
__attribute__((noreturn))
static void take_back(const struct plan *plan, pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	bind_remove(plan);
	_exit(EXIT_SELF);
}

static int print(const char *handle)
{
	return printf("%s\n", handle) < 0 || fflush(stdout) ? -1 : 0;
}

/* Write the files that hold the handle, then print it. */
static void tell(const struct plan *plan, pid_t pid, int pidfd, struct handles *handles)
{
	int known = write_handles(plan, pid, pidfd, handles) == 0;
	int named = 0, netnamed = 0, filed = 0;

	if (known && plan->name && !(named = name_write(plan->name, handles->certain) == 0))
		warn("give the holder the name '%s'", plan->name);
	else if (known && plan->netname && !(netnamed = netname_write(plan->netname, pid) == 0))
		warn("give the network namespace the name '%s'", plan->netname);
	else if (known && plan->pidfile &&
		 !(filed = name_write_file(plan->pidfile, handles->asked) == 0))
		warn("write the pid file '%s'", plan->pidfile);
	else if (known && print(handles->asked) == 0)
		return;
	else
		warn("tell the handle of process %d", (int)pid);
	if (named)
		name_remove(plan->name, handles->certain);
	if (netnamed)
		netname_remove(plan->netname, pid);
	if (filed)
		name_remove_file(plan->pidfile, handles->asked);
	take_back(plan, pid);
}

/* With a lease, a keeper does the rest. We return when it has let go of our caller. */
static void leave_to_keeper(int ends[2])
{
	pid_t pid;
	int status;

	if (sync_open(ends) < 0)
		die("make a socket pair");
	pid = fork();
	if (pid < 0)
		die("fork a keeper");
	if (pid == 0) {
		close(ends[0]);
		return;
	}
	close(ends[1]);
	if (sync_await(ends[0]) == 0)
		exit(0);
	exit(waitpid(pid, &status, 0) > 0 && WIFEXITED(status) && WEXITSTATUS(status) ?
	     WEXITSTATUS(status) : EXIT_SELF); /* it has said why */
}

/* The holder has died before it was one. Where it was in order, it has said why. */
__attribute__((noreturn))
static void report_death(pid_t pid)
{
	int status;

	/* Where SIGCHLD is ignored nothing is left to wait for. */
	if (waitpid(pid, &status, 0) > 0 && WIFSIGNALED(status))
		refuse("the holder was killed by signal %d", WTERMSIG(status));
	exit(EXIT_SELF);
}

void holder_create(const struct plan *plan, const struct outside *outside)
{
	int sync[2], done[2], pidfd, null = hold_open_null();
	struct handles handles;
	pid_t pid;

	if (plan->lease >= 0)
		leave_to_keeper(done);
	if (sync_open(sync) < 0)
		die("make a socket pair");
	pid = create_child(plan, outside, &pidfd);
	if (pid == 0)
		be_holder(plan, null, sync[1]);
	close(sync[1]);
	if (sync_await(sync[0]) < 0)
		report_death(pid);
	tell(plan, pid, pidfd, &handles);
	if (sync_tell(sync[0]) < 0)
		die("release the holder");
	if (plan->lease >= 0)
		lease_keep(&(struct lease){ plan->lease, pidfd, plan->name, handles.certain,
					    plan->netname, plan->pidfile, handles.asked, plan->pin,
					    pid, plan->flags, plan->file }, null, done[1]);
}
