/* SPDX-License-Identifier: ISC */
/* dad - duplicate address detection of IPv6 */
#include "dad.h"

#include <errno.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum { INTERVAL_MS = 20, PATIENCE_MS = 10000 };

struct look {
	int index;
	uint32_t flags;		/* of all its addresses */
};

static void note_flags(const struct nlmsghdr *message, void *context)
{
	struct look *look = context;
	struct ifaddrmsg header;
	const void *flags = nl_find(message, sizeof(header), IFA_FLAGS, sizeof(uint32_t));
	uint32_t value;

	memcpy(&header, (const char *)message + NLMSG_HDRLEN, sizeof(header));
	if (message->nlmsg_type != RTM_NEWADDR || (int)header.ifa_index != look->index)
		return;
	value = header.ifa_flags;
	if (flags)
		memcpy(&value, flags, sizeof(value));
	look->flags |= value;
}

int dad_wait(struct nl *nl, int index)
{
	static const struct nl_step step = { "GETADDR", "look for", "addresses" };
	static const struct timespec interval = { .tv_nsec = INTERVAL_MS * 1000000L };
	const struct ifaddrmsg header = { .ifa_family = AF_INET6 };

	for (int waited = 0; waited < PATIENCE_MS; waited += INTERVAL_MS) {
		struct look look = { .index = index };

		nl_add(nl, &step, RTM_GETADDR, NLM_F_DUMP, &header, sizeof(header));
		if (nl_run(nl, note_flags, &look) < 0) {
			if (errno != EINTR)
				return -1;
			look.flags |= IFA_F_TENTATIVE; /* one that isn't told of may be so */
		}
		if (look.flags & IFA_F_DADFAILED) {
			errno = EADDRINUSE;
			return -1;
		}
		if (!(look.flags & IFA_F_TENTATIVE))
			return 0;
		nanosleep(&interval, NULL);
	}
	errno = ETIMEDOUT;
	return -1;
}
