/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_NET_PACKET_H
#define TESTS_NET_PACKET_H

/* DNS packets put together by hand (RFC 1035 4.1), good ones and others. */

#include <stddef.h>
#include <string.h>

#include "base/str.h"

struct packet {
	unsigned char bytes[4096];
	size_t n;
};

static inline void
put_byte(struct packet *p, unsigned b)
{
	p->bytes[p->n++] = (unsigned char)b;
}

static inline void
put_short(struct packet *p, unsigned n)
{
	put_byte(p, n >> 8);
	put_byte(p, n & 0xff);
}

/* "a.b" as labels, and the end. */
static inline void
put_name(struct packet *p, const char *name)
{
	struct str rest = str_of(name), label;

	while (rest.n != 0 && str_next(&rest, '.', &label)) {
		put_byte(p, (unsigned)label.n);
		memcpy(p->bytes + p->n, label.p, label.n);
		p->n += label.n;
	}
	put_byte(p, 0);
}

static inline void
put_header(struct packet *p, unsigned flags, unsigned answers,
    unsigned authorities)
{
	p->n = 0;
	put_short(p, 1);
	put_short(p, flags);
	put_short(p, 1);
	put_short(p, answers);
	put_short(p, authorities);
	put_short(p, 0);
}

static inline void
put_question(struct packet *p, const char *name, unsigned type)
{
	put_name(p, name);
	put_short(p, type);
	put_short(p, 1);
}

/* Its data is to follow: n bytes. */
static inline void
put_record(struct packet *p, const char *owner, unsigned type, unsigned ttl,
    unsigned n)
{
	put_name(p, owner);
	put_short(p, type);
	put_short(p, 1);
	put_short(p, ttl >> 16);
	put_short(p, ttl & 0xffff);
	put_short(p, n);
}

static inline void
put_address(struct packet *p, const char *owner, unsigned ttl, unsigned last)
{
	put_record(p, owner, 1, ttl, 4);
	put_byte(p, 192);
	put_byte(p, 0);
	put_byte(p, 2);
	put_byte(p, last);
}

/* Of a type whose data is a name. */
static inline void
put_alias(struct packet *p, const char *owner, unsigned type,
    const char *target)
{
	put_record(p, owner, type, 60, (unsigned)strlen(target) + 2);
	put_name(p, target);
}

static inline void
put_soa(struct packet *p, unsigned ttl, unsigned least)
{
	put_record(p, "", 6, ttl, 2 + 20);
	put_name(p, "");
	put_name(p, "");
	for (int i = 0; i < 4; i++) {
		put_short(p, 0);
		put_short(p, 0);
	}
	put_short(p, least >> 16);
	put_short(p, least & 0xffff);
}

static inline struct str
packet_str(const struct packet *p)
{
	return (struct str){ (const char *)p->bytes, p->n };
}

#endif
