/* SPDX-License-Identifier: ISC */
/* capname - capabilities by name, number and preset */
#include "capname.h"

#include <linux/capability.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "num.h"
#include "words.h"

#define BIT(cap) ((uint64_t)1 << (cap))

enum { CAPS = 64 }; /* as many as the kernel's sets have room for */

static const char *const names[CAPS] = {
	[CAP_CHOWN] = "chown",
	[CAP_DAC_OVERRIDE] = "dac_override",
	[CAP_DAC_READ_SEARCH] = "dac_read_search",
	[CAP_FOWNER] = "fowner",
	[CAP_FSETID] = "fsetid",
	[CAP_KILL] = "kill",
	[CAP_SETGID] = "setgid",
	[CAP_SETUID] = "setuid",
	[CAP_SETPCAP] = "setpcap",
	[CAP_LINUX_IMMUTABLE] = "linux_immutable",
	[CAP_NET_BIND_SERVICE] = "net_bind_service",
	[CAP_NET_BROADCAST] = "net_broadcast",
	[CAP_NET_ADMIN] = "net_admin",
	[CAP_NET_RAW] = "net_raw",
	[CAP_IPC_LOCK] = "ipc_lock",
	[CAP_IPC_OWNER] = "ipc_owner",
	[CAP_SYS_MODULE] = "sys_module",
	[CAP_SYS_RAWIO] = "sys_rawio",
	[CAP_SYS_CHROOT] = "sys_chroot",
	[CAP_SYS_PTRACE] = "sys_ptrace",
	[CAP_SYS_PACCT] = "sys_pacct",
	[CAP_SYS_ADMIN] = "sys_admin",
	[CAP_SYS_BOOT] = "sys_boot",
	[CAP_SYS_NICE] = "sys_nice",
	[CAP_SYS_RESOURCE] = "sys_resource",
	[CAP_SYS_TIME] = "sys_time",
	[CAP_SYS_TTY_CONFIG] = "sys_tty_config",
	[CAP_MKNOD] = "mknod",
	[CAP_LEASE] = "lease",
	[CAP_AUDIT_WRITE] = "audit_write",
	[CAP_AUDIT_CONTROL] = "audit_control",
	[CAP_SETFCAP] = "setfcap",
	[CAP_MAC_OVERRIDE] = "mac_override",
	[CAP_MAC_ADMIN] = "mac_admin",
	[CAP_SYSLOG] = "syslog",
	[CAP_WAKE_ALARM] = "wake_alarm",
	[CAP_BLOCK_SUSPEND] = "block_suspend",
	[CAP_AUDIT_READ] = "audit_read",
	[CAP_PERFMON] = "perfmon",		/* Linux 5.8, as the next */
	[CAP_BPF] = "bpf",
	[CAP_CHECKPOINT_RESTORE] = "checkpoint_restore", /* Linux 5.9 */
};

static const struct {
	const char *word;
	uint64_t caps;
} presets[] = {
	{ "none", 0 },
	{ "all", UINT64_MAX },
	/* The set of Docker and containerd without mknod, which podman's hasn't either: what theirs
	 * makes a control group of devices forbids to open, and there needn't be one here. */
	{ "default", BIT(CAP_CHOWN) | BIT(CAP_DAC_OVERRIDE) | BIT(CAP_FOWNER) | BIT(CAP_FSETID) |
		     BIT(CAP_KILL) | BIT(CAP_SETGID) | BIT(CAP_SETUID) | BIT(CAP_SETPCAP) |
		     BIT(CAP_NET_BIND_SERVICE) | BIT(CAP_NET_RAW) | BIT(CAP_SYS_CHROOT) |
		     BIT(CAP_AUDIT_WRITE) | BIT(CAP_SETFCAP) },
};

static int find_number(const char *word)
{
	uint64_t number;

	if (*word >= '0' && *word <= '9')
		return num_parse(word, CAPS - 1, &number) < 0 ? -1 : (int)number;
	if (!strncasecmp(word, "cap_", 4))
		word += 4;
	for (int cap = 0; cap < CAPS; cap++)
		if (names[cap] && !strcasecmp(names[cap], word))
			return cap;
	return num_parse(word, CAPS - 1, &number); /* for its errno */
}

static int take(const char *word, void *to)
{
	struct capname_list *list = to;
	int cap;

	for (size_t i = 0; i < sizeof(presets) / sizeof(presets[0]); i++)
		if (!strcmp(word, presets[i].word)) {
			list->preset |= presets[i].caps;
			return 0;
		}
	cap = find_number(word);
	if (cap < 0)
		return -1;
	list->named |= BIT(cap);
	return 0;
}

int capname_parse(const char *text, struct capname_list *list)
{
	list->given = 1;
	return words_each(text, take, list);
}

uint64_t capname_all(const struct capname_list *list)
{
	return list->named | list->preset;
}

const char *capname_find(int cap)
{
	static char digits[12];

	if (cap < CAPS && names[cap])
		return names[cap];
	snprintf(digits, sizeof(digits), "%d", cap);
	return digits;
}

static void add_names(uint64_t caps, char text[CAPNAME_TEXT])
{
	size_t length = strlen(text), first = length;

	for (int cap = 0; cap < CAPS && length < CAPNAME_TEXT; cap++)
		if (caps & BIT(cap))
			length += (size_t)snprintf(text + length, CAPNAME_TEXT - length, "%s%s",
						   length > first ? "," : "", capname_find(cap));
}

void capname_write(uint64_t caps, uint64_t every, char text[CAPNAME_TEXT])
{
	uint64_t missing = every & ~caps;

	*text = '\0';
	if (!caps)
		strcpy(text, "none");
	else if (!missing)
		strcpy(text, "all");
	else if (__builtin_popcountll(missing) > __builtin_popcountll(caps) / 2)
		add_names(caps, text);
	else
		add_names(missing, strcpy(text, "all but "));
}
