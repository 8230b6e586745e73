/* SPDX-License-Identifier: ISC */
/* addr - network addresses and interface names, as the user writes them */
#ifndef NSKIT_ADDR_H
#define NSKIT_ADDR_H

#include <stddef.h>
#include <stdint.h>

struct addr {
	unsigned char family;		/* AF_INET or AF_INET6 */
	unsigned char prefix;		/* length in bits; all of them where none was given */
	unsigned char bytes[16];	/* network order; 4 or 16 of them, addr_size() */
};

/* Parse "ADDR", the address of one host. Returns 0, or -1 with errno EINVAL and in why.h what is
 * wrong with it. */
int addr_parse(const char *text, struct addr *addr);

/* The same for "ADDR/LEN", a host's address in its network: neither the network's own nor, with
 * IPv4, that of all its hosts. */
int addr_parse_in_net(const char *text, struct addr *addr);

/* The same for "NET/LEN", a whole network: no bit of a host is set. Without "/LEN" it is one host.
 * "default" is not one. */
int addr_parse_net(const char *text, struct addr *addr);

size_t addr_size(const struct addr *addr);

/* Make one of the `size` bytes that the kernel has for it. Returns 0, or -1 where there are not as
 * many as the family's addresses have, or it is none of IP. */
int addr_set(struct addr *addr, unsigned char family, unsigned char prefix, const void *bytes,
	     size_t size);

/* 1 where both are the same host, else 0. */
int addr_is_same(const struct addr *a, const struct addr *b);

/* 1 where it is ::1, else 0. */
int addr_is_loopback6(const struct addr *addr);

/* 1 where the address `host` lies in the network `net`, else 0. */
int addr_is_in(const struct addr *host, const struct addr *net);

/* The address `number` places after `addr`. Only the last eight bytes count. */
struct addr addr_next(const struct addr *addr, uint64_t number);

/* Write "ADDR", and with a prefix that is shorter than the address "ADDR/LEN", into `text`. */
enum { ADDR_TEXT = 50 };
const char *addr_format(const struct addr *addr, char text[ADDR_TEXT]);

/* Parse the name of an interface: at most 15 bytes, nothing that the kernel or a path in /proc/sys
 * takes for something else. Returns 0, or -1 with errno EINVAL and in why.h what is wrong. */
int addr_parse_name(const char *text);

/* The same for an alternative name, which has at most 127 bytes. */
enum { ADDR_ALTNAME = 128 };
int addr_parse_altname(const char *text);

/* Parse "XX:XX:XX:XX:XX:XX", the Ethernet address of one interface. As above. */
enum { ADDR_MAC = 6 };
int addr_parse_mac(const char *text, unsigned char mac[ADDR_MAC]);

/* Write the `size` bytes of an address of that kind, at most 32, so into `text`. */
enum { ADDR_MAC_TEXT = 3 * 32 };
const char *addr_format_mac(const unsigned char *mac, size_t size, char text[ADDR_MAC_TEXT]);

#endif
