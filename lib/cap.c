/* SPDX-License-Identifier: ISC */
/* cap - capabilities of the calling process */
#include "cap.h"

#include <linux/capability.h>

#include "kernel.h"

int cap_is_effective(int cap)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = { { 0 } };

	if (syscall(SYS_capget, &header, data) < 0)
		return 0;
	return data[CAP_TO_INDEX(cap)].effective & CAP_TO_MASK(cap) ? 1 : 0;
}
