/* SPDX-License-Identifier: ISC */
/* rootopt - the options of nsroot that say what a root is made of and what goes into it */
#ifndef NSKIT_ROOTOPT_H
#define NSKIT_ROOTOPT_H

#include "opt.h"
#include "recipe.h"

enum rootopt {
	ROOTOPT_LAYER = OPT_LONG,
	ROOTOPT_HOST,
	ROOTOPT_EMPTY,
	ROOTOPT_FD,
	ROOTOPT_ADD,
	ROOTOPT_OVERLAY,
	ROOTOPT_RO,
	ROOTOPT_NOSUID,
	ROOTOPT_NODEV,
	ROOTOPT_IDMAP,
	ROOTOPT_BARE,
	ROOTOPT_UNMASKED,
	ROOTOPT_BIND,
	ROOTOPT_BIND_FD,
	ROOTOPT_VOLUME,
	ROOTOPT_TMPFS,
	ROOTOPT_PROC,
	ROOTOPT_SYSFS,
	ROOTOPT_DEV,
	ROOTOPT_MQUEUE,
	ROOTOPT_CGROUP,
	ROOTOPT_DIR,
	ROOTOPT_FILE,
	ROOTOPT_SYMLINK,
	ROOTOPT_MASK,
	ROOTOPT_READONLY,
	ROOTOPT_DEVICE,
	ROOTOPT_ETC,
	ROOTOPT_UMOUNT,
	ROOTOPT_END,
};

#define ROOTOPT_TABLE \
	{ ROOTOPT_LAYER, "layer", "DIR", "a layer of the root, topmost first, in place of DIR" }, \
	{ ROOTOPT_HOST, "host", NULL, "this system as a throwaway root: writes vanish" }, \
	{ ROOTOPT_EMPTY, "empty", NULL, "an empty root in memory" }, \
	{ ROOTOPT_FD, "root-fd", "N", "the directory or detached mount that is open as N" }, \
	{ ROOTOPT_ADD, "add", NULL, "keep the root that is there, and add to it" }, \
	{ ROOTOPT_OVERLAY, "overlay", "[=KEEP]", "what is written vanishes, or is kept in KEEP" }, \
	{ ROOTOPT_RO, "ro", NULL, "a read-only root" }, \
	{ ROOTOPT_NOSUID, "nosuid", NULL, "set-user-ID programs of the root give nothing" }, \
	{ ROOTOPT_NODEV, "nodev", NULL, "device nodes of the root can't be opened" }, \
	{ ROOTOPT_IDMAP, "idmap", "[=MAP]", "map the root's ids as in the target, or by MAP" }, \
	{ ROOTOPT_BARE, "bare", NULL, "no /proc, /sys and /dev but those asked for" }, \
	{ ROOTOPT_UNMASKED, "unmasked", NULL, "leave open what is masked in /proc and /sys" }, \
	{ ROOTOPT_BIND, "bind", "BIND", "SRC:DST[:OPTIONS], the file or directory SRC at DST" }, \
	{ ROOTOPT_BIND_FD, "bind-fd", "N:DST", "the same for what is open as descriptor N" }, \
	{ ROOTOPT_VOLUME, "volume", "BIND", "the same with nosuid, nodev, rec" }, \
	{ ROOTOPT_TMPFS, "tmpfs", "TMPFS", "DST[:OPTIONS], a directory in memory" }, \
	{ ROOTOPT_PROC, "proc", NULL, "/proc" }, \
	{ ROOTOPT_SYSFS, "sysfs", NULL, "/sys, read-only" }, \
	{ ROOTOPT_DEV, "dev", NULL, "a small /dev" }, \
	{ ROOTOPT_MQUEUE, "mqueue", NULL, "/dev/mqueue" }, \
	{ ROOTOPT_CGROUP, "cgroup", "[=rw]", "/sys/fs/cgroup, read-only or with rw writable" }, \
	{ ROOTOPT_DIR, "dir", "DST[:mode=M]", "a directory" }, \
	{ ROOTOPT_FILE, "file", "FILE", "DST[:OPTIONS], a file with what standard input holds" }, \
	{ ROOTOPT_SYMLINK, "symlink", "TEXT:DST", "a symbolic link at DST that leads to TEXT" }, \
	{ ROOTOPT_MASK, "mask", "PATH", "hide a file or directory" }, \
	{ ROOTOPT_READONLY, "readonly", "PATH", "make a file or directory read-only" }, \
	{ ROOTOPT_DEVICE, "device", "PATH", "the device PATH, at the same place" }, \
	{ ROOTOPT_ETC, "etc", NULL, "/etc/hostname, hosts and resolv.conf that fit" }, \
	{ ROOTOPT_UMOUNT, "umount", "PATH", "with --add, unmount what is there" }

/* The attributes of a mount by name; a NULL name ends them. */
struct rootopt_attribute {
	const char *name;
	int attribute;
};
extern const struct rootopt_attribute rootopt_attributes[];

/* A recipe that nothing was asked for yet. */
void rootopt_begin(struct recipe *recipe);

/* Take the option `key` with its argument; what is none is refused. */
void rootopt_take(struct recipe *recipe, int key, char *word);

#endif
