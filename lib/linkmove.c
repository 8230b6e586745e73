/* SPDX-License-Identifier: ISC */
/*
 * linkmove - an interface moved from one network namespace to another, and back
 *
 *   1. Everything about it is kept: the link, its addresses, its routes.
 *   2. It gets the record of its name.
 *   3. One message moves and renames it. Should the name be taken at that very moment, it has moved
 *      under its old one. So the same message marks it, by a group that nobody has, and by that it
 *      is found, and never somebody else's.
 *   4. Its group is again what it was. Where it has returned, the record goes.
 */
#include "linkmove.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "why.h"

static const void *payload(const struct nlmsghdr *message)
{
	return (const char *)message + NLMSG_HDRLEN;
}

static void keep(struct linkmove *move, const struct nlmsghdr *message)
{
	size_t size = NLMSG_ALIGN(message->nlmsg_len);
	unsigned char *kept = realloc(move->kept, move->length + size);

	if (!kept) {
		move->error = errno;
		return;
	}
	memcpy(kept + move->length, message, message->nlmsg_len);
	move->kept = kept;
	move->length += size;
}

/* Of the records among its alternative names the last: that of the last move. */
static const char *find_record(const struct nlmsghdr *link)
{
	const void *list = nl_find(link, sizeof(struct ifinfomsg), IFLA_PROP_LIST, 0);
	const char *record = NULL;

	for (const char *name = nl_find_in(list, IFLA_ALT_IFNAME, 1); name;
	     name = nl_find_next(list, name, IFLA_ALT_IFNAME, 1))
		if (!strncmp(name, LINKMOVE_WAS, sizeof(LINKMOVE_WAS) - 1))
			record = name;
	return record;
}

int linkmove_is_moved(const struct nlmsghdr *link)
{
	return !!find_record(link);
}

static void note_link(const struct nlmsghdr *message, void *context)
{
	const char *name = nl_find(message, sizeof(struct ifinfomsg), IFLA_IFNAME, 1);
	const char *record = find_record(message);
	struct linkmove *move = context;
	struct ifinfomsg header;

	if (message->nlmsg_type != RTM_NEWLINK || !name)
		return;
	memcpy(&header, payload(message), sizeof(header));
	move->index = header.ifi_index;
	snprintf(move->was, sizeof(move->was), "%s", name);
	if (record)
		snprintf(move->record, sizeof(move->record), "%s", record);
	keep(move, message);
}

static void note_address(const struct nlmsghdr *message, void *context)
{
	struct linkmove *move = context;
	struct ifaddrmsg header;

	memcpy(&header, payload(message), sizeof(header));
	if (message->nlmsg_type == RTM_NEWADDR && (int)header.ifa_index == move->index)
		keep(move, message);
}

/* Those that come with an address by themselves go with it, too. */
static void note_route(const struct nlmsghdr *message, void *context)
{
	const void *index = nl_find(message, sizeof(struct rtmsg), RTA_OIF, sizeof(int));
	struct linkmove *move = context;
	struct rtmsg header;

	memcpy(&header, payload(message), sizeof(header));
	if (message->nlmsg_type == RTM_NEWROUTE && header.rtm_protocol != RTPROT_KERNEL && index &&
	    !memcmp(index, &move->index, sizeof(int)))
		keep(move, message);
}

static int keep_all(struct linkmove *move, const char *word, struct veth_fault *fault)
{
	static const struct nl_step addresses = { "GETADDR", "look for", "addresses" };
	static const struct nl_step routes = { "GETROUTE", "look for", "routes" };
	const struct ifaddrmsg address = { .ifa_family = AF_UNSPEC };
	const struct rtmsg route = { .rtm_family = AF_UNSPEC };
	struct nl *nl = &move->from->nl;

	if (link_ask(nl, word, note_link, move) < 0 ||
	    nl_dump(nl, &addresses, RTM_GETADDR, &address, sizeof(address), note_address,
		    move) < 0 ||
	    nl_dump(nl, &routes, RTM_GETROUTE, &route, sizeof(route), note_route, move) < 0 ||
	    (errno = move->error))
		return vethend_fail(fault, move->from, "find interface", word);
	return 0;
}

const void *linkmove_find_kept(const struct linkmove *move, int type, size_t least)
{
	return nl_find((const void *)move->kept, sizeof(struct ifinfomsg), type, least);
}

/* The namespace itself, as a descriptor that a message can name. */
static int open_ns(struct veth_end *end, struct veth_fault *fault)
{
	if (end->ns < 0)
		end->ns = ioctl(end->nl.fd, SIOCGSKNS);
	return end->ns < 0 ? vethend_fail(fault, end, "open", NULL) : 0;
}

