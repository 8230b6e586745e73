/* SPDX-License-Identifier: ISC */
/* relay - a terminal of PROG's own: carrying its bytes, part of pty.h */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>

#include "file.h"
#include "kernel.h"
#include "pty.h"
#include "sig.h"
#include "trace.h"

enum { CHUNK = 4096 };

/* What was read from standard input, and the terminal inside hasn't taken yet. */
struct input {
	char text[CHUNK];
	size_t at, length;
	int open;		/* standard input hasn't ended */
	int in_line;		/* what it gave last is no end of a line */
};

/* Only what nobody has changed since: the caller's shell may have gone on already. */
static void restore_if_raw(const struct pty *pty)
{
	struct termios now;

	if (tcgetattr(STDIN_FILENO, &now) == 0 && now.c_lflag == pty->raw.c_lflag &&
	    now.c_iflag == pty->raw.c_iflag && now.c_oflag == pty->raw.c_oflag)
		tcsetattr(STDIN_FILENO, TCSANOW, &pty->modes);
}

/* A signal that ends our whole process group must not end the guard. */
pid_t pty_start_guard(const struct pty *pty)
{
	int us = sys_pidfd_open(getpid());
	struct pollfd end = { .fd = 3, .events = POLLIN };
	pid_t pid = us < 0 ? -1 : fork();
	sigset_t callers;

	if (pid != 0)
		return file_close(us, pid);
	sig_block_all(&callers);
	if ((us != 3 && dup2(us, 3) < 0) || setsid() < 0 || chdir("/") < 0)
		_exit(1);
	file_close_from(4, NULL, 0);
	close(STDOUT_FILENO);
	close(STDERR_FILENO);
	prctl(PR_SET_NAME, "nsjoin:tty");
	while (poll(&end, 1, -1) < 0 && errno == EINTR)
		continue;
	restore_if_raw(pty);
	_exit(0);
}

static void end_guard(struct pty *pty)
{
	if (pty->guard <= 0)
		return;
	kill(pty->guard, SIGKILL);
	waitpid(pty->guard, NULL, 0);
	pty->guard = 0;
}

static int set_raw(struct pty *pty)
{
	return pty->terminal ? tcsetattr(STDIN_FILENO, TCSANOW, &pty->raw) : 0;
}

static void set_back(const struct pty *pty)
{
	if (pty->terminal)
		tcsetattr(STDIN_FILENO, TCSANOW, &pty->modes);
}

/* Stop, our caller's terminal in order, until somebody continues us. */
static void stop(struct pty *pty)
{
	set_back(pty);
	raise(SIGSTOP);
	set_raw(pty);
}

static void copy_size(const struct pty *pty)
{
	struct winsize size;

	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (ioctl(fd, TIOCGWINSZ, &size) == 0) {
			ioctl(pty->master, TIOCSWINSZ, &size);
			return;
		}
}

/* 1 where the child has ended. */
static int wait_for_child(struct pty *pty, pid_t pid, siginfo_t *info)
{
	info->si_pid = 0;
	if (waitid(P_PID, (id_t)pid, info, WEXITED | WSTOPPED | WNOHANG) < 0 || !info->si_pid)
		return 0;
	if (info->si_code != CLD_STOPPED)
		return 1;
	stop(pty);
	return 0;
}

static void forward(struct pty *pty, int pidfd, int sig)
{
	if (sig == SIGWINCH) {
		copy_size(pty);
		return;
	}
	traced(sys_pidfd_send_signal(pidfd, sig), "pidfd_send_signal(%d, %s)", pidfd,
	       sig_name(sig));
	/* A session without a parent's job control doesn't stop for its terminal; we do. */
	if (sig_find_default(sig) == SIGSTOP)
		stop(pty);
}

/* 1 where the child has ended. */
static int take_signal(struct pty *pty, int signals, pid_t pid, int pidfd, siginfo_t *info)
{
	struct signalfd_siginfo signal;

	if (read(signals, &signal, sizeof(signal)) != (ssize_t)sizeof(signal))
		return 0;
	if (signal.ssi_signo == SIGCHLD)
		return wait_for_child(pty, pid, info);
	forward(pty, pidfd, (int)signal.ssi_signo);
	return 0;
}

/* The end of a file, to a program that reads a terminal, is a character; in a line it takes two. */
static void put_end(const struct pty *pty, struct input *input)
{
	struct termios modes;

	input->open = 0;
	if (tcgetattr(pty->master, &modes) < 0 || !(modes.c_lflag & ICANON))
		return;
	memset(input->text, modes.c_cc[VEOF], 2);
	input->length = input->in_line ? 2 : 1;
}

static void take_input(const struct pty *pty, struct input *input)
{
	ssize_t got = read(STDIN_FILENO, input->text, CHUNK);

	input->at = input->length = 0;
	if (got > 0) {
		input->length = (size_t)got;
		input->in_line = input->text[got - 1] != '\n';
	} else if (got == 0 || (errno != EINTR && errno != EAGAIN)) {
		put_end(pty, input);
	}
}

static void put_input(const struct pty *pty, struct input *input)
{
	ssize_t wrote = write(pty->master, input->text + input->at, input->length - input->at);

	if (wrote > 0)
		input->at += (size_t)wrote;
	else if (errno != EAGAIN && errno != EINTR)
		input->at = input->length;
}

/* Returns 0 where there is no more for now, or no terminal any more. */
static int pass_output(const struct pty *pty)
{
	char text[CHUNK];
	ssize_t got = read(pty->master, text, sizeof(text));

	if (got > 0)
		file_write_all(STDOUT_FILENO, text, (size_t)got);
	return got > 0;
}

static void carry(struct pty *pty, int signals, pid_t pid, int pidfd, siginfo_t *info)
{
	struct input input = { .open = 1 };
	struct pollfd polls[] = {
		{ .fd = signals, .events = POLLIN },
		{ .fd = pty->master },
		{ .events = POLLIN },
	};

	for (;;) {
		int pending = input.at < input.length;

		polls[1].events = (short)(pending ? POLLIN | POLLOUT : POLLIN);
		polls[2].fd = input.open && !pending ? STDIN_FILENO : -1;
		if (poll(polls, 3, -1) < 0)
			continue;
		if (polls[2].revents)
			take_input(pty, &input);
		if (polls[1].revents & POLLOUT)
			put_input(pty, &input);
		if (polls[1].revents & POLLIN)
			pass_output(pty);
		if (polls[0].revents && take_signal(pty, signals, pid, pidfd, info))
			return;
	}
}

/* The slave stays open here too: were it closed by all, the master would take that for the end. */
int pty_carry(struct pty *pty, pid_t pid, int pidfd, siginfo_t *info)
{
	int signals;

	file_close_from(3, (int[]){ pty->master, pty->slave, pidfd }, 3);
	signals = sig_open_all(0);
	if (signals < 0 || fcntl(pty->master, F_SETFL, O_NONBLOCK) < 0 || set_raw(pty) < 0) {
		end_guard(pty);
		return -1;
	}
	carry(pty, signals, pid, pidfd, info);
	while (pass_output(pty))
		continue;
	set_back(pty);
	end_guard(pty);
	return 0;
}
