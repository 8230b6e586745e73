/* SPDX-License-Identifier: ISC */
/* linkdel - interfaces deleted, many at the cost of one */
#include "linkdel.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "link.h"

enum { BATCH = 100 };

/* Those that are to go. */
struct doomed {
	struct doomed_link {
		int index;
		uint32_t group;	/* what it had */
	} *link;
	size_t count;
	int only_pairs;		/* take nothing but veth */
	int error;		/* errno of what couldn't be noted */
};

/* What has no kind is no virtual interface. */
static void note(const struct nlmsghdr *message, void *context)
{
	struct doomed *doomed = context;
	struct ifinfomsg header;
	const void *info = nl_find(message, sizeof(header), IFLA_LINKINFO, 0);
	const char *kind = nl_find_in(info, IFLA_INFO_KIND, 1);
	const void *group = nl_find(message, sizeof(header), IFLA_GROUP, sizeof(uint32_t));
	struct doomed_link *link;

	if (message->nlmsg_type != RTM_NEWLINK || (doomed->only_pairs &&
	    (!kind || strncmp(kind, "veth", nl_size(kind)))))
		return;
	memcpy(&header, (const char *)message + NLMSG_HDRLEN, sizeof(header));
	link = realloc(doomed->link, (doomed->count + 1) * sizeof(*link));
	if (!link || !kind) {
		doomed->error = link ? EOPNOTSUPP : errno;
		doomed->link = link ? link : doomed->link;
		return;
	}
	doomed->link = link;
	link[doomed->count].index = header.ifi_index;
	link[doomed->count].group = 0;
	if (group)
		memcpy(&link[doomed->count].group, group, sizeof(uint32_t));
	doomed->count++;
}

static int find_name(struct nl *nl, const char *name, struct doomed *doomed)
{
	struct nl_step step = { "GETLINK", "look for", name };
	const struct ifinfomsg header = { 0 };

	nl_add(nl, &step, RTM_GETLINK, 0, &header, sizeof(header));
	nl_put_text(nl, strlen(name) < IF_NAMESIZE ? IFLA_IFNAME : IFLA_ALT_IFNAME, name);
	if (nl_run(nl, note, doomed) < 0 && errno != ENODEV)
		return -1;
	errno = doomed->error;
	return errno ? -1 : 0;
}

static int delete(struct nl *nl, int index, uint32_t group)
{
	static const struct nl_step step = { "DELLINK", "delete", "interfaces" };
	const struct ifinfomsg header = { .ifi_index = index };

	nl_add(nl, &step, RTM_DELLINK, 0, &header, sizeof(header));
	if (group)
		nl_put_u32(nl, IFLA_GROUP, group);
	/* Somebody else was first. */
	return nl_run(nl, NULL, NULL) < 0 && errno != ENODEV ? -1 : 0;
}

/* Have all be in `group`, or with 0 back in what each was. */
static int set_groups(struct nl *nl, const struct doomed *doomed, uint32_t group)
{
	static const struct nl_step step = { "SETLINK group", "set the group of", "interfaces" };
	int result = 0;

	for (size_t i = 0; i < doomed->count; i++) {
		const struct ifinfomsg header = { .ifi_index = doomed->link[i].index };

		nl_add(nl, &step, RTM_SETLINK, 0, &header, sizeof(header));
		nl_put_u32(nl, IFLA_GROUP, group ? group : doomed->link[i].group);
		if (((i + 1) % BATCH == 0 || i + 1 == doomed->count) &&
		    nl_run(nl, NULL, NULL) < 0 && errno != ENODEV)
			result = -1;
	}
	return result;
}

/* A group that nobody has, for it is random. */
static int delete_together(struct nl *nl, const struct doomed *doomed)
{
	uint32_t group;
	int saved;

	if (getrandom(&group, sizeof(group), 0) != (ssize_t)sizeof(group))
		return -1;
	group |= 1U << 30;
	if (set_groups(nl, doomed, group) == 0 && delete(nl, 0, group) == 0)
		return 0;
	saved = errno;
	set_groups(nl, doomed, 0);
	errno = saved;
	return -1;
}

static int delete_all(struct nl *nl, struct doomed *doomed)
{
	int result = 0, saved;

	if (doomed->count == 1)
		result = delete(nl, doomed->link->index, 0);
	else if (doomed->count)
		result = delete_together(nl, doomed);
	saved = errno;
	free(doomed->link);
	errno = saved;
	return result;
}

int linkdel_names(struct nl *nl, char *const *names, size_t count, const char **failed)
{
	struct doomed doomed = { 0 };

	for (size_t i = 0; i < count; i++) {
		*failed = names[i];
		if (find_name(nl, names[i], &doomed) < 0) {
			int saved = errno;

			free(doomed.link);
			errno = saved;
			return -1;
		}
	}
	*failed = NULL;
	return delete_all(nl, &doomed);
}

int linkdel_group(struct nl *nl, uint32_t group)
{
	return delete(nl, 0, group);
}

int linkdel_pairs(struct nl *nl)
{
	static const struct nl_step step = { "GETLINK", "look for", "veth pairs" };
	const struct ifinfomsg header = { 0 };
	struct doomed doomed = { .only_pairs = 1 };
	/* What is told twice goes once. */
	int result = nl_dump(nl, &step, RTM_GETLINK, &header, sizeof(header), note, &doomed);

	if (doomed.error) {
		errno = doomed.error;
		result = -1;
	}
	if (result < 0)
		free(doomed.link);
	return result < 0 ? -1 : delete_all(nl, &doomed);
}

int linkdel_pairs_of(int ns)
{
	static struct nl nl;
	int result, saved;

	if (link_enter(ns, -1) < 0 || nl_open(&nl, NETLINK_ROUTE) < 0)
		return -1;
	result = linkdel_pairs(&nl);
	saved = errno;
	nl_close(&nl);
	errno = saved;
	return result;
}
