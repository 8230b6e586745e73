/* SPDX-License-Identifier: ISC */
/* keeper HOW - keep a new namespace in a way of its own, print its inode, and wait */
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x80
#endif

static void check(int result, const char *what)
{
	if (result < 0) {
		perror(what);
		exit(1);
	}
}

static void print_inode(const char *file)
{
	struct stat st;

	check(stat(file, &st), file);
	printf("%lu\n", (unsigned long)st.st_ino);
	fflush(stdout);
}

static void print_inode_of(int fd)
{
	char path[40];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	print_inode(path);
}

static int open_net(void)
{
	int fd = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);

	check(fd, "open");
	return fd;
}

static void *leave(void *flags)
{
	check(unshare((int)(long)flags), "unshare");
	print_inode("/proc/thread-self/ns/net");
	pause();
	return NULL;
}

static void keep_by_thread(void)
{
	pthread_t thread;

	check(-pthread_create(&thread, NULL, leave, (void *)(long)CLONE_NEWNET), "thread");
}

/* The leader is gone, a zombie, its thread lives. */
static void keep_by_thread_alone(void)
{
	keep_by_thread();
	pthread_exit(NULL);
}

static void keep_by_socket(void)
{
	int before = open_net(), fd;

	check(unshare(CLONE_NEWNET), "unshare");
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	check(fd, "socket");
	print_inode("/proc/self/ns/net");
	check(setns(before, 0), "setns");
	close(before);
}

static void keep_by_tun(void)
{
	struct ifreq request = { .ifr_flags = IFF_TUN | IFF_NO_PI };
	int before = open_net(), fd;

	check(unshare(CLONE_NEWNET), "unshare");
	fd = open("/dev/net/tun", O_RDWR);
	check(fd, "/dev/net/tun");
	check(ioctl(fd, TUNSETIFF, &request), "TUNSETIFF");
	print_inode("/proc/self/ns/net");
	check(setns(before, 0), "setns");
	close(before);
}

/* A new namespace of which only the descriptor is left. */
static int make_fd(const char *file, int flag)
{
	int before = open(file, O_RDONLY | O_CLOEXEC), fd;

	check(before, file);
	check(unshare(flag), "unshare");
	fd = open(file, O_RDONLY | O_CLOEXEC);
	check(fd, file);
	check(setns(before, 0), "setns");
	close(before);
	print_inode_of(fd);
	return fd;
}

static void keep_by_fd(void)
{
	make_fd("/proc/self/ns/net", CLONE_NEWNET);
}

static void keep_mount_by_fd(void)
{
	make_fd("/proc/self/ns/mnt", CLONE_NEWNS);
}

/* On its way from one socket to another. */
static void send_away(int fd)
{
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int))] = { 0 };
	struct iovec byte = { (void *)"x", 1 };
	struct msghdr message = { .msg_iov = &byte, .msg_iovlen = 1, .msg_control = control,
				  .msg_controllen = sizeof(control) };
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);
	int ends[2];

	check(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), "socketpair");
	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(header), &fd, sizeof(fd));
	check((int)sendmsg(ends[0], &message, 0), "sendmsg");
	close(fd);
}

/* Here its number is printed too: nobody else can ask for it. */
static void keep_in_flight(void)
{
	int fd = make_fd("/proc/self/ns/net", CLONE_NEWNET);
	unsigned long long id;

	check(ioctl(fd, _IOR(0xb7, 13, uint64_t), &id), "NS_GET_ID");
	printf("%llu\n", id);
	fflush(stdout);
	send_away(fd);
}

static void keep_mount_in_flight(void)
{
	send_away(make_fd("/proc/self/ns/mnt", CLONE_NEWNS));
}

/* One that no process has been in yet. */
static void keep_time_for_children(void)
{
	check(unshare(CLONE_NEWTIME), "unshare");
	print_inode("/proc/self/ns/time_for_children");
}

/* One whose process has ended: it takes no other, but stays. */
static void keep_pid_for_children(void)
{
	pid_t pid;

	check(unshare(CLONE_NEWPID), "unshare");
	pid = fork();
	if (pid == 0)
		_exit(0);
	check(waitpid(pid, NULL, 0), "wait");
	print_inode("/proc/self/ns/pid_for_children");
}

int main(int argc, char **argv)
{
	static const struct {
		const char *how;
		void (*keep)(void);
	} ways[] = {
		{ "thread", keep_by_thread }, { "thread-alone", keep_by_thread_alone },
		{ "socket", keep_by_socket }, { "tun", keep_by_tun }, { "fd", keep_by_fd },
		{ "in-flight", keep_in_flight }, { "time", keep_time_for_children },
		{ "pid", keep_pid_for_children }, { "mnt", keep_mount_by_fd },
		{ "mnt-in-flight", keep_mount_in_flight },
	};

	for (size_t i = 0; argc == 2 && i < sizeof(ways) / sizeof(ways[0]); i++)
		if (!strcmp(argv[1], ways[i].how)) {
			ways[i].keep();
			pause();
		}
	return 2;
}
