/* SPDX-License-Identifier: ISC */
/* account - users and groups by name, in the system that we are in */
#include "account.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "num.h"
#include "proc.h"
#include "trace.h"
#include "why.h"
#include "words.h"

/* In a hostile root the file may be anything: no pipe blocks us, and no device is read. */
static FILE *open_list(const char *path)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	struct stat st;
	FILE *file = NULL;

	if (fd >= 0 && fstat(fd, &st) == 0 && !S_ISREG(st.st_mode))
		errno = EINVAL;
	else if (fd >= 0)
		file = fdopen(fd, "r");
	if (!file) {
		file_close(fd, 0);
		why_set(path);
	}
	return file;
}

static int is_number(const char *text)
{
	return *text >= '0' && *text <= '9';
}

static int parse_number(const char *text, int64_t *id)
{
	uint64_t number;

	if (num_parse(text, UINT32_MAX - 1, &number) < 0)
		return -1;
	*id = (int64_t)number;
	return 0;
}

static int refuse(int error, const char *why, const char *path)
{
	char text[64];

	snprintf(text, sizeof(text), "%s in %s", why, path);
	why_set(text);
	errno = error;
	return -1;
}

/* glibc takes a line that begins with + or - for one of NIS, with id 0. */
static int check_name(const char *name)
{
	errno = EINVAL;
	return *name && *name != '+' && *name != '-' ? 0 : -1;
}

/* To every system call that number is no id. */
static int check_id(uint32_t id, const char *path)
{
	return id == UINT32_MAX ? refuse(ERANGE, "it has no id", path) : 0;
}

static int find_group(const char *name, int64_t *gid)
{
	static const char path[] = "/etc/group";
	FILE *file;
	struct group *entry;
	int result;

	if (is_number(name))
		return parse_number(name, gid);
	if (check_name(name) < 0 || !(file = open_list(path)))
		return -1;
	while ((entry = fgetgrent(file)) && strcmp(entry->gr_name, name) != 0)
		continue;
	result = entry ? check_id(entry->gr_gid, path) : refuse(ENOENT, "no such name", path);
	if (entry && result == 0)
		*gid = entry->gr_gid;
	fclose(file);
	return result;
}

static int find_user(const char *name, struct ids *ids)
{
	static const char path[] = "/etc/passwd";
	FILE *file;
	struct passwd *entry;
	int result;

	if (check_name(name) < 0 || !(file = open_list(path)))
		return -1;
	while ((entry = fgetpwent(file)) && strcmp(entry->pw_name, name) != 0)
		continue;
	if (!entry) {
		result = refuse(ENOENT, "no such name", path);
	} else {
		result = check_id(entry->pw_uid, path) < 0 ? -1 : check_id(entry->pw_gid, path);
		*ids = (struct ids){ entry->pw_uid, entry->pw_gid };
	}
	fclose(file);
	return result;
}

static int add_group(struct account *account, gid_t gid)
{
	account->grouped = 1;
	for (size_t i = 0; i < account->group_count; i++)
		if (account->groups[i] == gid)
			return 0;
	if (account->group_count == ACCOUNT_GROUPS) {
		errno = E2BIG;
		return -1;
	}
	account->groups[account->group_count++] = gid;
	return 0;
}

/* The groups that have `name` as a member, beside that of the user itself. Without the file there
 * are none. */
static int find_groups(const char *name, struct account *account)
{
	FILE *file = open_list("/etc/group");
	int result = add_group(account, (gid_t)account->ids.gid);
	struct group *entry;

	if (!file && errno == ENOENT) {
		why_set("");
		return result;
	}
	if (!file)
		return -1;
	while (result == 0 && (entry = fgetgrent(file)))
		for (char **member = entry->gr_mem; result == 0 && *member; member++)
			if (!strcmp(*member, name) && entry->gr_gid != UINT32_MAX)
				result = add_group(account, entry->gr_gid);
	fclose(file);
	return result;
}

int account_parse_group(const char *text, struct account *account)
{
	account->grouped = 0;
	account->group_count = 0;
	return find_group(text, &account->ids.gid);
}

int account_parse_user(const char *text, struct account *account)
{
	const char *colon = strchr(text, ':');
	size_t length = colon ? (size_t)(colon - text) : strlen(text);
	char name[256];

	errno = EINVAL;
	if (length >= sizeof(name))
		return -1;
	memcpy(name, text, length);
	name[length] = '\0';
	if (is_number(name)) {
		if (parse_number(name, &account->ids.uid) < 0)
			return -1;
		account->ids.gid = account->ids.uid;
	} else if (find_user(name, &account->ids) < 0 ||
		   (!colon && find_groups(name, account) < 0)) {
		return -1;
	}
	return colon ? account_parse_group(colon + 1, account) : 0;
}

static int take_group(const char *word, void *to)
{
	int64_t gid;

	return find_group(word, &gid) < 0 ? -1 : add_group(to, (gid_t)gid);
}

int account_parse_groups(const char *text, struct account *account)
{
	account->grouped = 1;
	account->group_count = 0;
	return strcmp(text, "none") ? words_each(text, take_group, account) : 0;
}

/* Whether this user namespace lets nobody change groups: then those of its maker stay. */
static int is_denied(void)
{
	int self = proc_open(0);
	char text[16];
	int denied = self >= 0 && file_read(self, "setgroups", text, sizeof(text)) > 0 &&
		     !strcmp(text, "deny\n");

	return file_close(self, denied);
}

/* Without the privilege to drop them, it is enough to have none but `gid`. */
static int drop_groups(gid_t gid)
{
	gid_t groups[ACCOUNT_GROUPS];
	int count;

	if (traced(setgroups(0, NULL), "setgroups(none)") == 0)
		return 0;
	if (errno != EPERM)
		return -1;
	count = getgroups(ACCOUNT_GROUPS, groups);
	while (count > 0 && groups[count - 1] == gid)
		count--;
	if (count == 0 || is_denied())
		return 0;
	errno = EPERM;
	return -1;
}

static int set_groups(const struct account *account)
{
	if (account->grouped)
		return traced(setgroups(account->group_count, account->groups),
			      "setgroups(%zu groups)", account->group_count);
	return account->ids.gid < 0 ? 0 : drop_groups((gid_t)account->ids.gid);
}

static int set_all(const struct account *account, const char **step)
{
	*step = "set the supplementary groups";
	if (set_groups(account) < 0)
		return -1;
	*step = "set the group";
	if (ids_set_gid(&account->ids, 1) < 0)
		return -1;
	*step = "set the user";
	return ids_set_uid(&account->ids);
}

int account_set(const struct account *account, const char **step)
{
	int result = set_all(account, step);

	if (result < 0 && errno == EINVAL)
		why_set("this user namespace maps no such id");
	return result;
}
