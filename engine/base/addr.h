/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_ADDR_H
#define BASE_ADDR_H

/*
 * An IP address and a network of them.  IPv4-mapped IPv6 addresses are read
 * as the IPv4 address they carry.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct addr {
	uint8_t family; /* 4, 6, or 0: none */
	uint8_t bytes[16];
};

struct addr_net {
	struct addr addr;
	uint8_t bits;
};

/* From one to another of the same family, both in it. */
struct addr_range {
	struct addr first, last;
};

enum { ADDR_TEXT = 46 };

/* "192.0.2.1", "2001:db8::1", in brackets or after "IPv6:" too. */
bool addr_parse(struct str s, struct addr *addr);
void addr_format(const struct addr *addr, char text[static ADDR_TEXT]);
bool addr_eq(const struct addr *a, const struct addr *b);

/* "192.0.2.0/24"; an address alone is a network of one. */
bool addr_net_parse(struct str s, struct addr_net *net);
/* One of them does. */
bool addr_net_list_has(const struct addr_net *nets, size_t n,
    const struct addr *addr);
bool addr_net_has(const struct addr_net *net, const struct addr *addr);

/* False: the last is none behind the first. */
bool addr_range_make(struct addr_range *range, const struct addr *first,
    const struct addr *last);
bool addr_range_has(const struct addr_range *range, const struct addr *addr);
void addr_range_of_net(struct addr_range *range, const struct addr_net *net);
/* Takes the largest network off its front: at most 62 of IPv4, 254 of IPv6
 * make a range.  False: nothing is left. */
bool addr_range_next(struct addr_range *range, struct addr_net *net);

/* This machine itself. */
bool addr_is_loopback(const struct addr *addr);

/* Loopback, RFC 1918, RFC 6598, link-local, unique local: no address that a
 * stranger on the Internet can have. */
bool addr_is_private(const struct addr *addr);

/* The IPv4 address that one of IPv6 stands for: 6to4 (RFC 3056) and the
 * well-known prefix of NAT64 (RFC 6052).  False: for none. */
bool addr_inner(const struct addr *addr, struct addr *inner);

#endif
