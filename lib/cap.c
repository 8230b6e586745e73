/* SPDX-License-Identifier: ISC */
/* cap - capabilities of the calling process */
#include "cap.h"

#include <linux/capability.h>
#include <sys/prctl.h>

#include "kernel.h"
#include "trace.h"

#ifndef PR_CAP_AMBIENT
#define PR_CAP_AMBIENT 47 /* Linux 4.3 */
#define PR_CAP_AMBIENT_RAISE 2
#define PR_CAP_AMBIENT_CLEAR_ALL 4
#endif

enum { WORDS = _LINUX_CAPABILITY_U32S_3 };

static int read_sets(struct __user_cap_data_struct data[WORDS])
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };

	return (int)syscall(SYS_capget, &header, data);
}

static int write_sets(const struct __user_cap_data_struct data[WORDS])
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };

	return (int)syscall(SYS_capset, &header, data);
}

int cap_is_effective(int cap)
{
	struct __user_cap_data_struct data[WORDS] = { { 0 } };

	if (read_sets(data) < 0)
		return 0;
	return data[CAP_TO_INDEX(cap)].effective & CAP_TO_MASK(cap) ? 1 : 0;
}

int cap_clear_inheritable(void)
{
	struct __user_cap_data_struct data[WORDS] = { { 0 } };
	uint32_t any = 0;

	if (read_sets(data) < 0)
		return -1;
	for (int i = 0; i < WORDS; i++) {
		any |= data[i].inheritable;
		data[i].inheritable = 0;
	}
	/* Ambient ones are inheritable too, and go with that. */
	return any ? traced(write_sets(data), "capset(inheritable 0)") : 0;
}

int cap_set_ambient(void)
{
	struct __user_cap_data_struct data[WORDS] = { { 0 } };

	if (read_sets(data) < 0)
		return -1;
	for (int i = 0; i < WORDS; i++)
		data[i].inheritable = data[i].permitted;
	if (traced(write_sets(data), "capset(inheritable = permitted)") < 0)
		return -1;
	for (int cap = 0; cap < 32 * WORDS; cap++)
		if (data[CAP_TO_INDEX(cap)].permitted & CAP_TO_MASK(cap) &&
		    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, cap, 0, 0) < 0)
			return -1;
	return traced(0, "prctl(CAP_AMBIENT, RAISE, permitted)");
}

/* The kernel takes each set in words of 32. */
static void put(struct __user_cap_data_struct data[WORDS], const struct cap_sets *sets)
{
	for (int i = 0; i < WORDS; i++) {
		data[i].inheritable = (uint32_t)(sets->inheritable >> 32 * i);
		data[i].permitted = (uint32_t)(sets->permitted >> 32 * i);
		data[i].effective = (uint32_t)(sets->effective >> 32 * i);
	}
}

static uint64_t permitted(const struct __user_cap_data_struct data[WORDS])
{
	return data[0].permitted | (uint64_t)data[1].permitted << 32;
}

/* One that we don't have is not to be dropped, and to know that takes no privilege. */
static int shrink_bounding(uint64_t to)
{
	for (int cap = 0; cap < 32 * WORDS; cap++)
		if (!(to >> cap & 1) && prctl(PR_CAPBSET_READ, cap) == 1 &&
		    traced(prctl(PR_CAPBSET_DROP, cap), "prctl(CAPBSET_DROP, %d)", cap) < 0)
			return -1;
	return 0;
}

int cap_set(const struct cap_sets *sets, uint64_t extra)
{
	struct __user_cap_data_struct data[WORDS] = { { 0 } };
	struct cap_sets ours = { 0 };

	if (read_sets(data) < 0)
		return -1;
	/* After a change of ids what is permitted has to be made effective again. */
	ours.permitted = ours.effective = permitted(data);
	put(data, &ours);
	if (write_sets(data) < 0 || shrink_bounding(sets->bounding) < 0)
		return -1;
	ours.effective = ours.permitted & (sets->effective | extra);
	ours.permitted &= sets->permitted | extra;
	ours.inheritable = ours.permitted & sets->inheritable & sets->bounding;
	put(data, &ours);
	if (traced(write_sets(data), "capset(permitted %llx)",
		   (unsigned long long)ours.permitted) < 0)
		return -1;
	for (int cap = 0; cap < 32 * WORDS; cap++)
		if (sets->ambient & ours.inheritable & (uint64_t)1 << cap &&
		    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, cap, 0, 0) < 0)
			return -1;
	return 0;
}

int cap_drop(int cap)
{
	struct __user_cap_data_struct data[WORDS] = { { 0 } };

	if (read_sets(data) < 0)
		return -1;
	data[CAP_TO_INDEX(cap)].permitted &= ~CAP_TO_MASK(cap);
	data[CAP_TO_INDEX(cap)].effective &= ~CAP_TO_MASK(cap);
	return traced(write_sets(data), "capset(without %d)", cap);
}
