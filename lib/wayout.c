/* SPDX-License-Identifier: ISC */
/*
 * wayout - what lets the packets of others through: forwarding, and the way back to before
 *
 * Switching forwarding on changes more than the switch: each interface's own one becomes the same,
 * IPv4's accept_redirects its opposite (ip-sysctl: ip_forward), and off again doesn't bring them
 * back. So they are opened before, and written again after.
 */
#include "wayout.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_link.h>
#include <linux/ip.h>
#include <linux/netconf.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "file.h"
#include "link.h"
#include "trace.h"
#include "why.h"

#define SYSCTL "/proc/sys/"

/* Open and read `path`, "net/ipv4/ip_forward". 0 also where this kernel hasn't got it. */
static int add_switch(struct wayout *way, int family, const char *path, const char *wanted)
{
	struct wayout_switch *one = &way->change[way->changes];
	char full[96];
	ssize_t length;

	if (way->changes == WAYOUT_SWITCHES) {
		why_set("more interfaces forward by themselves than can be put back");
		errno = EMSGSIZE;
		return -1;
	}
	memset(one, 0, sizeof(*one));
	snprintf(one->name, sizeof(one->name), "%s", path);
	for (char *slash = one->name; (slash = strchr(slash, '/'));)
		*slash = '.';
	one->family = family;
	one->wanted = wanted;
	snprintf(full, sizeof(full), SYSCTL "%s", path);
	one->fd = open(full, O_RDWR | O_CLOEXEC);
	if (one->fd < 0) {
		one->error = errno;
		one->fd = open(full, O_RDONLY | O_CLOEXEC);
	}
	if (one->fd < 0)
		return errno == ENOENT ? 0 : -1;
	way->changes++;
	length = read(one->fd, one->was, sizeof(one->was) - 1);
	if (length < 0)
		return -1;
	one->was[strcspn(one->was, "\n")] = '\0';
	return 0;
}

static void drop_switch(struct wayout *way)
{
	close(way->change[--way->changes].fd);
}

/* Interfaces that forward by themselves. */
struct forwarding {
	int index[WAYOUT_SWITCHES];
	size_t count;
};

static void note_forwarding(const struct nlmsghdr *message, void *context)
{
	const void *index = nl_find(message, sizeof(struct netconfmsg), NETCONFA_IFINDEX,
				    sizeof(int));
	const void *on = nl_find(message, sizeof(struct netconfmsg), NETCONFA_FORWARDING,
				 sizeof(int));
	struct forwarding *forwarding = context;
	int number, value;

	if (!index || !on || forwarding->count == WAYOUT_SWITCHES)
		return;
	memcpy(&number, index, sizeof(number));
	memcpy(&value, on, sizeof(value));
	if (value && number != NETCONFA_IFINDEX_ALL)
		forwarding->index[forwarding->count++] = number;
}

static int keep_forwarding(struct wayout *way, int family, int af)
{
	static const struct nl_step step = { "GETNETCONF", "read the settings of", "interfaces" };
	const struct netconfmsg header = { .ncm_family = (unsigned char)af };
	struct forwarding all = { .count = 0 };
	int result;

	nl_add(&way->nl, &step, RTM_GETNETCONF, NLM_F_DUMP, &header, sizeof(header));
	result = nl_run(&way->nl, note_forwarding, &all);
	if (result < 0 && errno != EINTR)
		return -1;
	for (size_t i = 0; i < all.count; i++) {
		char name[IF_NAMESIZE] = "default", path[64];

		if (all.index[i] != NETCONFA_IFINDEX_DEFAULT &&
		    link_read_name(&way->nl, all.index[i], name) < 0)
			continue;
		snprintf(path, sizeof(path), "net/ipv%c/conf/%s/forwarding",
			 af == AF_INET ? '4' : '6', name);
		if (add_switch(way, family, path, NULL) < 0)
			return -1;
	}
	return 0;
}

/* A router's advertisements are for hosts; 2 takes them on a router, too. */
static int keep_route(struct wayout *way)
{
	struct wayout_route route;
	char name[IF_NAMESIZE], path[64];

	if (wayout_find_route(&way->nl, AF_INET6, &route) < 0 || route.protocol != RTPROT_RA ||
	    link_read_name(&way->nl, route.index, name) < 0)
		return 0;
	snprintf(path, sizeof(path), "net/ipv6/conf/%s/accept_ra", name);
	if (add_switch(way, WAYOUT_IP6, path, "2") < 0)
		return -1;
	if (strcmp(way->change[way->changes - 1].was, "1") != 0)
		drop_switch(way);
	return 0;
}

