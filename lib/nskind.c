/* SPDX-License-Identifier: ISC */
/* nskind - the table of the eight kinds of namespace */
#include "nskind.h"

#include <string.h>

#include "kernel.h"

const struct nskind nskinds[NSKIND_COUNT] = {
	{ "user", "NEWUSER", "max_user_namespaces", "3.8", CLONE_NEWUSER, 0xeffffffd, 'U' },
	{ "cgroup", "NEWCGROUP", "max_cgroup_namespaces", "4.6", CLONE_NEWCGROUP, 0xeffffffb, 'C' },
	{ "ipc", "NEWIPC", "max_ipc_namespaces", "2.6.19", CLONE_NEWIPC, 0xefffffff, 'i' },
	{ "uts", "NEWUTS", "max_uts_namespaces", "2.6.19", CLONE_NEWUTS, 0xeffffffe, 'u' },
	{ "net", "NEWNET", "max_net_namespaces", "2.6.24", CLONE_NEWNET, 0, 'n' },
	{ "pid", "NEWPID", "max_pid_namespaces", "2.6.24", CLONE_NEWPID, 0xeffffffc, 'p' },
	{ "mnt", "NEWNS", "max_mnt_namespaces", "2.4.19", CLONE_NEWNS, 0, 'm' },
	{ "time", "NEWTIME", "max_time_namespaces", "5.6", CLONE_NEWTIME, 0xeffffffa, 'T' },
};

const int nskind_all = CLONE_NEWUSER | CLONE_NEWCGROUP | CLONE_NEWIPC | CLONE_NEWUTS |
		       CLONE_NEWNET | CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWTIME;

const struct nskind *nskind_find_letter(int letter)
{
	for (const struct nskind *kind = nskinds; kind < nskinds + NSKIND_COUNT; kind++)
		if (kind->letter == letter)
			return kind;
	return NULL;
}

const struct nskind *nskind_find_name(const char *name)
{
	for (const struct nskind *kind = nskinds; kind < nskinds + NSKIND_COUNT; kind++)
		if (!strcmp(kind->name, name))
			return kind;
	return NULL;
}

const struct nskind *nskind_find_flag(int flag)
{
	for (const struct nskind *kind = nskinds; kind < nskinds + NSKIND_COUNT; kind++)
		if (kind->flag == flag)
			return kind;
	return NULL;
}

const char *nskind_names(int flags, char text[NSKIND_NAMES])
{
	char *end = text;

	*end = '\0';
	for (const struct nskind *kind = nskinds; kind < nskinds + NSKIND_COUNT; kind++) {
		if (!(flags & kind->flag))
			continue;
		if (end > text)
			*end++ = '|';
		end = stpcpy(end, kind->flag_name);
	}
	return text;
}
