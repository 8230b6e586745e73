/* SPDX-License-Identifier: ISC */
/*
 * race - time commands against each other
 *
 *   race ROUNDS BEFORE COMMAND... ::: COMMAND... [::: COMMAND...]
 *
 * In each round every command runs once, one after the other: what slows the machine down slows all
 * of them. BEFORE, where it isn't empty, is a shell command that runs before each, untimed. Prints
 * each command's median in microseconds, in one line. A run that fails is run again; where one in
 * ten does, the race ends.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { RUNNERS = 4, ROUNDS = 10000 };

extern char **environ;

static int64_t times[RUNNERS][ROUNDS];

static int64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000LL + time.tv_nsec;
}

/* The wait status of the command. */
static int run(char **command)
{
	pid_t pid;
	int status;

	if (!command[0])
		errx(1, "no command");
	errno = posix_spawnp(&pid, command[0], NULL, NULL, command, environ);
	if (errno)
		err(1, "run '%s'", command[0]);
	if (waitpid(pid, &status, 0) < 0)
		err(1, "wait");
	return status;
}

/* The time that the command takes. */
static int64_t measure(char **before, char **command)
{
	int64_t start;

	if (*before[2] && run(before))
		errx(1, "'%s' failed", before[2]);
	start = now();
	return run(command) ? -1 : now() - start;
}

static int compare(const void *a, const void *b)
{
	int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;

	return (left > right) - (left < right);
}

/* Cut the words at ":::" into commands. */
static int split(char **words, char ***commands)
{
	int count = 0;

	commands[count++] = words;
	for (; *words; words++) {
		if (strcmp(*words, ":::"))
			continue;
		if (count == RUNNERS)
			errx(1, "more than %d commands", RUNNERS);
		*words = NULL;
		commands[count++] = words + 1;
	}
	return count;
}

int main(int argc, char **argv)
{
	char shell[] = "/bin/sh", option[] = "-c";
	char **commands[RUNNERS], *before[] = { shell, option, NULL, NULL };
	int rounds = argc > 3 ? atoi(argv[1]) : 0, count, out, quiet, failed = 0;

	if (rounds < 1 || rounds > ROUNDS)
		errx(1, "usage: race ROUNDS BEFORE COMMAND... ::: COMMAND... [::: COMMAND...]");
	before[2] = argv[2];
	count = split(argv + 3, commands);
	out = dup(STDOUT_FILENO);
	quiet = open("/dev/null", O_WRONLY);
	dup2(quiet, STDOUT_FILENO);

	for (int round = -2; round < rounds; round++) /* two to warm up */
		for (int i = 0; i < count; i++) {
			int64_t time;

			while ((time = measure(before, commands[i])) < 0)
				if (++failed > rounds / 10)
					errx(1, "'%s' fails", commands[i][0]);
			if (round >= 0)
				times[i][round] = time;
		}

	for (int i = 0; i < count; i++) {
		qsort(times[i], (size_t)rounds, sizeof(times[i][0]), compare);
		dprintf(out, "%s%lld", i ? " " : "", (long long)times[i][rounds / 2] / 1000);
	}
	dprintf(out, "\n");
	return 0;
}