static int open_family(struct wayout *way, int family)
{
	const char *path = family == WAYOUT_IP4 ? "net/ipv4/ip_forward" :
						  "net/ipv6/conf/all/forwarding";
	size_t before = way->changes;

	if (add_switch(way, family, path, "1") < 0)
		return -1;
	if (way->changes == before)
		return 0;
	drop_switch(way);
	if (way->change[before].was[0] != '0')
		return 0;
	if (family == WAYOUT_IP4 &&
	    add_switch(way, family, "net/ipv4/conf/all/accept_redirects", NULL) < 0)
		return -1;
	if (keep_forwarding(way, family, family == WAYOUT_IP4 ? AF_INET : AF_INET6) < 0 ||
	    (family == WAYOUT_IP6 && keep_route(way) < 0))
		return -1;
	return add_switch(way, family, path, "1");
}

int wayout_open(struct wayout *way)
{
	char text[16];

	way->changes = 0;
	way->localnet = way->bridged = 0;
	way->failed = NULL;
	if (nl_open(&way->nl, NETLINK_ROUTE) < 0)
		return -1;
	if (file_read(AT_FDCWD, SYSCTL "net/bridge/bridge-nf-call-iptables", text,
		      sizeof(text)) > 0)
		way->bridged = text[0] != '0';
	if (open_family(way, WAYOUT_IP4) == 0 && open_family(way, WAYOUT_IP6) == 0)
		return 0;
	wayout_close(way);
	return -1;
}

void wayout_close(struct wayout *way)
{
	int saved = errno;

	while (way->changes)
		drop_switch(way);
	nl_close(&way->nl);
	errno = saved;
}

static int write_switch(const struct wayout_switch *one, const char *value)
{
	size_t size = strlen(value);

	if (one->error) {
		errno = one->error;
		return -1;
	}
	return traced(pwrite(one->fd, value, size, 0) == (ssize_t)size ? 0 : -1,
		      "write(%d, %s = %s)", one->fd, one->name, value);
}

int wayout_set_forwarding(struct wayout *way, int families)
{
	for (size_t i = 0; i < way->changes; i++) {
		struct wayout_switch *one = &way->change[i];
		int saved;

		if (!(one->family & families) || one->set)
			continue;
		if (!one->wanted || write_switch(one, one->wanted) == 0) {
			one->set = 1;
			continue;
		}
		saved = errno;
		wayout_undo(way);
		way->failed = one->name;
		errno = saved;
		return -1;
	}
	return 0;
}

static int undo_forwarding(struct wayout *way)
{
	int result = 0;

	for (size_t i = way->changes; i-- > 0;) {
		struct wayout_switch *one = &way->change[i];

		if (one->set && !(one->error && !one->wanted) && write_switch(one, one->was) < 0)
			result = -1;
		one->set = 0;
	}
	return result;
}

/* IPv4's settings of an interface go by rtnetlink, too. */

static void note_localnet(const struct nlmsghdr *message, void *context)
{
	const void *spec = nl_find(message, sizeof(struct ifinfomsg), IFLA_AF_SPEC, 0);
	const void *conf = nl_find_in(nl_find_in(spec, AF_INET, 0), IFLA_INET_CONF,
				      IPV4_DEVCONF_ROUTE_LOCALNET * sizeof(uint32_t));

	if (conf)
		memcpy(context, (const uint32_t *)conf + IPV4_DEVCONF_ROUTE_LOCALNET - 1,
		       sizeof(uint32_t));
}

static int read_localnet(struct wayout *way, int index, uint32_t *on)
{
	*on = 0;
	link_begin(&way->nl, RTM_GETLINK, 0, index, "GETLINK", "read the settings of", "interface");
	return nl_run(&way->nl, note_localnet, on);
}

static int write_localnet(struct wayout *way, int index, uint32_t on)
{
	size_t spec, inet, conf;

	link_begin(&way->nl, RTM_SETLINK, 0, index, "SETLINK", "set route_localnet of",
		   "interface");
	spec = nl_nest(&way->nl, IFLA_AF_SPEC, NULL, 0);
	inet = nl_nest(&way->nl, AF_INET, NULL, 0);
	conf = nl_nest(&way->nl, IFLA_INET_CONF, NULL, 0);
	nl_put_u32(&way->nl, IPV4_DEVCONF_ROUTE_LOCALNET, on);
	nl_nest_end(&way->nl, conf);
	nl_nest_end(&way->nl, inet);
	nl_nest_end(&way->nl, spec);
	return nl_run(&way->nl, NULL, NULL);
}

int wayout_set_localnet(struct wayout *way, int index)
{
	uint32_t on;

	if (read_localnet(way, index, &on) < 0)
		return -1;
	if (on)
		return 0;
	if (write_localnet(way, index, 1) < 0)
		return -1;
	way->localnet = index;
	return 0;
}

int wayout_undo(struct wayout *way)
{
	int localnet = way->localnet, result = undo_forwarding(way);

	way->localnet = 0;
	/* An interface that has gone took it along. */
	if (localnet && write_localnet(way, localnet, 0) < 0 && errno != ENODEV)
		result = -1;
	return result;
}
