/* SPDX-License-Identifier: ISC */
/* vethjson - what nsveth shows of the interfaces of a network namespace, as JSON */
#include <string.h>

#include "netfact.h"
#include "out.h"
#include "vethshow.h"

/* An empty text is one that isn't known. */
static const char *known(const char *text)
{
	return *text ? text : NULL;
}

static void print_namespace(struct out_json *json, const struct netpeer *peer)
{
	out_object(json, "namespace");
	out_member(json, "id", peer->netid < 0 ? out_null() : out_number(peer->netid));
	out_member_text(json, "name", peer->name);
	out_member_text(json, "handle", known(peer->handle));
	out_member(json, "inode", peer->inode ? out_number((int64_t)peer->inode) : out_null());
	out_close(json);
}

static void print_peer(struct out_json *json, const struct vethshow *show,
		       const struct netlist_link *link)
{
	if (!link->peer) {
		out_member(json, "peer", out_null());
		return;
	}
	out_object(json, "peer");
	out_member_text(json, "name", known(link->peer_name));
	out_member_number(json, "index", link->peer);
	if (link->netid == NETLIST_HERE)
		out_member(json, "namespace", out_null());
	else
		print_namespace(json, vethshow_place(show, link));
	out_close(json);
}

static void print_ports(struct out_json *json, const struct netlist *list,
			const struct netlist_link *link)
{
	const char *word = netfact_kind(link);

	if (!word || strcmp(word, "bridge") != 0) {
		out_member(json, "ports", out_null());
		return;
	}
	out_array(json, "ports");
	for (size_t i = 0; i < list->links.count; i++) {
		const struct netlist_link *port = list->links.item[i];

		if (port->master == link->index)
			out_member_text(json, NULL, port->name);
	}
	out_close(json);
}

static void print_addresses(struct out_json *json, const struct netlist_link *link)
{
	char text[ADDR_TEXT];

	out_array(json, "addresses");
	for (const struct netlist_address *one = link->addresses; one; one = one->next) {
		out_object(json, NULL);
		out_member_text(json, "address", netfact_address(one, text));
		out_member_text(json, "scope", netfact_scope(one));
		out_close(json);
	}
	out_close(json);
}

static void print_counters(struct out_json *json, const struct netlist_link *link, int sent)
{
	int64_t count[NETFACT_COUNTERS];

	netfact_count(link, count);
	out_object(json, sent ? "tx" : "rx");
	out_member_number(json, "bytes", count[NETFACT_BYTES + sent]);
	out_member_number(json, "packets", count[NETFACT_PACKETS + sent]);
	out_member_number(json, "errors", count[NETFACT_ERRORS + sent]);
	out_member_number(json, "dropped", count[NETFACT_DROPPED + sent]);
	out_close(json);
}

static void print_link(struct out_json *json, const struct vethshow *show,
		       const struct netlist_link *link)
{
	char text[ADDR_MAC_TEXT];

	out_object(json, NULL);
	out_member_text(json, "name", link->name);
	out_member_number(json, "index", link->index);
	out_member_text(json, "kind", netfact_kind(link));
	out_member(json, "up", out_bool(netfact_is_up(link)));
	out_member_text(json, "operstate", netfact_operstate(link));
	out_member(json, "carrier", out_bool(netfact_byte(link, IFLA_CARRIER)));
	out_member_number(json, "mtu", netfact_number(link, IFLA_MTU));
	out_member_text(json, "mac", netfact_mac(link, text));
	out_array(json, "altnames");
	for (const char *name = NULL; (name = netfact_altname(link, name));)
		out_member_text(json, NULL, name);
	out_close(json);
	out_member_text(json, "alias", netfact_text(link, IFLA_IFALIAS));
	out_member_number(json, "group", netfact_number(link, IFLA_GROUP));
	out_member_text(json, "master", vethshow_master(show, link));
	print_ports(json, &show->list, link);
	print_peer(json, show, link);
	print_addresses(json, link);
	print_counters(json, link, 0);
	print_counters(json, link, 1);
	out_close(json);
}

void vethshow_print_json(const struct vethshow *show)
{
	struct out_json json = { 0 };

	out_object(&json, NULL);
	out_array(&json, "interfaces");
	for (size_t i = 0; i < show->list.links.count; i++) {
		const struct netlist_link *link = show->list.links.item[i];

		if (link->wanted)
			print_link(&json, show, link);
	}
	out_close(&json);
	out_close(&json);
}
