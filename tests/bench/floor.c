/* SPDX-License-Identifier: ISC */
/*
 * floor - what a full container costs at the least
 *
 *   floor DIR NAME PROG
 *
 * Makes the system calls that build what `nsnew -a -- nsroot DIR -- nshost NAME -- PROG` builds as
 * root, and nothing else: no options, no checks, no messages, no programs in between.
 */
#include <fcntl.h>
#include <net/if.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kernel.h"

enum {
	PLAIN = KERNEL_MOUNT_ATTR_NOSUID | KERNEL_MOUNT_ATTR_NODEV | KERNEL_MOUNT_ATTR_NOEXEC,
	ATTACH = KERNEL_MOVE_MOUNT_F_EMPTY_PATH,
};

/* A mount of file system `type` with option key=value, on `path` below `dir`. Returns it. */
static int attach(const char *type, const char *key, const char *value, unsigned int attributes,
		  int dir, const char *path)
{
	int fs = sys_fsopen(type), mount;

	if (key)
		sys_fsconfig(fs, KERNEL_FSCONFIG_SET_STRING, key, value);
	sys_fsconfig(fs, KERNEL_FSCONFIG_CMD_CREATE, NULL, NULL);
	mount = sys_fsmount(fs, attributes);
	close(fs);
	sys_move_mount(mount, "", dir, path, ATTACH);
	return mount;
}

static void raise_lo(void)
{
	struct ifreq lo = { .ifr_name = "lo", .ifr_flags = IFF_UP | IFF_LOOPBACK };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	ioctl(fd, SIOCSIFFLAGS, &lo);
	close(fd);
}

static void furnish_dev(int dev)
{
	static const struct {
		const char *name;
		unsigned int major, minor;
	} nodes[] = { { "null", 1, 3 },	   { "zero", 1, 5 }, { "full", 1, 7 },
		      { "random", 1, 8 },  { "urandom", 1, 9 }, { "tty", 5, 0 } };
	static const char *const links[][2] = {
		{ "/proc/self/fd", "fd" },	 { "/proc/self/fd/0", "stdin" },
		{ "/proc/self/fd/1", "stdout" }, { "/proc/self/fd/2", "stderr" },
		{ "pts/ptmx", "ptmx" },
	};

	for (size_t i = 0; i < sizeof(nodes) / sizeof(nodes[0]); i++)
		mknodat(dev, nodes[i].name, S_IFCHR | 0666,
			makedev(nodes[i].major, nodes[i].minor));
	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++)
		symlinkat(links[i][0], dev, links[i][1]);
	mkdirat(dev, "pts", 0755);
	mkdirat(dev, "shm", 0755);
	mkdirat(dev, "mqueue", 0755);
	close(attach("devpts", "ptmxmode", "0666", PLAIN & ~KERNEL_MOUNT_ATTR_NODEV, dev, "pts"));
	close(attach("tmpfs", "mode", "1777", PLAIN, dev, "shm"));
	close(attach("mqueue", NULL, NULL, PLAIN, dev, "mqueue"));
}

static void furnish(const char *dir)
{
	struct kernel_mount_attr_args private = { .propagation = MS_PRIVATE };
	int root, dev;

	mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL);
	close(attach("proc", NULL, NULL, PLAIN, AT_FDCWD, "/proc"));
	raise_lo();
	root = sys_open_tree(AT_FDCWD, dir, KERNEL_OPEN_TREE_CLONE | KERNEL_AT_RECURSIVE);
	sys_mount_setattr(root, KERNEL_AT_RECURSIVE, &private);
	close(attach("proc", NULL, NULL, PLAIN, root, "proc"));
	close(attach("sysfs", NULL, NULL, PLAIN | KERNEL_MOUNT_ATTR_RDONLY, root, "sys"));
	umask(0);
	dev = attach("tmpfs", "mode", "0755", KERNEL_MOUNT_ATTR_NOSUID, root, "dev");
	furnish_dev(dev);
	close(dev);
	sys_move_mount(root, "", AT_FDCWD, "/tmp", ATTACH);
	fchdir(root);
	sys_pivot_root(".", ".");
	umount2(".", MNT_DETACH);
	chdir("/");
	close(root);
}

int main(int argc, char **argv)
{
	struct clone3_args args = {
		.flags = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC |
			 CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWTIME,
		.exit_signal = SIGCHLD,
	};
	siginfo_t info = { .si_status = 1 };

	if (argc < 4)
		return 125;
	if (sys_clone3(&args) == 0) {
		furnish(argv[1]);
		sethostname(argv[2], strlen(argv[2]));
		execv(argv[3], argv + 3);
		_exit(127);
	}
	waitid(P_ALL, 0, &info, WEXITED);
	return info.si_status;
}
