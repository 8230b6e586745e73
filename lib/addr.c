/* SPDX-License-Identifier: ISC */
/* addr - network addresses and interface names */
#include "addr.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <stdint.h>
#include <string.h>

#include "num.h"
#include "why.h"

static int refuse(const char *why)
{
	why_set(why);
	errno = EINVAL;
	return -1;
}

size_t addr_size(const struct addr *addr)
{
	return addr->family == AF_INET ? 4 : 16;
}

/* Whether all bits from `from` on are `bit`. */
static int all_bits(const struct addr *addr, unsigned int from, unsigned int bit)
{
	for (unsigned int i = from; i < 8 * addr_size(addr); i++)
		if (((unsigned int)addr->bytes[i / 8] >> (7 - i % 8) & 1U) != bit)
			return 0;
	return 1;
}

int addr_parse(const char *text, struct addr *addr)
{
	unsigned char first;

	memset(addr, 0, sizeof(*addr));
	addr->family = strchr(text, ':') ? AF_INET6 : AF_INET;
	addr->prefix = (unsigned char)(8 * addr_size(addr));
	if (inet_pton(addr->family, text, addr->bytes) != 1)
		return refuse("no IPv4 or IPv6 address");
	first = addr->bytes[0];
	if (all_bits(addr, 0, 0) || all_bits(addr, 0, 1))
		return refuse("no host's address");
	if (addr->family == AF_INET ? first >> 4 == 14 : first == 0xff)
		return refuse("a multicast address");
	return 0;
}

int addr_parse_in_net(const char *text, struct addr *addr)
{
	size_t length = strcspn(text, "/");
	char host[INET6_ADDRSTRLEN];
	uint64_t prefix;

	if (length >= sizeof(host) || !text[length])
		return refuse("not of the form ADDR/LEN");
	memcpy(host, text, length);
	host[length] = '\0';
	if (addr_parse(host, addr) < 0)
		return -1;
	if (num_parse(text + length + 1, addr->prefix, &prefix) < 0)
		return refuse(addr->family == AF_INET ? "the prefix length is not 0 to 32" :
							"the prefix length is not 0 to 128");
	/* The last two lengths leave no room for a network's own address: RFC 3021, RFC 6164. */
	if (prefix + 1 < addr->prefix && all_bits(addr, (unsigned int)prefix, 0))
		return refuse("the network's own address, not a host's");
	if (prefix + 1 < addr->prefix && addr->family == AF_INET &&
	    all_bits(addr, (unsigned int)prefix, 1))
		return refuse("the network's broadcast address, not a host's");
	addr->prefix = (unsigned char)prefix;
	return 0;
}

int addr_parse_name(const char *text)
{
	if (!*text)
		return refuse("it is empty");
	if (strlen(text) >= IF_NAMESIZE)
		return refuse("longer than 15 bytes");
	if (!strcmp(text, ".") || !strcmp(text, ".."))
		return refuse("a directory's name");
	/* /proc/sys/net/ipv4/conf has them. */
	if (!strcmp(text, "all") || !strcmp(text, "default"))
		return refuse("it means every interface");
	for (const char *c = text; *c; c++)
		if ((unsigned char)*c <= ' ' || *c == 0x7f || strchr("/:%", *c))
			return refuse("a character that the kernel doesn't take in a name");
	return 0;
}
