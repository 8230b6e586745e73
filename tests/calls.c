/* SPDX-License-Identifier: ISC */
/*
 * calls - what the kernel answers to system calls
 *
 * calls NAME|NUMBER...   call each with arguments that are all -1, and print its errno by name
 * calls --list           the names
 * calls --type TEXT      put TEXT into the terminal's input, by each of the ways there are
 * calls --compat         a system call of the 32-bit architecture
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define CALL(name) { #name, SYS_##name }

static const struct {
	const char *name;
	long number;
} calls[] = {
	CALL(add_key), CALL(request_key), CALL(keyctl), CALL(userfaultfd), CALL(io_uring_setup),
	CALL(io_uring_enter), CALL(io_uring_register), CALL(mount), CALL(umount2),
	CALL(pivot_root), CALL(open_tree), CALL(move_mount), CALL(fsopen), CALL(fsconfig),
	CALL(fsmount), CALL(fspick), CALL(mount_setattr), CALL(setns), CALL(sethostname),
	CALL(setdomainname), CALL(swapon), CALL(swapoff), CALL(quotactl), CALL(fanotify_init),
	CALL(bpf), CALL(perf_event_open), CALL(open_by_handle_at), CALL(reboot), CALL(kexec_load),
	CALL(chroot), CALL(init_module), CALL(finit_module), CALL(delete_module),
	CALL(get_mempolicy), CALL(set_mempolicy), CALL(mbind), CALL(migrate_pages),
	CALL(move_pages), CALL(acct), CALL(kcmp), CALL(pidfd_getfd), CALL(settimeofday),
	CALL(clock_settime), CALL(vhangup), CALL(syslog), CALL(nfsservctl), CALL(lookup_dcookie),
	CALL(unshare), CALL(clone), CALL(personality),
	{ "quotactl_fd", 443 }, { "set_mempolicy_home_node", 450 }, { "open_tree_attr", 467 },
	{ "lsm_get_self_attr", 459 }, { "lsm_set_self_attr", 460 }, { "lsm_list_modules", 461 },
	{ "process_madvise", 440 },
#ifdef SYS_iopl
	CALL(iopl), CALL(ioperm), CALL(kexec_file_load), CALL(sysfs), CALL(ustat), CALL(uselib),
	CALL(_sysctl), CALL(create_module), CALL(query_module), CALL(get_kernel_syms),
	CALL(afs_syscall), CALL(getpmsg), CALL(putpmsg), CALL(security), CALL(tuxcall),
	CALL(vserver),
#endif
};

enum { CALLS = sizeof(calls) / sizeof(calls[0]) };

static void list(void)
{
	for (int i = 0; i < CALLS; i++)
		puts(calls[i].name);
}

static long number(const char *word)
{
	for (int i = 0; i < CALLS; i++)
		if (!strcmp(calls[i].name, word))
			return calls[i].number;
	return strtol(word, NULL, 0);
}

static void call(const char *word)
{
	/* With all bits set, clone(2) would share what can't be shared, and so does nothing. */
	long result = syscall(number(word), -1L, -1L, -1L, -1L, -1L, -1L);

	printf("%s %s\n", word, result == -1 ? strerrorname_np(errno) : "0");
}

/* The kernel takes an int for the request, so what is above it must not matter. */
static int type(const char *text)
{
	int fd = open("/dev/tty", O_RDWR), errors = 0;
	static const unsigned long above[] = { 0, 1UL << 32, 0xffffffffUL << 32 };

	for (int i = 0; i < 3; i++) {
		char paste[2] = { 3 }; /* TIOCL_PASTESEL, of a console */

		errors += syscall(SYS_ioctl, fd, above[i] | TIOCSTI, text) < 0 && errno == EPERM;
		errors += syscall(SYS_ioctl, fd, above[i] | TIOCLINUX, paste) < 0 && errno == EPERM;
	}
	printf("%d of 6 denied\n", errors);
	return fd < 0;
}

static int compat(void)
{
#ifdef __x86_64__
	long result = 20; /* getpid */

	__asm__ volatile("int $0x80" : "+a"(result) : : "memory");
	printf("%d\n", result == getpid());
	return 0;
#else
	return 77;
#endif
}

int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "--list"))
		list();
	else if (argc == 2 && !strcmp(argv[1], "--compat"))
		return compat();
	else if (argc == 3 && !strcmp(argv[1], "--type"))
		return type(argv[2]);
	else
		for (int i = 1; i < argc; i++)
			call(argv[i]);
	return 0;
}
