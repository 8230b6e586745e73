/* SPDX-License-Identifier: ISC */
/* secfilter - the filter on system calls that PROG gets */
#include "secfilter.h"

#include <errno.h>
#include <linux/capability.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/personality.h>
#include <sys/socket.h>

#include "bpf.h"
#include "file.h"
#include "kernel.h"
#include "why.h"

/* The last number that was looked at: file_setattr(2), Linux 6.17. */
enum { LAST = 469 };

/* From 424 on every architecture has the same numbers; libc's headers may be older. */
enum { COMMON = 424 };

/* Below, numbers that no system call had by Linux 6.18; it is the architecture's own that come. */
static const struct {
	uint32_t first, end;
} gaps[] = {
#ifdef __x86_64__
	{ 337, COMMON },
#else
	{ 244, 260 },
	{ 295, COMMON },
#endif
};

#ifndef SYS_process_madvise
#define SYS_process_madvise 440 /* Linux 5.10 */
#endif
#ifndef SYS_quotactl_fd
#define SYS_quotactl_fd 443 /* Linux 5.14 */
#endif
#ifndef SYS_set_mempolicy_home_node
#define SYS_set_mempolicy_home_node 450 /* Linux 5.17 */
#endif
#ifndef SYS_lsm_get_self_attr
#define SYS_lsm_get_self_attr 459 /* Linux 6.8, as the next two */
#define SYS_lsm_set_self_attr 460
#define SYS_lsm_list_modules 461
#endif
#ifndef SYS_open_tree_attr
#define SYS_open_tree_attr 467 /* Linux 6.15 */
#endif

#define NAMESPACES \
	(CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | \
	 CLONE_NEWPID | CLONE_NEWNET)
#define OWN_NUMBERING 0x20000 /* UNAME26 of personality(2) */

#define DENY ANSWER(EPERM)

enum { NOBODY = -1 }; /* no capability lets PROG have it */

