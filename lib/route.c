/* SPDX-License-Identifier: ISC */
/* route - routes, as the user writes them and as the kernel takes them */
#include "route.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

#include "link.h"
#include "num.h"
#include "why.h"

static const struct {
	const char *name;
	unsigned char type;
} types[] = {
	{ "blackhole", RTN_BLACKHOLE },
	{ "unreachable", RTN_UNREACHABLE },
	{ "prohibit", RTN_PROHIBIT },
};

static int refuse(const char *why)
{
	why_set(why);
	errno = EINVAL;
	return -1;
}

static int parse_number(const char *text, uint32_t *number)
{
	uint64_t value;

	if (num_parse(text, UINT32_MAX, &value) < 0 || !value)
		return refuse("metric and table are numbers from 1 on");
	*number = (uint32_t)value;
	return 0;
}

static int parse_type(const char *word, struct route *route)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (!strcmp(word, types[i].name)) {
			route->type = types[i].type;
			return 0;
		}
	return refuse("it takes via=, dev=, metric=, table=, onlink and a type");
}

static int parse_part(char *word, struct route *route)
{
	char *value = strchr(word, '=');

	if (!value) {
		if (strcmp(word, "onlink"))
			return parse_type(word, route);
		route->onlink = 1;
		return 0;
	}
	*value++ = '\0';
	if (!strcmp(word, "via"))
		return addr_parse(value, &route->via);
	if (!strcmp(word, "metric"))
		return parse_number(value, &route->metric);
	if (!strcmp(word, "table"))
		return parse_number(value, &route->table);
	if (strcmp(word, "dev"))
		return parse_type(word, route);
	route->dev = value;
	return addr_parse_name(value);
}

static int check(struct route *route, int is_default)
{
	if (is_default) {
		route->to.family = route->via.family ? route->via.family : AF_INET;
	} else if (route->via.family && route->via.family != route->to.family) {
		return refuse("the next hop is of another family");
	}
	if (route->type != RTN_UNICAST && (route->via.family || route->dev || route->onlink))
		return refuse("a route of that type leads nowhere: no via=, dev= or onlink");
	if (route->onlink && !route->via.family)
		return refuse("onlink is about the next hop: via=ADDR");
	return 0;
}

int route_parse(char *words, struct route *route)
{
	char *next = words;
	int is_default;

	*route = (struct route){ .type = RTN_UNICAST };
	words = strsep(&next, ",");
	is_default = !strcmp(words, "default");
	if (!is_default && addr_parse_net(words, &route->to) < 0)
		return -1;
	while ((words = strsep(&next, ",")))
		if (parse_part(words, route) < 0)
			return -1;
	return check(route, is_default);
}

static int find_dev(const struct nl *nl, const struct route *route, int index)
{
	return route->dev ? link_find(nl, route->dev) : index;
}

static int run(struct nl *nl, const struct nl_step *step, int type, int flags,
	       const struct route *route, int index)
{
	const struct addr *to = &route->to, *via = &route->via;
	struct rtmsg header = {
		.rtm_family = to->family,
		.rtm_dst_len = to->prefix,
		.rtm_table = RT_TABLE_MAIN,
		.rtm_protocol = RTPROT_BOOT, /* as ip-route(8) */
		.rtm_scope = route->type == RTN_UNICAST && !via->family ? RT_SCOPE_LINK :
									  RT_SCOPE_UNIVERSE,
		.rtm_type = route->type,
		.rtm_flags = route->onlink ? RTNH_F_ONLINK : 0,
	};
	int dev = find_dev(nl, route, index);

	if (dev < 0)
		return -1;
	nl_add(nl, step, type, flags, &header, sizeof(header));
	if (to->prefix)
		nl_put(nl, RTA_DST, to->bytes, addr_size(to));
	if (via->family)
		nl_put(nl, RTA_GATEWAY, via->bytes, addr_size(via));
	if (route->type == RTN_UNICAST)
		nl_put_u32(nl, RTA_OIF, (uint32_t)dev);
	if (route->metric)
		nl_put_u32(nl, RTA_PRIORITY, route->metric);
	if (route->table)
		nl_put_u32(nl, RTA_TABLE, route->table);
	return nl_run(nl, NULL, NULL);
}

/* That it isn't there yet: a request to replace it, which is one to leave it where it is. */
static int check_new(struct nl *nl, const struct route *route, int index)
{
	struct nl_step step = { "NEWROUTE", "look for route", route->word };

	if (run(nl, &step, RTM_NEWROUTE, NLM_F_REPLACE | NLM_F_EXCL, route, index) == 0)
		errno = EEXIST;
	return errno == ENOENT ? 0 : -1;
}

/* One by the link goes with it. Of another we have to know that it is ours, should the kernel's
 * answer be lost. */
int route_add(struct nl *nl, const struct route *route, int index)
{
	struct nl_step step = { "NEWROUTE", "add route", route->word };
	int apart = route->dev || route->type != RTN_UNICAST;
	struct why why;

	if (apart && check_new(nl, route, index) < 0)
		return -1;
	if (run(nl, &step, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, route, index) == 0)
		return 0;
	why_keep(&why);
	if (apart && nl->failed < 0)
		route_delete(nl, route, index);
	why_restore(&why);
	return -1;
}

int route_delete(struct nl *nl, const struct route *route, int index)
{
	struct nl_step step = { "DELROUTE", "delete route", route->word };

	return run(nl, &step, RTM_DELROUTE, 0, route, index);
}
