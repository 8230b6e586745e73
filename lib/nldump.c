/* SPDX-License-Identifier: ISC */
/* nldump - all that there is of a type, asked for in a netlink conversation; part of nl.h */
#include <errno.h>
#include <linux/rtnetlink.h>

#include "nl.h"

/* Who asks for interfaces in no particular way gets those that fit into a page or two, and the list
 * ends at the first that doesn't, without an error. Whoever may give interfaces names, as a
 * container may its own, could hide them so. */
void nl_add_dump(struct nl *nl, const struct nl_step *step, int type, const void *header,
		 size_t size)
{
	nl_add(nl, step, type, NLM_F_DUMP, header, size);
	if (type == RTM_GETLINK)
		nl_put_u32(nl, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
}

int nl_dump(struct nl *nl, const struct nl_step *step, int type, const void *header, size_t size,
	    void (*answer)(const struct nlmsghdr *message, void *context), void *context)
{
	int tries = 5, result;

	/* EBUSY: one that broke off before isn't read to its end; that is done by trying. */
	do {
		nl_add_dump(nl, step, type, header, size);
		result = nl_run(nl, answer, context);
	} while (result < 0 && (errno == EINTR || errno == EBUSY) && --tries);
	return result;
}
