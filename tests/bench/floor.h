/* SPDX-License-Identifier: ISC */
/* floor - what the programs that measure the least cost of a container have in common */
#ifndef NSKIT_BENCH_FLOOR_H
#define NSKIT_BENCH_FLOOR_H

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

/* A device of the host's, where none may be made. */
static void bind_device(int dev, const char *name)
{
	int host = open("/dev", O_PATH | O_DIRECTORY | O_CLOEXEC), mount;

	mount = sys_open_tree(host, name, KERNEL_OPEN_TREE_CLONE);
	close(openat(dev, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
	sys_move_mount(mount, "", dev, name, ATTACH);
	close(mount);
	close(host);
}

static void furnish_dev(int dev, int owned)
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
		if (owned)
			bind_device(dev, nodes[i].name);
		else
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

/* An empty, read-only file or directory of `scratch`, detached. */
static int open_empty(int scratch, const char *name, int file)
{
	struct kernel_mount_attr_args readonly = { .set = KERNEL_MOUNT_ATTR_RDONLY };
	int mount;

	if (file)
		close(openat(scratch, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0444));
	else
		mkdirat(scratch, name, 0555);
	mount = sys_open_tree(scratch, name, KERNEL_OPEN_TREE_CLONE);
	sys_mount_setattr(mount, 0, &readonly);
	return mount;
}

static int open_below(int dir, const char *path)
{
	struct open_how how = { .flags = O_PATH | O_CLOEXEC,
				.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS };

	return sys_openat2(dir, path, &how);
}

/* Lay a copy of `empty`, or with -1 a read-only one of itself, over `path`, where it exists. */
static void cover(int dir, const char *path, int empty)
{
	struct kernel_mount_attr_args readonly = { .set = KERNEL_MOUNT_ATTR_RDONLY };
	int target = open_below(dir, path), mount;

	if (target < 0)
		return;
	mount = sys_open_tree(empty < 0 ? target : empty, "", KERNEL_OPEN_TREE_CLONE |
			      AT_EMPTY_PATH | (empty < 0 ? KERNEL_AT_RECURSIVE : 0));
	if (empty < 0)
		sys_mount_setattr(mount, KERNEL_AT_RECURSIVE, &readonly);
	sys_move_mount(mount, "", target, "", ATTACH | KERNEL_MOVE_MOUNT_T_EMPTY_PATH);
	close(mount);
	close(target);
}

static void mask(int proc, int sys)
{
	static const char *const files[] = { "interrupts", "kcore", "keys", "latency_stats",
					     "sched_debug", "timer_list", "timer_stats" };
	static const char *const dirs[] = { "acpi", "asound", "scsi" };
	static const char *const readonly[] = { "bus", "fs", "irq", "sys", "sysrq-trigger" };
	int fs = sys_fsopen("tmpfs"), scratch, file, dir;

	sys_fsconfig(fs, KERNEL_FSCONFIG_SET_STRING, "mode", "0755");
	sys_fsconfig(fs, KERNEL_FSCONFIG_CMD_CREATE, NULL, NULL);
	scratch = sys_fsmount(fs, KERNEL_MOUNT_ATTR_NOSUID | KERNEL_MOUNT_ATTR_NODEV);
	close(fs);
	file = open_empty(scratch, "0", 1);
	dir = open_empty(scratch, "1", 0);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		cover(proc, files[i], file);
	for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++)
		cover(proc, dirs[i], dir);
	for (size_t i = 0; i < sizeof(readonly) / sizeof(readonly[0]); i++)
		cover(proc, readonly[i], -1);
	cover(sys, "firmware", dir);
	cover(sys, "devices/virtual/powercap", dir);
	close(file);
	close(dir);
	close(scratch);
}

/* `owned`: by a user namespace that isn't the system's. */
static void furnish(const char *dir, int owned)
{
	struct kernel_mount_attr_args private = { .propagation = MS_PRIVATE };
	int root, dev, proc, sys;

	root = sys_open_tree(AT_FDCWD, dir, KERNEL_OPEN_TREE_CLONE | KERNEL_AT_RECURSIVE);
	sys_mount_setattr(root, KERNEL_AT_RECURSIVE, &private);
	proc = attach("proc", NULL, NULL, PLAIN, root, "proc");
	sys = attach("sysfs", NULL, NULL, PLAIN | KERNEL_MOUNT_ATTR_RDONLY, root, "sys");
	mask(proc, sys);
	close(proc);
	close(sys);
	umask(0);
	dev = attach("tmpfs", "mode", "0755", KERNEL_MOUNT_ATTR_NOSUID, root, "dev");
	furnish_dev(dev, owned);
	close(dev);
	mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL);
	sys_move_mount(root, "", AT_FDCWD, "/tmp", ATTACH);
	fchdir(root);
	sys_pivot_root(".", ".");
	umount2(".", MNT_DETACH);
	chdir("/");
	close(root);
}

#endif
