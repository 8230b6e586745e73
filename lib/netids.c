/* SPDX-License-Identifier: ISC */
/* netids - the numbers by which a network namespace knows others */
#include "netids.h"

#include <errno.h>
#include <linux/net_namespace.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

struct list {
	int bridge, *id, count, error;
};

static void note_port(const struct nlmsghdr *message, void *context)
{
	struct list *list = context;
	const size_t header = sizeof(struct ifinfomsg);
	const void *master = nl_find(message, header, IFLA_MASTER, sizeof(int));
	const void *netid = nl_find(message, header, IFLA_LINK_NETNSID, sizeof(int));
	int id, *longer;

	if (!netid || !master || memcmp(master, &list->bridge, sizeof(int)) != 0)
		return;
	memcpy(&id, netid, sizeof(id));
	for (int i = 0; i < list->count; i++)
		if (list->id[i] == id)
			return;
	longer = realloc(list->id, ((size_t)list->count + 1) * sizeof(*longer));
	if (!longer) {
		list->error = errno;
		return;
	}
	list->id = longer;
	list->id[list->count++] = id;
}

int netids_of_ports(struct nl *nl, int bridge, int **ids)
{
	static const struct nl_step step = { "GETLINK", "look for", "ports" };
	const struct ifinfomsg header = { 0 };
	struct list list = { .bridge = bridge };
	int tries = 5, result;

	do {
		nl_add(nl, &step, RTM_GETLINK, NLM_F_DUMP, &header, sizeof(header));
		result = nl_run(nl, note_port, &list);
	} while (result < 0 && errno == EINTR && --tries);
	if (result < 0 || list.error) {
		errno = list.error ? list.error : errno;
		free(list.id);
		return -1;
	}
	*ids = list.id;
	return list.count;
}

static void note_id(const struct nlmsghdr *message, void *context)
{
	const void *id = nl_find(message, sizeof(struct rtgenmsg), NETNSA_NSID, sizeof(int));

	if (id)
		memcpy(context, id, sizeof(int));
}

int netids_find(struct nl *nl, int ns)
{
	static const struct nl_step step = { "GETNSID", "look for", "namespace" };
	const struct rtgenmsg header = { 0 };
	int id = NETNSA_NSID_NOT_ASSIGNED;

	nl_add(nl, &step, RTM_GETNSID, 0, &header, sizeof(header));
	nl_put_u32(nl, NETNSA_FD, (uint32_t)ns);
	if (nl_run(nl, note_id, &id) < 0)
		return -1;
	if (id < 0)
		errno = ENOENT;
	return id < 0 ? -1 : id;
}
