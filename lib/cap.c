/* SPDX-License-Identifier: ISC */
/* cap - capabilities of the calling process */
#include "cap.h"

#include <errno.h>
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

/* The kernel takes each set in words of 32. */
static int write_three(const struct cap_sets *sets)
{
	struct __user_cap_data_struct data[WORDS];

	for (int i = 0; i < WORDS; i++) {
		data[i].inheritable = (uint32_t)(sets->inheritable >> 32 * i);
		data[i].permitted = (uint32_t)(sets->permitted >> 32 * i);
		data[i].effective = (uint32_t)(sets->effective >> 32 * i);
	}
	return traced(write_sets(data), "capset(permitted %llx, inheritable %llx)",
		      (unsigned long long)sets->permitted, (unsigned long long)sets->inheritable);
}

static int read_three(struct cap_sets *sets)
{
	struct __user_cap_data_struct data[WORDS] = { { 0 } };

	*sets = (struct cap_sets){ 0 };
	if (read_sets(data) < 0)
		return -1;
	for (int i = 0; i < WORDS; i++) {
		sets->inheritable |= (uint64_t)data[i].inheritable << 32 * i;
		sets->permitted |= (uint64_t)data[i].permitted << 32 * i;
		sets->effective |= (uint64_t)data[i].effective << 32 * i;
	}
	return 0;
}

static int is_bounding(int cap)
{
	return prctl(PR_CAPBSET_READ, cap);
}

/* Ask for each capability that this kernel knows, which takes no privilege: EINVAL is the end. */
static int read_bounding(uint64_t *caps)
{
	int cap, answer;

	*caps = 0;
	for (cap = 0; (answer = is_bounding(cap)) >= 0; cap++)
		*caps |= (uint64_t)answer << cap;
	return errno == EINVAL ? 0 : -1;
}

uint64_t cap_read_known(void)
{
	int cap = 0;

	while (cap < 32 * WORDS - 1 && is_bounding(cap) >= 0)
		cap++;
	return ((uint64_t)1 << cap) - 1;
}

int cap_read(struct cap_sets *sets)
{
	return read_three(sets) < 0 ? -1 : read_bounding(&sets->bounding);
}

/* `caps` one by one, as prctl(2) has it, and told as one step. */
static int each(uint64_t caps, int (*deed)(int cap), const char *name)
{
	int result = 0;

	for (int cap = 0; cap < 32 * WORDS && result == 0; cap++)
		if (caps >> cap & 1)
			result = deed(cap);
	return caps ? traced(result, "prctl(%s, %llx)", name, (unsigned long long)caps) : 0;
}

static int raise_one(int cap)
{
	return prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, cap, 0, 0);
}

static int drop_one(int cap)
{
	return prctl(PR_CAPBSET_DROP, cap);
}

int cap_raise(uint64_t inheritable, uint64_t ambient)
{
	struct cap_sets ours;

	if (read_three(&ours) < 0)
		return -1;
	/* Those that were ambient go with being inheritable. */
	ours.effective = ours.permitted;
	ours.inheritable = 0;
	if (write_three(&ours) < 0)
		return -1;
	if (inheritable && read_bounding(&ours.inheritable) < 0)
		return -1;
	ours.inheritable &= inheritable & ours.permitted;
	if (ours.inheritable && write_three(&ours) < 0)
		return -1;
	return each(ambient & ours.inheritable, raise_one, "CAP_AMBIENT, RAISE");
}

int cap_set_ambient(void)
{
	return cap_raise(UINT64_MAX, UINT64_MAX);
}

int cap_shrink_bounding(uint64_t from, uint64_t to)
{
	return each(from & ~to, drop_one, "CAPBSET_DROP");
}

int cap_limit(uint64_t permitted, uint64_t effective)
{
	struct cap_sets ours;

	if (read_three(&ours) < 0)
		return -1;
	ours.permitted &= permitted;
	ours.effective = ours.permitted & effective;
	return write_three(&ours);
}

int cap_set(const struct cap_sets *sets, uint64_t extra)
{
	uint64_t bounding;

	if (cap_raise(sets->inheritable & sets->permitted & sets->bounding, sets->ambient) < 0 ||
	    read_bounding(&bounding) < 0 || cap_shrink_bounding(bounding, sets->bounding) < 0)
		return -1;
	return cap_limit(sets->permitted | extra, sets->effective | extra);
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
