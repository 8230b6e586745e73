/* SPDX-License-Identifier: ISC */
/* addr - network addresses and interface names */
#include "addr.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <stdint.h>
#include <stdio.h>
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

/* The length of the prefix, which is at most what the address has of bits. */
static int parse_prefix(const char *text, const struct addr *addr, uint64_t *prefix)
{
	if (num_parse(text, 8 * addr_size(addr), prefix) == 0)
		return 0;
	return refuse(addr->family == AF_INET ? "the prefix length is not 0 to 32" :
						"the prefix length is not 0 to 128");
}

/* The part before the slash. Returns its length, or -1. */
static int cut(const char *text, char host[INET6_ADDRSTRLEN])
{
	size_t length = strcspn(text, "/");

	if (length >= INET6_ADDRSTRLEN)
		return -1;
	memcpy(host, text, length);
	host[length] = '\0';
	return (int)length;
}

int addr_parse_in_net(const char *text, struct addr *addr)
{
	char host[INET6_ADDRSTRLEN];
	int length = cut(text, host);
	uint64_t prefix;

	if (length < 0 || !text[length])
		return refuse("not of the form ADDR/LEN");
	if (addr_parse(host, addr) < 0 || parse_prefix(text + length + 1, addr, &prefix) < 0)
		return -1;
	/* The last two lengths leave no room for a network's own address: RFC 3021, RFC 6164. */
	if (prefix + 1 < addr->prefix && all_bits(addr, (unsigned int)prefix, 0))
		return refuse("the network's own address, not a host's");
	if (prefix + 1 < addr->prefix && addr->family == AF_INET &&
	    all_bits(addr, (unsigned int)prefix, 1))
		return refuse("the network's broadcast address, not a host's");
	addr->prefix = (unsigned char)prefix;
	return 0;
}

int addr_parse_net(const char *text, struct addr *addr)
{
	char host[INET6_ADDRSTRLEN];
	int length = cut(text, host);
	uint64_t prefix;

	memset(addr, 0, sizeof(*addr));
	addr->family = strchr(text, ':') ? AF_INET6 : AF_INET;
	prefix = 8 * addr_size(addr);
	if (length < 0 || inet_pton(addr->family, host, addr->bytes) != 1)
		return refuse("no IPv4 or IPv6 network");
	if (text[length] && parse_prefix(text + length + 1, addr, &prefix) < 0)
		return -1;
	addr->prefix = (unsigned char)prefix;
	if (!all_bits(addr, addr->prefix, 0))
		return refuse("a host in it, not the network");
	return 0;
}

int addr_set(struct addr *addr, unsigned char family, unsigned char prefix, const void *bytes,
	     size_t size)
{
	*addr = (struct addr){ .family = family, .prefix = prefix };
	if ((family != AF_INET && family != AF_INET6) || size != addr_size(addr))
		return -1;
	memcpy(addr->bytes, bytes, size);
	return 0;
}

int addr_is_same(const struct addr *a, const struct addr *b)
{
	return a->family == b->family && !memcmp(a->bytes, b->bytes, addr_size(a));
}

int addr_is_loopback6(const struct addr *addr)
{
	static const unsigned char one[16] = { [15] = 1 };

	return addr->family == AF_INET6 && !memcmp(addr->bytes, one, sizeof(one));
}

int addr_is_in(const struct addr *host, const struct addr *net)
{
	size_t whole = net->prefix / 8;
	unsigned int rest = net->prefix % 8;

	return host->family == net->family && !memcmp(host->bytes, net->bytes, whole) &&
	       (!rest || !((host->bytes[whole] ^ net->bytes[whole]) >> (8 - rest)));
}

struct addr addr_next(const struct addr *addr, uint64_t number)
{
	struct addr next = *addr;
	size_t size = addr_size(addr);

	for (size_t i = size; i-- > (size > 8 ? size - 8 : 0); number >>= 8) {
		number += next.bytes[i];
		next.bytes[i] = (unsigned char)number;
	}
	return next;
}

const char *addr_format(const struct addr *addr, char text[ADDR_TEXT])
{
	size_t length;

	inet_ntop(addr->family, addr->bytes, text, ADDR_TEXT);
	length = strlen(text);
	if (addr->prefix < 8 * addr_size(addr))
		snprintf(text + length, ADDR_TEXT - length, "/%u", addr->prefix);
	return text;
}

static int hex(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ?
	       (c | 0x20) - 'a' + 10 : -1;
}

int addr_parse_mac(const char *text, unsigned char mac[ADDR_MAC])
{
	int zero = 1;

	for (int i = 0; i < ADDR_MAC; i++, text += 3) {
		int high = hex(text[0]), low = high < 0 ? -1 : hex(text[1]);

		if (low < 0 || text[2] != (i < ADDR_MAC - 1 ? ':' : '\0'))
			return refuse("not of the form XX:XX:XX:XX:XX:XX");
		mac[i] = (unsigned char)(high << 4 | low);
		zero &= !mac[i];
	}
	if (zero || mac[0] & 1)
		return refuse("it is of a group, or of nobody");
	return 0;
}

const char *addr_format_mac(const unsigned char *mac, size_t size, char text[ADDR_MAC_TEXT])
{
	*text = '\0';
	for (size_t i = 0; i < size && i < ADDR_MAC_TEXT / 3; i++)
		snprintf(text + 3 * i - !!i, 4, i ? ":%02x" : "%02x", mac[i]);
	return text;
}

static int check_name(const char *text)
{
	if (!*text)
		return refuse("it is empty");
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

int addr_parse_name(const char *text)
{
	return strlen(text) < IF_NAMESIZE ? check_name(text) : refuse("longer than 15 bytes");
}

int addr_parse_altname(const char *text)
{
	return strlen(text) < ADDR_ALTNAME ? check_name(text) : refuse("longer than 127 bytes");
}