/* By the capability that the kernel asks for, or that makes it harmless to have. */
static const struct denied {
	int cap, call;
} denied[] = {
	/* Not bounded by any namespace: keys, what hands kernel memory or faults to PROG, another
	 * kernel, swap, and where pages lie. */
	{ NOBODY, SYS_add_key },
	{ NOBODY, SYS_request_key },
	{ NOBODY, SYS_keyctl },
	{ NOBODY, SYS_userfaultfd },
	{ NOBODY, SYS_io_uring_setup },
	{ NOBODY, SYS_io_uring_enter },
	{ NOBODY, SYS_io_uring_register },
	{ NOBODY, SYS_kexec_load },
#ifdef SYS_kexec_file_load
	{ NOBODY, SYS_kexec_file_load },
#endif
	{ NOBODY, SYS_swapon },
	{ NOBODY, SYS_swapoff },
	{ NOBODY, SYS_migrate_pages },
	{ NOBODY, SYS_move_pages },
	/* Of the past. */
	{ NOBODY, SYS_nfsservctl },
	{ NOBODY, SYS_lookup_dcookie },
#ifdef SYS_sysfs
	{ NOBODY, SYS_sysfs },
	{ NOBODY, SYS_ustat },
	{ NOBODY, SYS_uselib },
	{ NOBODY, SYS__sysctl },
	{ NOBODY, SYS_create_module },
	{ NOBODY, SYS_query_module },
	{ NOBODY, SYS_get_kernel_syms },
	{ NOBODY, SYS_afs_syscall },
	{ NOBODY, SYS_getpmsg },
	{ NOBODY, SYS_putpmsg },
	{ NOBODY, SYS_security },
	{ NOBODY, SYS_tuxcall },
	{ NOBODY, SYS_vserver },
#endif
	{ CAP_SYS_ADMIN, SYS_mount },
	{ CAP_SYS_ADMIN, SYS_umount2 },
	{ CAP_SYS_ADMIN, SYS_pivot_root },
	{ CAP_SYS_ADMIN, SYS_open_tree },
	{ CAP_SYS_ADMIN, SYS_open_tree_attr },
	{ CAP_SYS_ADMIN, SYS_move_mount },
	{ CAP_SYS_ADMIN, SYS_fsopen },
	{ CAP_SYS_ADMIN, SYS_fsconfig },
	{ CAP_SYS_ADMIN, SYS_fsmount },
	{ CAP_SYS_ADMIN, SYS_fspick },
	{ CAP_SYS_ADMIN, SYS_mount_setattr },
	{ CAP_SYS_ADMIN, SYS_setns },
	{ CAP_SYS_ADMIN, SYS_sethostname },
	{ CAP_SYS_ADMIN, SYS_setdomainname },
	{ CAP_SYS_ADMIN, SYS_quotactl },
	{ CAP_SYS_ADMIN, SYS_quotactl_fd },
	{ CAP_SYS_ADMIN, SYS_fanotify_init },
	{ CAP_SYS_ADMIN, SYS_lsm_get_self_attr },
	{ CAP_SYS_ADMIN, SYS_lsm_set_self_attr },
	{ CAP_SYS_ADMIN, SYS_lsm_list_modules },
	{ CAP_BPF, SYS_bpf },
	{ CAP_PERFMON, SYS_perf_event_open },
	{ CAP_DAC_READ_SEARCH, SYS_open_by_handle_at },
	{ CAP_SYS_BOOT, SYS_reboot },
	{ CAP_SYS_CHROOT, SYS_chroot },
	{ CAP_SYS_MODULE, SYS_init_module },
	{ CAP_SYS_MODULE, SYS_finit_module },
	{ CAP_SYS_MODULE, SYS_delete_module },
	{ CAP_SYS_NICE, SYS_get_mempolicy },
	{ CAP_SYS_NICE, SYS_set_mempolicy },
	{ CAP_SYS_NICE, SYS_set_mempolicy_home_node },
	{ CAP_SYS_NICE, SYS_mbind },
	{ CAP_SYS_PACCT, SYS_acct },
	{ CAP_SYS_PTRACE, SYS_kcmp },
	{ CAP_SYS_PTRACE, SYS_pidfd_getfd },
	{ CAP_SYS_PTRACE, SYS_process_madvise },
#ifdef SYS_iopl
	{ CAP_SYS_RAWIO, SYS_iopl },
	{ CAP_SYS_RAWIO, SYS_ioperm },
#endif
	{ CAP_SYS_TIME, SYS_settimeofday },
	{ CAP_SYS_TIME, SYS_clock_settime },
	{ CAP_SYS_TTY_CONFIG, SYS_vhangup },
	{ CAP_SYSLOG, SYS_syslog },
};

/* One of another architecture has another meaning by the same number, so that comes first. */
static const struct sock_filter beginning[] = {
	LOAD(arch),
	UNLESS_EQUAL(BPF_ARCH, 1),
	BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
	LOAD(nr),
	IF_AT_LEAST(LAST + 1, 1),
	ANSWER(ENOSYS),
};

/* What depends on an argument ends within its lines: the number isn't loaded any more. */
static const struct sock_filter arguments[] = {
	/* Both put words into the terminal's input, as if its user had typed them. */
	IF_EQUAL(SYS_ioctl, 5),
	LOAD_ARGUMENT(1),
	UNLESS_EQUAL(TIOCSTI, 1),
	IF_EQUAL(TIOCLINUX, 1),
	DENY,
	ALLOW,
	/* The personalities of common programs; others weaken what protects from attacks. */
	IF_EQUAL(SYS_personality, 8),
	LOAD_ARGUMENT(0),
	UNLESS_EQUAL(PER_LINUX, 6),
	UNLESS_EQUAL(PER_LINUX32, 5),
	UNLESS_EQUAL(OWN_NUMBERING | PER_LINUX, 4),
	UNLESS_EQUAL(OWN_NUMBERING | PER_LINUX32, 3),
	UNLESS_EQUAL(0xffffffff, 2), /* asks which it is */
	DENY,
	ALLOW,
	/* The kernel's cryptography works on pages that others have too (CVE-2026-31431), and the
	 * addresses of VM sockets are those of the machine, whatever the network namespace. */
	IF_EQUAL(SYS_socket, 5),
	LOAD_ARGUMENT(0),
	UNLESS_EQUAL(AF_ALG, 1),
	IF_EQUAL(AF_VSOCK, 1),
	DENY,
	ALLOW,
};

