/* SPDX-License-Identifier: ISC */
/*
 * secfilter - what the default filter answers, without a kernel that has each architecture
 *
 * secfilter CAPS LOG: the capabilities of PROG in hexadecimal digits, 1 for the filter that logs.
 * Then each line "ARCH NUMBER ARGUMENT0 ARGUMENT1" of standard input is answered by what seccomp(2)
 * would do: allow, log, kill, an errno's name, or "broken" where the program leaves its bounds.
 */
#include "secfilter.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int is_true(const struct sock_filter *line, uint32_t value)
{
	switch (BPF_OP(line->code)) {
	case BPF_JEQ: return value == line->k;
	case BPF_JGE: return value >= line->k;
	case BPF_JSET: return (value & line->k) != 0;
	default: abort();
	}
}

/* The instructions that the filter is made of, as the kernel's networking/filter documents them. */
static uint32_t run(const struct secfilter *filter, const struct seccomp_data *data)
{
	uint32_t value = 0;

	for (size_t at = 0; at < filter->length; at++) {
		const struct sock_filter *line = &filter->code[at];

		switch (BPF_CLASS(line->code)) {
		case BPF_LD:
			memcpy(&value, (const char *)data + line->k, sizeof(value));
			break;
		case BPF_JMP:
			at += is_true(line, value) ? line->jt : line->jf;
			break;
		case BPF_RET:
			return line->k;
		}
	}
	return 1;
}

static const char *name(uint32_t answer)
{
	switch (answer & SECCOMP_RET_ACTION_FULL) {
	case SECCOMP_RET_ALLOW: return "allow";
	case SECCOMP_RET_LOG: return "log";
	case SECCOMP_RET_KILL_PROCESS: return "kill";
	case SECCOMP_RET_ERRNO: return strerrorname_np((int)(answer & SECCOMP_RET_DATA));
	default: return "broken";
	}
}

int main(int argc, char **argv)
{
	static struct secfilter filter;
	char line[200];

	if (argc != 3 || secfilter_write(&filter, strtoull(argv[1], NULL, 16), *argv[2] == '1') < 0)
		return 1;
	while (fgets(line, sizeof(line), stdin)) {
		char *at = line;
		struct seccomp_data data = { .arch = (uint32_t)strtoul(at, &at, 0) };

		data.nr = (int)strtoul(at, &at, 0);
		data.args[0] = strtoull(at, &at, 0);
		data.args[1] = strtoull(at, &at, 0);
		puts(name(run(&filter, &data)));
	}
	return 0;
}
