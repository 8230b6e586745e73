/* SPDX-License-Identifier: ISC */
/* cgrouporder - what nscgroup is asked for */
#include "cgrouporder.h"

#include <unistd.h>

#include "die.h"

void cgrouporder_limit(struct cgrouporder *order, int limit)
{
	if (cgrouplimit_parse(&order->limits, limit, optarg) < 0)
		die("--%s '%s'", cgrouplimit_option(limit), optarg);
}

int cgrouporder_is_action(const struct cgrouporder *order)
{
	return order->freeze || order->thaw || order->kill || order->rm || order->stat;
}

void cgrouporder_check(const struct cgrouporder *order, const char *prog)
{
	if (order->name && !cgroupdir_is_name(order->name))
		refuse("'%s' is no name of a group: words with / between, each of letters, digits "
		       "and, not first, . _ and -", order->name);
	if (order->freeze + order->thaw + (order->kill || order->rm) + order->stat > 1)
		refuse_usage("--freeze, --thaw, --stat and --kill or --rm are different actions");
	if (cgrouporder_is_action(order) &&
	    (order->limits.given || order->keep || (order->handle && !order->stat)))
		refuse_usage("an action on a group that is there goes with no other option");
	if (!order->stat && (order->watch || order->json))
		refuse_usage("%s is for --stat", order->json ? "--json" : "--watch");
	if (prog && !order->keep && getpid() == 1)
		refuse("as process 1 of a pid namespace, nscgroup has nobody who could remove the "
		       "group after it: put it before nsnew, or --keep the group");
}
