/* SPDX-License-Identifier: ISC */
/* netids - the numbers by which a network namespace knows others */
#include "netids.h"

#include <errno.h>
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
	int result = nl_dump(nl, &step, RTM_GETLINK, &header, sizeof(header), note_port, &list);

	if (result < 0 || list.error) {
		errno = list.error ? list.error : errno;
		free(list.id);
		return -1;
	}
	*ids = list.id;
	return list.count;
}

void netids_ask(struct nl *nl, int by, uint32_t value)
{
	static const struct nl_step step = { "GETNSID", "ask for the number of", "a namespace" };

	nl_add(nl, &step, RTM_GETNSID, 0, &(struct rtgenmsg){ 0 }, sizeof(struct rtgenmsg));
	nl_put_u32(nl, by, value);
}

int netids_read(const struct nlmsghdr *message)
{
	const void *id = nl_find(message, sizeof(struct rtgenmsg), NETNSA_NSID, sizeof(int32_t));
	int32_t found = -1;

	if (id)
		memcpy(&found, id, sizeof(found));
	return found;
}

static void note_id(const struct nlmsghdr *message, void *id)
{
	*(int *)id = netids_read(message);
}

int netids_find(struct nl *nl, int by, uint32_t value)
{
	int id = -1;

	netids_ask(nl, by, value);
	return nl_run(nl, note_id, &id) < 0 ? -1 : id;
}
