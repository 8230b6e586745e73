/* SPDX-License-Identifier: ISC */
/* nlfind - the attributes of a netlink message, which the kernel wrote and we check nevertheless */
#include <string.h>

#include "nl.h"

static const void *find(const unsigned char *at, size_t length, int type, size_t least)
{
	struct nlattr attribute;

	while (length >= sizeof(attribute)) {
		size_t step;

		memcpy(&attribute, at, sizeof(attribute));
		if (attribute.nla_len < sizeof(attribute) || attribute.nla_len > length)
			return NULL;
		if ((attribute.nla_type & NLA_TYPE_MASK) == type)
			return attribute.nla_len < sizeof(attribute) + least ? NULL :
				at + sizeof(attribute);
		step = NLA_ALIGN(attribute.nla_len);
		if (step > length)
			return NULL;
		at += step;
		length -= step;
	}
	return NULL;
}

const void *nl_find(const struct nlmsghdr *message, size_t header, int type, size_t least)
{
	size_t before = NLMSG_LENGTH(NLMSG_ALIGN(header));

	if (message->nlmsg_len < before)
		return NULL;
	return find((const unsigned char *)message + before, message->nlmsg_len - before, type,
		    least);
}

size_t nl_size(const void *value)
{
	struct nlattr attribute;

	memcpy(&attribute, (const unsigned char *)value - sizeof(attribute), sizeof(attribute));
	return attribute.nla_len - sizeof(attribute);
}

const void *nl_find_in(const void *nest, int type, size_t least)
{
	return nest ? find(nest, nl_size(nest), type, least) : NULL;
}

const void *nl_find_next(const void *nest, const void *value, int type, size_t least)
{
	const unsigned char *end = (const unsigned char *)nest + nl_size(nest);
	const unsigned char *at = (const unsigned char *)value +
				  (size_t)NLA_ALIGN((int)nl_size(value));

	return at < end ? find(at, (size_t)(end - at), type, least) : NULL;
}
