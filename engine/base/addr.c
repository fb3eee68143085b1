/* SPDX-License-Identifier: Apache-2.0 */
/* Addresses: reading, writing, belonging to a network. */
#include "base/addr.h"

#include <arpa/inet.h>
#include <stddef.h>
#include <string.h>

#include "base/vec.h"

static void
unmap(struct addr *addr)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

	if (addr->family != 6 ||
	    memcmp(addr->bytes, mapped, sizeof(mapped)) != 0)
		return;
	memmove(addr->bytes, addr->bytes + 12, 4);
	memset(addr->bytes + 4, 0, 12);
	addr->family = 4;
}

bool
addr_parse(struct str s, struct addr *addr)
{
	char text[ADDR_TEXT];
	bool has_colon;

	if (s.n >= 2 && s.p[0] == '[' && s.p[s.n - 1] == ']')
		s = str_sub(s, 1, s.n - 1);
	str_case_skip(&s, STR("ipv6:"));
	*addr = (struct addr){ 0 };
	/* Most of what is asked about is a name. */
	if (s.n == 0 || s.n >= sizeof(text) ||
	    (!ascii_is_hex(s.p[0]) && s.p[0] != ':') || str_has(s, '\0'))
		return false;
	has_colon = str_has(s, ':');
	if (!has_colon && (!ascii_is_digit(s.p[0]) ||
	    !ascii_is_digit(s.p[s.n - 1])))
		return false;
	memcpy(text, s.p, s.n);
	text[s.n] = '\0';
	if (has_colon)
		addr->family = inet_pton(AF_INET6, text, addr->bytes) == 1 ?
		    6 : 0;
	else
		addr->family = inet_pton(AF_INET, text, addr->bytes) == 1 ?
		    4 : 0;
	unmap(addr);
	return addr->family != 0;
}

/*
 * inet_ntop prints, which takes longer than reading the line did; so both
 * kinds are written here.
 */
static char *
put_ipv4(char *to, const uint8_t bytes[static 4])
{
	for (int i = 0; i < 4; i++) {
		unsigned n = bytes[i];

		if (n >= 100)
			*to++ = (char)('0' + n / 100);
		if (n >= 10)
			*to++ = (char)('0' + n / 10 % 10);
		*to++ = (char)('0' + n % 10);
		*to++ = '.';
	}
	return to - 1;
}

/* Without zeroes in front. */
static char *
put_hex(char *to, unsigned piece)
{
	unsigned shift = 12;

	while (shift != 0 && piece >> shift == 0)
		shift -= 4;
	for (;; shift -= 4) {
		*to++ = "0123456789abcdef"[piece >> shift & 15];
		if (shift == 0)
			return to;
	}
}

/* The first of the longest runs of zero pieces, if it is one of two or more
 * (RFC 5952 4.2); begins at 8 if there is none. */
static unsigned
ipv6_gap(const unsigned piece[static 8], unsigned *length)
{
	unsigned begin = 8;

	*length = 1;
	for (unsigned i = 0, n; i < 8; i += n + 1) {
		for (n = 0; i + n < 8 && piece[i + n] == 0;)
			n++;
		if (n > *length) {
			*length = n;
			begin = i;
		}
	}
	return begin;
}

static char *
put_ipv6(char *to, const uint8_t bytes[static 16])
{
	unsigned piece[8], length, gap;

	for (unsigned i = 0; i < 8; i++)
		piece[i] = (unsigned)bytes[2 * i] << 8 | bytes[2 * i + 1];
	gap = ipv6_gap(piece, &length);
	for (unsigned i = 0; i < 8; i++) {
		if (i == gap) {
			*to++ = ':';
			i += length - 1;
			if (i == 7)
				*to++ = ':';
			continue;
		}
		if (i != 0)
			*to++ = ':';
		/* "::192.0.2.1" */
		if (i == 6 && gap == 0 && length == 6)
			return put_ipv4(to, bytes + 12);
		to = put_hex(to, piece[i]);
	}
	return to;
}

void
addr_format(const struct addr *addr, char text[static ADDR_TEXT])
{
	char *to = text;

	if (addr->family == 6)
		to = put_ipv6(to, addr->bytes);
	if (addr->family == 4)
		to = put_ipv4(to, addr->bytes);
	*to = '\0';
}

bool
addr_eq(const struct addr *a, const struct addr *b)
{
	return a->family == b->family &&
	    memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}

bool
addr_net_parse(struct str s, struct addr_net *net)
{
	struct str host, bits;
	int64_t n;
	bool has_bits = str_cut(s, '/', &host, &bits);

	if (!addr_parse(host, &net->addr))
		return false;
	n = net->addr.family == 4 ? 32 : 128;
	if (has_bits) {
		int64_t most = n;

		if (!str_to_int(bits, &n) || n < 0 || n > most)
			return false;
	}
	net->bits = (uint8_t)n;
	return true;
}

