/* SPDX-License-Identifier: ISC */
/* account - users and groups by name, in the system that we are in */
#include "account.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "file.h"
#include "num.h"
#include "user.h"
#include "why.h"
#include "words.h"

/* Whether stat(2) answered so, and that it is a regular file. */
static int is_regular(int result, const struct stat *st)
{
	if (result == 0 && !S_ISREG(st->st_mode)) {
		errno = EINVAL;
		result = -1;
	}
	return result == 0;
}

/* In a hostile root the file may be anything, and another the next moment: a device isn't opened
 * where that can be seen before, none is read, and no pipe blocks us. */
static FILE *open_list(const char *path)
{
	struct stat st;
	FILE *file = NULL;
	int fd = -1;

	if (is_regular(stat(path, &st), &st))
		fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd >= 0 && is_regular(fstat(fd, &st), &st))
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

static int refuse_file(const char *path)
{
	return errno == EFBIG ? refuse(errno, "a line too long, or no text,", path) :
				refuse(errno, "it can't be read", path);
}

/* A line that begins with + or - is one of NIS, and names nobody. */
static int check_name(const char *name)
{
	errno = EINVAL;
	return *name && *name != '+' && *name != '-' ? 0 : -1;
}

/* The first line of `name`, or with NULL that of the number `id`. 1, or 0 where there is none, or
 * -1 with errno and the file's name as why. */
static int find_line(const char *path, const char *name, int64_t id, struct user_line *line)
{
	FILE *file = open_list(path);
	int found;

	if (!file)
		return -1;
	do
		found = user_read_line(file, line);
	while (found > 0 && (name ? strcmp(line->name, name) != 0 : line->id != id));
	fclose(file);
	return found < 0 ? refuse_file(path) : found;
}

/* The line of a name, which has to have an id: another could be taken for root's. */
static int find_name(const char *path, const char *name, struct user_line *line)
{
	int found = check_name(name) < 0 ? -1 : find_line(path, name, 0, line);

	if (found == 0)
		return refuse(ENOENT, "no such name", path);
	if (found > 0 && line->id < 0)
		return refuse(EINVAL, "it has no id", path);
	return found < 0 ? -1 : 0;
}

static int find_group(const char *name, int64_t *gid)
{
	struct user_line line;

	if (is_number(name))
		return parse_number(name, gid);
	if (find_name("/etc/group", name, &line) < 0)
		return -1;
	*gid = line.id;
	return 0;
}

/* The group in a line of /etc/passwd. */
static int64_t read_group(struct user_line *line)
{
	return user_parse_id(strsep(&line->rest, ":"));
}

static int find_user(const char *name, struct ids *ids)
{
	static const char path[] = "/etc/passwd";
	struct user_line line;

	if (find_name(path, name, &line) < 0)
		return -1;
	*ids = (struct ids){ line.id, read_group(&line) };
	return ids->gid < 0 ? refuse(EINVAL, "its group has no id", path) : 0;
}

static int add_group(struct account *account, gid_t gid)
{
	account->grouped = 1;
	for (size_t i = 0; i < account->group_count; i++)
		if (account->groups[i] == gid)
			return 0;
	if (account->group_count == ACCOUNT_GROUPS) {
		why_set("in more than 256 groups");
		errno = E2BIG;
		return -1;
	}
	account->groups[account->group_count++] = gid;
	return 0;
}

/* The group of the line, if `name` is one of its members. */
static int add_group_of(struct account *account, struct user_line *line, const char *name)
{
	const char *member;

	while (line->id >= 0 && (member = strsep(&line->rest, ",")))
		if (!strcmp(member, name))
			return add_group(account, (gid_t)line->id);
	return 0;
}

/* The groups that have `name` as a member, beside that of the user itself. Without the file there
 * are none. */
static int find_groups(const char *name, struct account *account)
{
	static const char path[] = "/etc/group";
	FILE *file = open_list(path);
	int result = add_group(account, (gid_t)account->ids.gid), found = 1;
	struct user_line line;

	if (!file && errno == ENOENT) {
		why_set("");
		return result;
	}
	if (!file)
		return -1;
	while (result == 0 && (found = user_read_line(file, &line)) > 0)
		result = add_group_of(account, &line, name);
	fclose(file);
	return found < 0 ? refuse_file(path) : result;
}

int account_parse_group(const char *text, struct account *account)
{
	account->grouped = account->guessed = 0;
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
		account->guessed = 1;
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
	account->grouped = account->asked = 1;
	account->group_count = 0;
	return strcmp(text, "none") ? words_each(text, take_group, account) : 0;
}

/* Whether the number of a user is also that of its group, by /etc/passwd. */
static int is_own_group(int64_t id)
{
	struct user_line line;
	int found = find_line("/etc/passwd", NULL, id, &line);

	if (found < 0)
		return errno == ENOENT ? 0 : -1;
	return found && read_group(&line) == id;
}

int account_check(const struct account *account)
{
	int64_t id = account->ids.gid;
	struct user_line line;
	int found = account->guessed && id ? find_line("/etc/group", NULL, id, &line) : 0, own;
	char text[WHY_TEXT];

	if (found < 0 && errno != ENOENT)
		return -1;
	why_set("");
	if (found <= 0)
		return 0;
	snprintf(text, sizeof(text), "group %lld is %s here, and not this user's: say USER:GROUP",
		 (long long)id, line.name);
	own = is_own_group(id);
	if (own == 0) {
		why_set(text);
		errno = EINVAL;
	}
	return own > 0 ? 0 : -1;
}
