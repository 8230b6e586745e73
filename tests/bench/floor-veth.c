/* SPDX-License-Identifier: ISC */
/*
 * floor-veth - what wiring two network namespaces costs at the least
 *
 *   floor-veth /proc/PID/ns/net /proc/PID/ns/net
 *
 * Sends what nsveth(1) sends for a pair with 10.0.0.2/24 in the first, as eth0 with a default
 * route, and 10.0.0.1/24 in the second, as veth0, both up, and `lo` up in both; and does nothing
 * else: no options, no messages, no undoing. Both namespaces are new, with nothing but a `lo` that
 * is down.
 */
#include <fcntl.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <sched.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

static _Alignas(4) unsigned char out[1024], in[8192];
static size_t length, start;

static void append(const void *data, size_t size)
{
	memcpy(out + length, data, size);
	length += NLMSG_ALIGN(size);
	((struct nlmsghdr *)(void *)(out + start))->nlmsg_len = (uint32_t)(length - start);
}

static void begin(int type, int flags, const void *header, size_t size)
{
	struct nlmsghdr message = {
		.nlmsg_type = (uint16_t)type,
		.nlmsg_flags = (uint16_t)(NLM_F_REQUEST | flags),
	};

	start = length;
	append(&message, sizeof(message));
	append(header, size);
}

static size_t put(int type, const void *data, size_t size)
{
	size_t at = length;
	struct nlattr attribute = {
		.nla_type = (uint16_t)type,
		.nla_len = (uint16_t)(sizeof(attribute) + size),
	};

	append(&attribute, sizeof(attribute));
	append(data, size);
	return at;
}

static void end(size_t at)
{
	((struct nlattr *)(void *)(out + at))->nla_len = (uint16_t)(length - at);
}

/* The kernel's answer must be an acknowledgement without error. */
static void converse(int fd)
{
	const struct nlmsghdr *answer = (const void *)in;
	int error;

	if (send(fd, out, length, 0) < 0)
		_exit(1);
	do
		if (recv(fd, in, sizeof(in), 0) < 0)
			_exit(1);
	while (answer->nlmsg_type != NLMSG_ERROR);
	memcpy(&error, in + NLMSG_HDRLEN, sizeof(error));
	if (error)
		_exit(1);
	memset(out, 0, length);
	length = 0;
}

static int open_in(int ns)
{
	int fd;

	if (setns(ns, CLONE_NEWNET) < 0 || (fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE)) < 0)
		_exit(1);
	return fd;
}

static void make_pair(int fd, int near, const unsigned char mac[2][6])
{
	struct ifinfomsg header = { 0 };
	size_t info, data, peer;

	begin(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL | NLM_F_ECHO | NLM_F_ACK, &header,
	      sizeof(header));
	put(IFLA_IFNAME, "veth0", 6);
	put(IFLA_ADDRESS, mac[0], 6);
	info = put(IFLA_LINKINFO, "", 0);
	put(IFLA_INFO_KIND, "veth", 5);
	data = put(IFLA_INFO_DATA, "", 0);
	peer = put(VETH_INFO_PEER, &header, sizeof(header));
	put(IFLA_IFNAME, "eth0", 5);
	put(IFLA_ADDRESS, mac[1], 6);
	put(IFLA_NET_NS_FD, &near, sizeof(near));
	end(peer);
	end(data);
	end(info);
	converse(fd);
}

static void set_up(int fd, int index, const unsigned char address[4], const unsigned char *gateway)
{
	struct ifaddrmsg header = { AF_INET, 24, 0, 0, (uint32_t)index };
	struct ifinfomsg link = { .ifi_index = index, .ifi_flags = IFF_UP, .ifi_change = IFF_UP };
	struct rtmsg route = {
		.rtm_family = AF_INET,
		.rtm_table = RT_TABLE_MAIN,
		.rtm_protocol = RTPROT_BOOT,
		.rtm_type = RTN_UNICAST,
	};
	struct ifreq lo = { .ifr_name = "lo", .ifr_flags = IFF_UP };

	begin(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, &header, sizeof(header));
	put(IFA_LOCAL, address, 4);
	put(IFA_ADDRESS, address, 4);
	begin(RTM_SETLINK, gateway ? 0 : NLM_F_ACK, &link, sizeof(link));
	if (gateway) {
		begin(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL | NLM_F_ACK, &route, sizeof(route));
		put(RTA_GATEWAY, gateway, 4);
		put(RTA_OIF, &index, sizeof(index));
	}
	converse(fd);
	if (ioctl(fd, SIOCSIFFLAGS, &lo) < 0)
		_exit(1);
}

int main(int argc, char **argv)
{
	static const unsigned char mac[2][6] = { { 2, 0, 0, 0, 0, 1 }, { 2, 0, 0, 0, 0, 2 } };
	static const unsigned char near_address[4] = { 10, 0, 0, 2 };
	static const unsigned char far_address[4] = { 10, 0, 0, 1 };
	int near, near_socket, far_socket;

	if (argc != 3)
		return 2;
	near = open(argv[1], O_RDONLY);
	far_socket = open_in(open(argv[2], O_RDONLY));
	near_socket = open_in(near);
	make_pair(far_socket, near, mac);
	/* In a new namespace the first interface after `lo` is 2. */
	set_up(far_socket, 2, far_address, NULL);
	set_up(near_socket, 2, near_address, far_address);
	return 0;
}
