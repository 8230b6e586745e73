/* SPDX-License-Identifier: ISC */
/*
 * linkback - a move undone, part of linkmove.h
 *
 * The interface goes back in one message, with its name and settings, and its bridge. Then it gets
 * its addresses, is brought up if it was, and gets its routes.
 */
#include <errno.h>
#include <linux/rtnetlink.h>
#include <stddef.h>
#include <string.h>

#include "linkmove.h"

static const void *payload(const struct nlmsghdr *message)
{
	return (const char *)message + NLMSG_HDRLEN;
}

static int send_back(const struct linkmove *move)
{
	static const int settings[] = { IFLA_MTU, IFLA_GROUP, IFLA_MASTER, IFLA_TXQLEN };
	const void *mac = linkmove_find_kept(move, IFLA_ADDRESS, 1);
	struct veth_end *to = move->to;
	char name[IF_NAMESIZE];

	if (to->altname)
		link_delete_altname(&to->nl, to->index, to->altname);
	/* Also what was still to be said when something failed. */
	nl_run(&to->nl, NULL, NULL);
	linkmove_add(&to->nl, to->index, move->from->ns, move->was);
	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
		const void *value = linkmove_find_kept(move, settings[i], sizeof(uint32_t));

		if (value)
			nl_put(&to->nl, settings[i], value, sizeof(uint32_t));
	}
	/* Its number, where that is free still; Linux 5.13. */
	if (link_read_name(&move->from->nl, move->index, name) < 0)
		nl_put_u32(&to->nl, IFLA_NEW_IFINDEX, (uint32_t)move->index);
	/* Some take none, not even the one that they have. */
	if (mac && to->has_mac)
		nl_put(&to->nl, IFLA_ADDRESS, mac, nl_size(mac));
	return nl_run(&to->nl, NULL, NULL);
}

/* It may have another number now, and a dump says of a route what nobody may ask for. */
static void adapt(struct nlmsghdr *message, int index)
{
	char *header = (char *)message + NLMSG_HDRLEN;
	const char *oif;

	if (message->nlmsg_type == RTM_NEWADDR) {
		memcpy(header + offsetof(struct ifaddrmsg, ifa_index), &index, sizeof(index));
		return;
	}
	oif = nl_find(message, sizeof(struct rtmsg), RTA_OIF, sizeof(index));
	memcpy((char *)message + (oif - (char *)message), &index, sizeof(index));
	((struct rtmsg *)(void *)header)->rtm_flags &= RTNH_F_ONLINK;
}

/* Tell the kernel what it told. What came back by itself is there already. */
static int replay(const struct linkmove *move, int index, int type)
{
	static const struct nl_step step = { "NEW", "restore", "addresses and routes" };
	struct nl *nl = &move->from->nl;
	int result = 0;

	for (size_t at = 0; at < move->length;) {
		struct nlmsghdr *message = (void *)(move->kept + at);

		at += NLMSG_ALIGN(message->nlmsg_len);
		if (message->nlmsg_type != type)
			continue;
		adapt(message, index);
		nl_add(nl, &step, type, NLM_F_CREATE, payload(message),
		       message->nlmsg_len - NLMSG_HDRLEN);
		if (nl_run(nl, NULL, NULL) < 0 && errno != EEXIST)
			result = -1;
	}
	return result;
}

static int restore(const struct linkmove *move)
{
	struct nl *nl = &move->from->nl;
	int index = link_find(nl, move->was), result;
	struct ifinfomsg header;

	if (index < 0)
		return -1;
	result = replay(move, index, RTM_NEWADDR);
	memcpy(&header, payload((const void *)move->kept), sizeof(header));
	if (header.ifi_flags & IFF_UP)
		link_add_up(nl, index, move->was, 1);
	if (nl_run(nl, NULL, NULL) < 0)
		result = -1;
	/* Twice, for one may lead through another that comes later. */
	replay(move, index, RTM_NEWROUTE);
	return replay(move, index, RTM_NEWROUTE) < 0 ? -1 : result;
}

/* The names that it had, one by one: what isn't to be done is refused. */
static int restore_names(const struct linkmove *move)
{
	struct nl *nl = &move->from->nl;
	const char *alias = linkmove_find_kept(move, IFLA_IFALIAS, 1);
	int index = link_find(nl, move->was);

	if (*move->added)
		link_delete_altname(nl, index, move->added);
	nl_run(nl, NULL, NULL);
	if (*move->record)
		link_add_altname(nl, index, move->record);
	nl_run(nl, NULL, NULL);
	link_add_alias(nl, index, alias ? alias : "");
	return nl_run(nl, NULL, NULL);
}

int linkmove_undo(struct linkmove *move)
{
	struct veth_end *to = move->to;
	int result = 0;

	if (!move->index)
		return 0;
	if (!to->index && move->marked.group && link_find_marked(&to->nl, &move->marked) < 0 &&
	    errno != ENODEV)
		return -1;
	to->index = move->marked.index;
	if (to->index)
		result = send_back(move) < 0 ? -1 : restore(move);
	to->index = move->index = 0;
	return restore_names(move) < 0 ? -1 : result;
}
