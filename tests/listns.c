/* SPDX-License-Identifier: ISC */
/*
 * listns ID INODE PROG... - run PROG as on a kernel with listns(2), Linux 6.19
 *
 * To PROG the kernel lists one network namespace, with that number, and opens it by the number
 * alone. Both are what this program answers in its place (seccomp_unotify(2)).
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sched.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SYS_LISTNS = 470, NSFS_ROOT = -10003, FILEID_NSFS = 0xf1 };

struct request {
	uint32_t size, spare;
	uint64_t id;
	uint32_t kinds, spare2;
	uint64_t user_id;
};

struct handle {
	uint32_t bytes;
	int32_t type;
	uint64_t id;
	uint32_t kind, inode;
};

static struct handle known = { .bytes = 16, .type = FILEID_NSFS, .kind = CLONE_NEWNET };

static int install(void)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_LISTNS, 1, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_open_by_handle_at, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { sizeof(filter) / sizeof(filter[0]), filter };

	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER,
			    &program);
}

static int copy(pid_t pid, uint64_t address, void *bytes, size_t size, int out)
{
	struct iovec local = { bytes, size }, remote = { (void *)(uintptr_t)address, size };

	return (out ? process_vm_writev(pid, &local, 1, &remote, 1, 0) :
		      process_vm_readv(pid, &local, 1, &remote, 1, 0)) == (ssize_t)size;
}

/* One number, to who asks for network namespaces from the beginning. */
static void answer_list(struct seccomp_notif *asked, struct seccomp_notif_resp *answer)
{
	struct request request = { 0 };

	if (copy((pid_t)asked->pid, asked->data.args[0], &request, sizeof(request), 0) &&
	    request.kinds == CLONE_NEWNET && request.id < known.id &&
	    copy((pid_t)asked->pid, asked->data.args[1], &known.id, sizeof(known.id), 1))
		answer->val = 1;
}

static void answer_open(int listener, struct seccomp_notif *asked,
			struct seccomp_notif_resp *answer)
{
	struct seccomp_notif_addfd add = { .id = asked->id, .newfd_flags = O_CLOEXEC };
	struct handle handle = { 0 };
	int fd;

	if (!copy((pid_t)asked->pid, asked->data.args[1], &handle, sizeof(handle), 0) ||
	    handle.id != known.id) {
		answer->flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
		return;
	}
	fd = (int)syscall(SYS_open_by_handle_at, NSFS_ROOT, &known, O_RDONLY);
	add.srcfd = (uint32_t)fd;
	answer->val = fd < 0 ? -1 : ioctl(listener, SECCOMP_IOCTL_NOTIF_ADDFD, &add);
	answer->error = answer->val < 0 ? -ESTALE : 0;
	close(fd);
}

/* Until nobody is left to answer. */
static void supervise(int listener)
{
	struct pollfd poll_asked = { listener, POLLIN, 0 };

	while (poll(&poll_asked, 1, -1) > 0 && !(poll_asked.revents & POLLHUP)) {
		struct seccomp_notif asked = { 0 };
		struct seccomp_notif_resp answer = { 0 };

		if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &asked) < 0)
			continue;
		answer.id = asked.id;
		if (asked.data.nr == SYS_LISTNS)
			answer_list(&asked, &answer);
		else
			answer_open(listener, &asked, &answer);
		ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &answer);
	}
}

/* The child tells the number of its listener, and goes on when we have it too. */
static void run(char **prog, int tell, int wait_for)
{
	int listener = install();
	char byte;

	if (listener < 0 || write(tell, &listener, sizeof(listener)) < 0 ||
	    read(wait_for, &byte, 1) < 0)
		_exit(2);
	close(listener);
	execvp(prog[0], prog);
	_exit(127);
}

int main(int argc, char **argv)
{
	int told[2], go[2], status, listener;
	pid_t pid;

	if (argc < 4 || pipe2(told, O_CLOEXEC) < 0 || pipe2(go, O_CLOEXEC) < 0)
		return 2;
	known.id = strtoull(argv[1], NULL, 10);
	known.inode = (uint32_t)strtoul(argv[2], NULL, 10);
	pid = fork();
	if (pid == 0)
		run(argv + 3, told[1], go[0]);
	if (read(told[0], &listener, sizeof(listener)) != sizeof(listener))
		return 2;
	listener = (int)syscall(SYS_pidfd_getfd, syscall(SYS_pidfd_open, pid, 0), listener, 0);
	if (listener < 0 || write(go[1], "", 1) != 1)
		return 2;
	supervise(listener);
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 2;
}
