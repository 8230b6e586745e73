/* SPDX-License-Identifier: ISC */
/* addr - network addresses and interface names, as the user writes them */
#ifndef NSKIT_ADDR_H
#define NSKIT_ADDR_H

#include <stddef.h>

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

size_t addr_size(const struct addr *addr);

/* Parse the name of an interface: at most 15 bytes, nothing that the kernel or a path in /proc/sys
 * takes for something else. Returns 0, or -1 with errno EINVAL and in why.h what is wrong. */
int addr_parse_name(const char *text);

#endif
