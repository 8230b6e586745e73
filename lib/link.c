/* SPDX-License-Identifier: ISC */
/* link - network interfaces, their addresses and routes */
#include "link.h"

#include <errno.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ns.h"
#include "trace.h"

void link_begin(struct nl *nl, int type, int flags, int index, const char *name, const char *deed,
		const char *word)
{
	const struct ifinfomsg header = { .ifi_index = index };
	const struct nl_step step = { name, deed, word };

	nl_add(nl, &step, type, flags, &header, sizeof(header));
}

void link_add_up(struct nl *nl, int index, const char *name, int up)
{
	const struct ifinfomsg header = {
		.ifi_index = index,
		.ifi_flags = up ? IFF_UP : 0,
		.ifi_change = IFF_UP,
	};
	const struct nl_step step = {
		up ? "SETLINK up" : "SETLINK down", up ? "bring up" : "bring down", name
	};

	nl_add(nl, &step, RTM_SETLINK, 0, &header, sizeof(header));
}

static void put_address(struct nl *nl, int type, int flags, int index,
			const struct link_address *address, int dad)
{
	const struct addr *addr = &address->addr;
	int is_new = type == RTM_NEWADDR;
	struct nl_step step = { is_new ? "NEWADDR" : "DELADDR",
				is_new ? "add address" : "delete address", address->word };
	struct ifaddrmsg header = {
		.ifa_family = addr->family,
		.ifa_prefixlen = addr->prefix,
		/* A new pair has nobody who could have the same address, and asking takes 2 s. */
		.ifa_flags = addr->family == AF_INET6 && !dad ? IFA_F_NODAD : 0,
		.ifa_index = (uint32_t)index,
	};

	nl_add(nl, &step, type, flags, &header, sizeof(header));
	nl_put(nl, IFA_LOCAL, addr->bytes, addr_size(addr));
	nl_put(nl, IFA_ADDRESS, addr->bytes, addr_size(addr));
}

void link_add_address(struct nl *nl, int index, const struct link_address *address, int dad)
{
	put_address(nl, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, index, address, dad);
}

void link_delete_address(struct nl *nl, int index, const struct link_address *address)
{
	put_address(nl, RTM_DELADDR, 0, index, address, 0);
}

/* A message that makes an interface has no effect on its alias. */
void link_add_alias(struct nl *nl, int index, const char *alias)
{
	link_begin(nl, RTM_SETLINK, 0, index, "SETLINK alias", "set the alias", alias);
	nl_put_text(nl, IFLA_IFALIAS, alias);
}

void link_add_group(struct nl *nl, int index, uint32_t group)
{
	link_begin(nl, RTM_SETLINK, 0, index, "SETLINK group", "set the group of", "interfaces");
	nl_put_u32(nl, IFLA_GROUP, group);
}

static void put_altname(struct nl *nl, const char *altname)
{
	size_t list = nl_nest(nl, IFLA_PROP_LIST | NLA_F_NESTED, NULL, 0);

	nl_put_text(nl, IFLA_ALT_IFNAME, altname);
	nl_nest_end(nl, list);
}

void link_add_altname(struct nl *nl, int index, const char *altname)
{
	link_begin(nl, RTM_NEWLINKPROP, NLM_F_CREATE | NLM_F_EXCL | NLM_F_APPEND, index,
		   "NEWLINKPROP", "add the name", altname);
	put_altname(nl, altname);
}

void link_delete_altname(struct nl *nl, int index, const char *altname)
{
	link_begin(nl, RTM_DELLINKPROP, 0, index, "DELLINKPROP", "delete the name", altname);
	put_altname(nl, altname);
}

void link_add_delete(struct nl *nl, int index, const char *word)
{
	link_begin(nl, RTM_DELLINK, 0, index, "DELLINK", "delete", word);
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

int link_choose_mac(unsigned char mac[ADDR_MAC])
{
	if (getrandom(mac, ADDR_MAC, 0) != ADDR_MAC)
		return -1;
	mac[0] = (mac[0] & 0xfc) | 0x02;
	return 0;
}

int link_choose_group(uint32_t *group)
{
	if (getrandom(group, sizeof(*group), 0) != (ssize_t)sizeof(*group))
		return -1;
	*group |= 1U << 30;
	return 0;
}

void link_note_marked(const struct nlmsghdr *message, void *context)
{
	const size_t size = sizeof(struct ifinfomsg);
	const void *group = nl_find(message, size, IFLA_GROUP, sizeof(uint32_t));
	const void *mac = nl_find(message, size, IFLA_ADDRESS, ADDR_MAC);
	const void *peer = nl_find(message, size, IFLA_LINK, sizeof(int));
	struct link_marked *marked = context;
	struct ifinfomsg header;

	if (message->nlmsg_type != RTM_NEWLINK ||
	    (marked->group ? !group || memcmp(group, &marked->group, sizeof(uint32_t)) != 0 :
			     !mac || memcmp(mac, marked->mac, ADDR_MAC) != 0))
		return;
	memcpy(&header, (const char *)message + NLMSG_HDRLEN, sizeof(header));
	marked->index = marked->peer = header.ifi_index;
	/* Some kernels leave it out where the numbers are equal. */
	if (peer)
		memcpy(&marked->peer, peer, sizeof(int));
	if (mac)
		memcpy(marked->mac, mac, ADDR_MAC);
}

int link_dump(struct nl *nl, const char *word,
	      void (*answer)(const struct nlmsghdr *message, void *context), void *context)
{
	const struct nl_step step = { "GETLINK", "look for", word };
	const struct ifinfomsg header = { 0 };

	return nl_dump(nl, &step, RTM_GETLINK, &header, sizeof(header), answer, context);
}

int link_find_marked(struct nl *nl, struct link_marked *marked)
{
	marked->index = 0;
	if (link_dump(nl, "interface", link_note_marked, marked) < 0)
		return -1;
	errno = ENODEV;
	return marked->index ? 0 : -1;
}

int link_ask(struct nl *nl, const char *name,
	     void (*answer)(const struct nlmsghdr *message, void *context), void *context)
{
	link_begin(nl, RTM_GETLINK, 0, 0, "GETLINK", "look for", name);
	nl_put_text(nl, strlen(name) < IF_NAMESIZE ? IFLA_IFNAME : IFLA_ALT_IFNAME, name);
	return nl_run(nl, answer, context);
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

int link_enter(int ns, int other)
{
	const int both[] = { ns, other };
	ino_t owner;

	if (ns_enter(ns, CLONE_NEWNET) == 0)
		return 0;
	if (errno != EPERM)
		return -1;
	if (ns_enter_owner(both, 2, &owner) < 0) {
		errno = EPERM;
		return -1;
	}
	return ns_enter(ns, CLONE_NEWNET);
}
