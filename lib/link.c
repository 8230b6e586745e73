/* SPDX-License-Identifier: ISC */
/* link - network interfaces, their addresses and routes */
#include "link.h"

#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/socket.h>

#include "nl.h"

/* `lo` is the first interface of every network namespace. */
enum { LOOPBACK = 1 };

static void add_up(struct nl *nl, int index, const char *word)
{
	struct ifinfomsg header = {
		.ifi_index = index,
		.ifi_flags = IFF_UP,
		.ifi_change = IFF_UP,
	};

	nl_add(nl, &(struct nl_step){ "SETLINK up", word }, RTM_SETLINK, 0, &header,
	       sizeof(header));
}

int link_set_loopback_up(void)
{
	struct nl nl;
	int result;

	if (nl_open(&nl, NETLINK_ROUTE) < 0)
		return -1;
	add_up(&nl, LOOPBACK, "lo");
	result = nl_run(&nl, NULL, NULL);
	nl_close(&nl);
	return result;
}
