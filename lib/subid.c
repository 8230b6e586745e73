/* SPDX-License-Identifier: ISC */
/* subid - the subordinate ids of an ordinary user */
#include "subid.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "file.h"
#include "kernel.h"
#include "num.h"
#include "trace.h"
#include "why.h"

/* A line NAME:FIRST:COUNT, where it is this user's. */
static int parse_line(char *line, uid_t uid, const char *name, struct idmap_range *range)
{
	char number[16], *rest = line, *whose = strsep(&rest, ":");
	const char *start = strsep(&rest, ":"), *count = strsep(&rest, "\n");
	uint64_t value;

	snprintf(number, sizeof(number), "%u", uid);
	if (!count || !*whose || (strcmp(whose, number) && strcmp(whose, name)))
		return -1;
	if (num_parse(start, UINT32_MAX, &value) < 0)
		return -1;
	range->outside = (uint32_t)value;
	if (num_parse(count, UINT32_MAX, &value) < 0 || !value)
		return -1;
	range->count = (uint32_t)value;
	return 0;
}

int subid_find(const char *path, uid_t uid, const char *name, struct idmap_range *range)
{
	FILE *file = fopen(path, "re");
	char line[256];
	int found = -1;

	while (file && found < 0 && fgets(line, sizeof(line), file))
		found = parse_line(line, uid, name, range);
	if (file)
		fclose(file);
	errno = ENOENT;
	return found;
}

/* In the child: become the helper. Its words go to `errors`. */
__attribute__((noreturn))
static void run(const char *helper, char **argv, int errors)
{
	static const char *const places[] = { "/usr/bin", "/bin", "/usr/sbin", "/usr/local/bin",
					      "/run/wrappers/bin", NULL };
	char *env[] = { NULL };

	dup2(errors, STDERR_FILENO);
	for (const char *const *place = places; *place; place++) {
		char path[64];

		snprintf(path, sizeof(path), "%s/%s", *place, helper);
		execve(path, argv, env);
	}
	_exit(errno == ENOENT ? 127 : 126);
}

/* What it says is one line, "newuidmap: uid range [0-1) -> [0-1) not allowed". */
static void keep_words(int fd)
{
	char text[200];
	ssize_t length = read(fd, text, sizeof(text) - 1);

	text[length < 0 ? 0 : length] = '\0';
	why_set(text);
}

static int await(pid_t pid, int errors)
{
	int status;

	keep_words(errors);
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -1;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	errno = WIFEXITED(status) && WEXITSTATUS(status) == 127 ? ENOENT : EPERM;
	return -1;
}

static int run_helper(const char *helper, char **argv)
{
	int errors[2];
	pid_t pid;

	if (pipe2(errors, O_CLOEXEC) < 0)
		return -1;
	pid = fork();
	if (pid == 0)
		run(helper, argv, errors[1]);
	close(errors[1]);
	return file_close(errors[0], pid < 0 ? -1 : await(pid, errors[0]));
}

int subid_write(const char *helper, pid_t pid, const struct idmap *map)
{
	char numbers[3 * IDMAP_MAX + 1][12], *argv[3 * IDMAP_MAX + 3], name[16], told[300] = "";
	size_t count = 0, length = 0;

	if (!map->count)
		return 0;
	snprintf(name, sizeof(name), "%s", helper);
	snprintf(numbers[count++], sizeof(*numbers), "%d", (int)pid);
	for (const struct idmap_range *r = map->range; r < map->range + map->count; r++) {
		snprintf(numbers[count++], sizeof(*numbers), "%u", r->inside);
		snprintf(numbers[count++], sizeof(*numbers), "%u", r->outside);
		snprintf(numbers[count++], sizeof(*numbers), "%u", r->count);
		length += (size_t)snprintf(told + length, sizeof(told) - length, "%s%u %u %u",
					   length ? ", " : "", r->inside, r->outside, r->count);
		length = length < sizeof(told) ? length : sizeof(told) - 1;
	}
	argv[0] = name;
	for (size_t i = 0; i < count; i++)
		argv[i + 1] = numbers[i];
	argv[count + 1] = NULL;
	return traced(run_helper(helper, argv), "%s(%d: %s)", helper, (int)pid, told);
}