bool
addr_net_has(const struct addr_net *net, const struct addr *addr)
{
	size_t whole = net->bits / 8;
	unsigned rest = net->bits % 8;
	uint8_t mask = (uint8_t)(0xff00U >> rest);

	if (addr->family == 0 || addr->family != net->addr.family)
		return false;
	if (memcmp(addr->bytes, net->addr.bytes, whole) != 0)
		return false;
	return rest == 0 ||
	    ((addr->bytes[whole] ^ net->addr.bytes[whole]) & mask) == 0;
}

bool
addr_net_list_has(const struct addr_net *nets, size_t n,
    const struct addr *addr)
{
	for (size_t i = 0; i < n; i++) {
		if (addr_net_has(&nets[i], addr))
			return true;
	}
	return false;
}

static int
compare(const struct addr *a, const struct addr *b)
{
	return memcmp(a->bytes, b->bytes, sizeof(a->bytes));
}

bool
addr_range_make(struct addr_range *range, const struct addr *first,
    const struct addr *last)
{
	*range = (struct addr_range){ *first, *last };
	return first->family != 0 && first->family == last->family &&
	    compare(first, last) <= 0;
}

bool
addr_range_has(const struct addr_range *range, const struct addr *addr)
{
	return addr->family != 0 && addr->family == range->first.family &&
	    compare(&range->first, addr) <= 0 &&
	    compare(addr, &range->last) <= 0;
}

static unsigned
most_bits(const struct addr *addr)
{
	return addr->family == 4 ? 32 : 128;
}

/* All bits behind the first ones as they are in the lowest or the highest
 * address of a network. */
static struct addr
fill(struct addr addr, unsigned bits, bool is_set)
{
	for (unsigned i = bits; i < most_bits(&addr); i++) {
		uint8_t bit = (uint8_t)(0x80U >> i % 8);

		addr.bytes[i / 8] = (uint8_t)(is_set ? addr.bytes[i / 8] | bit
		    : addr.bytes[i / 8] & ~bit);
	}
	return addr;
}

void
addr_range_of_net(struct addr_range *range, const struct addr_net *net)
{
	range->first = fill(net->addr, net->bits, false);
	range->last = fill(net->addr, net->bits, true);
}

/* False: it was the last of all. */
static bool
step(struct addr *addr)
{
	for (unsigned i = most_bits(addr) / 8; i-- > 0;)
		if (++addr->bytes[i] != 0)
			return true;
	return false;
}

bool
addr_range_next(struct addr_range *range, struct addr_net *net)
{
	unsigned bits = most_bits(&range->first);
	struct addr end = range->first;

	if (!addr_range_has(range, &range->first))
		return false;
	while (bits > 0) {
		struct addr low = fill(range->first, bits - 1, false);
		struct addr high = fill(range->first, bits - 1, true);

		if (!addr_eq(&low, &range->first) ||
		    compare(&high, &range->last) > 0)
			break;
		end = high;
		bits--;
	}
	*net = (struct addr_net){ range->first, (uint8_t)bits };
	range->first = end;
	if (!step(&range->first))
		range->first.family = 0;
	return true;
}

bool
addr_is_loopback(const struct addr *addr)
{
	static const struct addr six = { 6, { [15] = 1 } };

	return (addr->family == 4 && addr->bytes[0] == 127) ||
	    addr_eq(addr, &six);
}

bool
addr_is_private(const struct addr *addr)
{
	static const struct addr_net nets[] = {
		{ { 4, { 0 } }, 8 },
		{ { 4, { 10 } }, 8 },
		{ { 4, { 100, 64 } }, 10 },
		{ { 4, { 127 } }, 8 },
		{ { 4, { 169, 254 } }, 16 },
		{ { 4, { 172, 16 } }, 12 },
		{ { 4, { 192, 168 } }, 16 },
		{ { 6, { [15] = 1 } }, 128 },
		{ { 6, { 0xfc } }, 7 },
		{ { 6, { 0xfe, 0x80 } }, 10 },
	};

	for (size_t i = 0; i < nitems(nets); i++)
		if (addr_net_has(&nets[i], addr))
			return true;
	return false;
}

bool
addr_inner(const struct addr *addr, struct addr *inner)
{
	static const struct addr_net six_to_four = { { 6, { 0x20, 2 } }, 16 };
	static const struct addr_net nat64 = { { 6, { 0, 0x64, 0xff, 0x9b } },
		96 };
	size_t at = addr_net_has(&six_to_four, addr) ? 2 :
	    addr_net_has(&nat64, addr) ? 12 : 0;

	if (at == 0)
		return false;
	*inner = (struct addr){ .family = 4 };
	memcpy(inner->bytes, addr->bytes + at, 4);
	return true;
}
