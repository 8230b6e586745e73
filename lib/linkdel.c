/* SPDX-License-Identifier: ISC */
/* linkdel - interfaces deleted, many at the cost of one */
#include "linkdel.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

#include "link.h"
#include "linkmove.h"

enum { BATCH = 100 };

/* Those that are to go. */
struct doomed {
	struct doomed_link {
		int index;
		uint32_t group;	/* what it had */
	} *link;
	size_t count;
	int only_made;		/* take nothing but veth */
	int error;		/* errno of what couldn't be noted */
};

static int is_made(const char *kind)
{
	static const char kinds[][8] = { "veth", "macvlan", "ipvlan", "tun" };
	int is = 0;

	for (size_t i = 0; kind && i < sizeof(kinds) / sizeof(kinds[0]); i++)
		is |= !strncmp(kind, kinds[i], nl_size(kind));
	return is;
}

/* What has no kind is no virtual interface. */
static void note(const struct nlmsghdr *message, void *context)
{
	struct doomed *doomed = context;
	struct ifinfomsg header;
	const void *info = nl_find(message, sizeof(header), IFLA_LINKINFO, 0);
	const char *kind = nl_find_in(info, IFLA_INFO_KIND, 1);
	const void *group = nl_find(message, sizeof(header), IFLA_GROUP, sizeof(uint32_t));
	struct doomed_link *link;

	if (message->nlmsg_type != RTM_NEWLINK ||
	    (doomed->only_made && (!is_made(kind) || linkmove_is_moved(message))))
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
	if (link_ask(nl, name, note, doomed) < 0 && errno != ENODEV)
		return -1;
	errno = doomed->error;
	return errno ? -1 : 0;
}

static int delete(struct nl *nl, int index, uint32_t group)
{
	link_add_delete(nl, index, "interfaces");
	if (group)
		nl_put_u32(nl, IFLA_GROUP, group);
	/* Somebody else was first. */
	return nl_run(nl, NULL, NULL) < 0 && errno != ENODEV ? -1 : 0;
}

/* Have all be in `group`, or with 0 back in what each was. */
static int set_groups(struct nl *nl, const struct doomed *doomed, uint32_t group)
{
	int result = 0;

	for (size_t i = 0; i < doomed->count; i++) {
		link_add_group(nl, doomed->link[i].index, group ? group : doomed->link[i].group);
		if (((i + 1) % BATCH == 0 || i + 1 == doomed->count) &&
		    nl_run(nl, NULL, NULL) < 0 && errno != ENODEV)
			result = -1;
	}
	return result;
}

static int delete_together(struct nl *nl, const struct doomed *doomed)
{
	uint32_t group;
	int saved;

	if (link_choose_group(&group) < 0)
		return -1;
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
	struct doomed doomed = { .only_made = 1 };
	/* What is told twice goes once. */
	int result = link_dump(nl, "interfaces", note, &doomed);

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
