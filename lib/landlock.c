/* SPDX-License-Identifier: ISC */
/* landlock - which files a process reaches, and whom else */
#include "landlock.h"

#include <errno.h>
#include <linux/landlock.h>
#include <string.h>
#include <sys/stat.h>

#include "file.h"
#include "kernel.h"
#include "trace.h"
#include "why.h"
#include "words.h"

/* Where the header is older than the kernel. */
#define TRUNCATE (UINT64_C(1) << 14)	/* ABI 3, Linux 6.2 */
#define IOCTL_DEV (UINT64_C(1) << 15)	/* ABI 5, Linux 6.10 */
enum { ABI_TRUNCATE = 3, ABI_IOCTL_DEV = 5, ABI_SCOPES = 6 };

#define READ \
	(LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
/* Every right of ABI 3; they are numbered from 0 on. */
#define ALL (2 * TRUNCATE - 1)
/* Those that a file which is no directory can have. */
#define OF_FILES \
	(LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE | \
	 LANDLOCK_ACCESS_FS_READ_FILE | TRUNCATE | IOCTL_DEV)

static int take(const char *word, void *to)
{
	int scope = !strcmp(word, "abstract") ? LANDLOCK_ABSTRACT :
		    !strcmp(word, "signal") ? LANDLOCK_SIGNALS : 0;

	*(int *)to |= scope;
	errno = EINVAL;
	return scope ? 0 : -1;
}

int landlock_parse(const char *text, int *scopes)
{
	return words_each(text, take, scopes);
}

static int refuse(const char *why)
{
	why_set(why);
	errno = ENOTSUP;
	return -1;
}

static int read_abi(void)
{
	int abi = (int)syscall(SYS_landlock_create_ruleset, NULL, 0,
			       LANDLOCK_CREATE_RULESET_VERSION);

	if (abi < 0 && errno == EOPNOTSUPP)
		why_set("Landlock is switched off");
	if (abi < 0 && errno == ENOSYS)
		why_set("Landlock came with Linux 5.13");
	return abi;
}

int landlock_open(struct landlock *rules, int files, int scopes)
{
	int abi = read_abi();
	struct kernel_landlock_rules ruled = { .scopes = (uint64_t)scopes };

	if (abi < 0)
		return -1;
	if (files && abi < ABI_TRUNCATE)
		return refuse("Landlock rules truncating since Linux 6.2");
	if (scopes && abi < ABI_SCOPES)
		return refuse("Landlock has scopes since Linux 6.12");
	if (files)
		ruled.files = abi < ABI_IOCTL_DEV ? ALL : ALL | IOCTL_DEV;
	rules->files = ruled.files;
	rules->fd = (int)syscall(SYS_landlock_create_ruleset, &ruled, sizeof(ruled), 0);
	return rules->fd < 0 ? -1 : 0;
}

int landlock_add_fd(const struct landlock *rules, int fd, int writable)
{
	struct landlock_path_beneath_attr rule = {
		.allowed_access = writable ? rules->files : READ,
		.parent_fd = fd,
	};
	struct stat st;

	if (fstat(fd, &st) < 0)
		return -1;
	if (!S_ISDIR(st.st_mode))
		rule.allowed_access &= OF_FILES;
	return (int)syscall(SYS_landlock_add_rule, rules->fd, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
}

int landlock_add(const struct landlock *rules, const char *path, int writable)
{
	int fd = open(path, O_PATH | O_CLOEXEC), result;

	if (fd < 0)
		return -1;
	result = landlock_add_fd(rules, fd, writable);
	return traced(file_close(fd, result), "landlock_add_rule(%s, %s)", path,
		      writable ? "rw" : "ro");
}

int landlock_enter(const struct landlock *rules)
{
	return traced((int)syscall(SYS_landlock_restrict_self, rules->fd, 0),
		      "landlock_restrict_self()");
}
