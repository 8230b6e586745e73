/* SPDX-License-Identifier: ISC */
/* link - network interfaces, their addresses and routes */
#include "link.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ns.h"
#include "trace.h"

void link_add_up(struct nl *nl, int index, const char *name)
{
	struct nl_step step = { "SETLINK up", "bring up", name };
	struct ifinfomsg header = {
		.ifi_index = index,
		.ifi_flags = IFF_UP,
		.ifi_change = IFF_UP,
	};

	nl_add(nl, &step, RTM_SETLINK, 0, &header, sizeof(header));
}

void link_add_address(struct nl *nl, int index, const struct link_address *address)
{
	const struct addr *addr = &address->addr;
	struct nl_step step = { "NEWADDR", "add address", address->word };
	struct ifaddrmsg header = {
		.ifa_family = addr->family,
		.ifa_prefixlen = addr->prefix,
		/* A new pair has nobody who could have the same address, and asking takes 2 s. */
		.ifa_flags = addr->family == AF_INET6 ? IFA_F_NODAD : 0,
		.ifa_index = (uint32_t)index,
	};

	nl_add(nl, &step, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, &header, sizeof(header));
	nl_put(nl, IFA_LOCAL, addr->bytes, addr_size(addr));
	nl_put(nl, IFA_ADDRESS, addr->bytes, addr_size(addr));
}

void link_add_default_route(struct nl *nl, int index, const struct link_address *gateway)
{
	struct nl_step step = { "NEWROUTE default via", "add a default route via", gateway->word };
	struct rtmsg header = {
		.rtm_family = gateway->addr.family,
		.rtm_table = RT_TABLE_MAIN,
		.rtm_protocol = RTPROT_BOOT, /* as ip-route(8) */
		.rtm_scope = RT_SCOPE_UNIVERSE,
		.rtm_type = RTN_UNICAST,
	};

	nl_add(nl, &step, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, &header, sizeof(header));
	nl_put(nl, RTA_GATEWAY, gateway->addr.bytes, addr_size(&gateway->addr));
	nl_put_u32(nl, RTA_OIF, (uint32_t)index);
}

/* `lo` goes by the ioctl of netdevice(7), which any socket takes: it answers in one call. */
static int set_lo_flags(int fd, int flags)
{
	struct ifreq request = { .ifr_name = "lo", .ifr_flags = (short)flags };

	return traced(ioctl(fd, SIOCSIFFLAGS, &request), "ioctl(%d, SIOCSIFFLAGS, lo %s)", fd,
		      flags & IFF_UP ? "up" : "down");
}

int link_raise_lo(int fd)
{
	struct ifreq request = { .ifr_name = "lo" };

	if (ioctl(fd, SIOCGIFFLAGS, &request) < 0)
		return -1;
	if (request.ifr_flags & IFF_UP)
		return 0;
	return set_lo_flags(fd, request.ifr_flags | IFF_UP) < 0 ? -1 : 1;
}

int link_lower_lo(int fd)
{
	return set_lo_flags(fd, 0);
}

int link_set_loopback_up(void)
{
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0), result, saved;

	if (fd < 0)
		return -1;
	result = link_raise_lo(fd);
	saved = errno;
	close(fd);
	errno = saved;
	return result < 0 ? -1 : 0;
}

int link_find(const struct nl *nl, const char *name)
{
	struct ifreq request = { 0 };

	strncpy(request.ifr_name, name, sizeof(request.ifr_name) - 1);
	return ioctl(nl->fd, SIOCGIFINDEX, &request) < 0 ? -1 : request.ifr_ifindex;
}

int link_read_name(const struct nl *nl, int index, char name[IF_NAMESIZE])
{
	struct ifreq request = { .ifr_ifindex = index };

	if (ioctl(nl->fd, SIOCGIFNAME, &request) < 0)
		return -1;
	memcpy(name, request.ifr_name, IF_NAMESIZE);
	return 0;
}

/* Whether the user namespace `above` is `below` or one of its ancestors. */
static int is_above(int above, int below)
{
	struct stat a, b;
	int found = 0;

	if (fstat(above, &a) < 0)
		return 0;
	for (int at = fcntl(below, F_DUPFD_CLOEXEC, 3), up; at >= 0; at = up) {
		found |= fstat(at, &b) == 0 && a.st_ino == b.st_ino;
		up = found ? -1 : ns_open_parent(at);
		close(at);
	}
	return found;
}

static int enter_owner(int ns, int other)
{
	int mine = ns_open_owner(ns), theirs = other < 0 ? -1 : ns_open_owner(other), result = -1;

	if (mine >= 0) {
		/* Whoever has privilege in there may not look into us: we hold what is the
		 * caller's. */
		prctl(PR_SET_DUMPABLE, 0);
		result = ns_enter(theirs >= 0 && is_above(theirs, mine) ? theirs : mine,
				  CLONE_NEWUSER);
		close(mine);
	}
	if (theirs >= 0)
		close(theirs);
	return result;
}

int link_enter(int ns, int other)
{
	if (ns_enter(ns, CLONE_NEWNET) == 0)
		return 0;
	if (errno != EPERM)
		return -1;
	if (enter_owner(ns, other) < 0) {
		errno = EPERM;
		return -1;
	}
	return ns_enter(ns, CLONE_NEWNET);
}