/* Without CAP_SYS_ADMIN. */
static const struct sock_filter namespaces[] = {
	IF_EQUAL(SYS_clone, 4),
	LOAD_ARGUMENT(0),
	IF_ANY(NAMESPACES, 1),
	DENY,
	ALLOW,
	IF_EQUAL(SYS_unshare, 4),
	LOAD_ARGUMENT(0),
	IF_ANY(NAMESPACES | CLONE_NEWTIME, 1),
	DENY,
	ALLOW,
};

static const struct sock_filter no_clone3[] = {
	IF_EQUAL(SYS_clone3, 1),
	ANSWER(ENOSYS),
};

static void add(struct secfilter *filter, const struct sock_filter *code, size_t length)
{
	memcpy(filter->code + filter->length, code, length * sizeof(*code));
	filter->length += length;
}

#define ADD(filter, code) add(filter, code, sizeof(code) / sizeof((code)[0]))

static void add_gaps(struct secfilter *filter)
{
	for (size_t i = 0; i < sizeof(gaps) / sizeof(gaps[0]); i++) {
		const struct sock_filter lines[] = {
			IF_AT_LEAST(gaps[i].first, 2),
			UNLESS_AT_LEAST(gaps[i].end, 1),
			ANSWER(ENOSYS),
		};

		ADD(filter, lines);
	}
}

static void add_denied(struct secfilter *filter, uint64_t caps)
{
	for (size_t i = 0; i < sizeof(denied) / sizeof(denied[0]); i++) {
		const struct sock_filter lines[] = {
			IF_EQUAL((uint32_t)denied[i].call, 1),
			DENY,
		};

		if (denied[i].cap == NOBODY || !(caps >> denied[i].cap & 1))
			ADD(filter, lines);
	}
}

static void log_instead(struct secfilter *filter)
{
	for (struct sock_filter *line = filter->code; line < filter->code + filter->length; line++)
		if (line->code == (BPF_RET | BPF_K) && line->k != SECCOMP_RET_ALLOW)
			line->k = SECCOMP_RET_LOG;
}

int secfilter_write(struct secfilter *filter, uint64_t caps, int log)
{
	const struct sock_filter end[] = { ALLOW };
	int admin = caps >> CAP_SYS_ADMIN & 1;

	if (!BPF_ARCH) {
		errno = ENOTSUP;
		return -1;
	}
	if (admin) /* stands for those that were made of it, too */
		caps |= (uint64_t)1 << CAP_BPF | (uint64_t)1 << CAP_PERFMON;
	filter->length = 0;
	ADD(filter, beginning);
	add_gaps(filter);
	ADD(filter, arguments);
	if (!admin)
		ADD(filter, namespaces);
	if (!admin && !log) /* every thread would be in the log */
		ADD(filter, no_clone3);
	add_denied(filter, caps);
	ADD(filter, end);
	if (log)
		log_instead(filter);
	return 0;
}

int secfilter_read(struct secfilter *filter, const char *path)
{
	char text[sizeof(filter->code) + 1];
	ssize_t length = file_read(AT_FDCWD, path, text, sizeof(text));

	if (length < 0)
		return -1;
	if (!length || (size_t)length % sizeof(*filter->code)) {
		errno = EINVAL;
		return -1;
	}
	memcpy(filter->code, text, (size_t)length);
	filter->length = (size_t)length / sizeof(*filter->code);
	if (BPF_CLASS(filter->code[filter->length - 1].code) == BPF_RET)
		return 0;
	why_set("no compiled filter, which ends with an answer");
	errno = EINVAL;
	return -1;
}