void linkmove_add(struct nl *nl, int index, int ns, const char *name)
{
	link_begin(nl, RTM_SETLINK, 0, index, "SETLINK netns", "move interface", name);
	nl_put_u32(nl, IFLA_NET_NS_FD, (uint32_t)ns);
	nl_put_text(nl, IFLA_IFNAME, name);
}

static int send_move(struct linkmove *move, const char *name, struct veth_fault *fault)
{
	struct veth_end *from = move->from, *to = move->to;

	/* The kernel would find that out when it has moved. */
	if (link_find(&to->nl, name) > 0) {
		errno = EEXIST;
		return vethend_fail(fault, to, "name the interface", name);
	}
	if (link_choose_group(&move->marked.group) < 0)
		return vethend_fail(fault, from, "move interface", move->was);
	linkmove_add(&from->nl, move->index, to->ns, name);
	nl_put_u32(&from->nl, IFLA_GROUP, move->marked.group);
	if (nl_run(&from->nl, NULL, NULL) < 0)
		return vethend_fail(fault, from, "move interface", move->was);
	if (link_find_marked(&to->nl, &move->marked) < 0)
		return vethend_fail(fault, to, "find interface", name);
	to->index = move->marked.index;
	return 0;
}

static void add_group(struct linkmove *move)
{
	const void *group = linkmove_find_kept(move, IFLA_GROUP, sizeof(uint32_t));
	uint32_t was = 0;

	if (group)
		memcpy(&was, group, sizeof(was));
	link_add_group(&move->to->nl, move->to->index, was);
}

/* Before it moves: however we end, it can be brought back. */
static int add_record(struct linkmove *move, struct veth_fault *fault)
{
	struct nl *nl = &move->from->nl;

	snprintf(move->added, sizeof(move->added), LINKMOVE_WAS "%s", move->was);
	/* The same name twice, on the way through two. */
	if (strcmp(move->added, move->record) != 0)
		link_add_altname(nl, move->index, move->added);
	if (!linkmove_find_kept(move, IFLA_IFALIAS, 1))
		link_add_alias(nl, move->index, move->was);
	return nl_run(nl, NULL, NULL) < 0 ?
	       vethend_fail(fault, move->from, "record the name of", move->was) : 0;
}

int linkmove_go(struct linkmove *move, const char *word, const char *name,
		struct veth_fault *fault)
{
	if (open_ns(move->from, fault) < 0 || open_ns(move->to, fault) < 0 ||
	    keep_all(move, word, fault) < 0 || add_record(move, fault) < 0 ||
	    send_move(move, name ? name : move->was, fault) < 0)
		return -1;
	add_group(move);
	return 0;
}

/* Whoever has the interface can make of its record what he likes. */
static const char *choose_name(struct linkmove *move, const char *word, struct veth_fault *fault)
{
	const char *name = move->record + sizeof(LINKMOVE_WAS) - 1;

	if (*move->record && addr_parse_name(name) == 0)
		return name;
	if (!*move->record) {
		why_set("--move didn't bring it there");
		errno = ENOENT;
	}
	vethend_fail(fault, move->from, "find the former name of", word);
	return NULL;
}

static int forget_name(struct linkmove *move, const char *name, struct veth_fault *fault)
{
	struct veth_end *to = move->to;
	const char *alias = linkmove_find_kept(move, IFLA_IFALIAS, 1);

	add_group(move);
	if (alias && !strcmp(alias, name))
		link_add_alias(&to->nl, to->index, "");
	if (*move->record)
		link_delete_altname(&to->nl, to->index, move->record);
	snprintf(to->made, sizeof(to->made), "%s", name);
	return nl_run(&to->nl, NULL, NULL) < 0 ?
	       vethend_fail(fault, to, "set up", name) : 0;
}

static int go_back(struct linkmove *move, const char *word, const char *name,
		   struct veth_fault *fault)
{
	if (open_ns(move->from, fault) < 0 || open_ns(move->to, fault) < 0)
		return -1;
	if (keep_all(move, word, fault) < 0)
		return errno == ENODEV ? 0 : -1;
	if (!name)
		name = choose_name(move, word, fault);
	if (!name || send_move(move, name, fault) < 0 || forget_name(move, name, fault) < 0)
		return -1;
	return 1;
}

int linkmove_return(struct linkmove *move, const char *word, const char *name,
		    struct veth_fault *fault)
{
	int result = go_back(move, word, name, fault);
	struct why why;

	if (result < 0) {
		why_keep(&why);
		fault->left = linkmove_undo(move) < 0;
		why_restore(&why);
	}
	free(move->kept);
	move->kept = NULL;
	return result;
}
