/* SPDX-License-Identifier: Apache-2.0 */
/* Keys over the wire, the slots they fall into, and redirections. */
#include <stdio.h>
#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "net/redis.h"
#include "net/resp.h"

static bool
is_plain(char c)
{
	unsigned char byte = (unsigned char)c;

	return byte > ' ' && byte != 0x7f && c != '%' && c != '{' && c != '}';
}

enum { PIECE = 16 };

#ifdef __SSE2__
static bool
is_plain_piece(const char *p)
{
	__m128i here = _mm_loadu_si128((const void *)p);
	__m128i low = _mm_cmpeq_epi8(here,
	    _mm_min_epu8(here, _mm_set1_epi8(' ')));
	__m128i braces = _mm_or_si128(
	    _mm_cmpeq_epi8(here, _mm_set1_epi8('{')),
	    _mm_cmpeq_epi8(here, _mm_set1_epi8('}')));
	__m128i others = _mm_or_si128(
	    _mm_cmpeq_epi8(here, _mm_set1_epi8('%')),
	    _mm_cmpeq_epi8(here, _mm_set1_epi8(0x7f)));

	return _mm_movemask_epi8(_mm_or_si128(low,
	    _mm_or_si128(braces, others))) == 0;
}
#else
static bool
is_plain_piece(const char *p)
{
	for (int i = 0; i < PIECE; i++)
		if (!is_plain(p[i]))
			return false;
	return true;
}
#endif

/* Most keys have nothing else. */
static size_t
plain_run(struct str s)
{
	size_t n = 0;

	while (s.n - n >= PIECE && is_plain_piece(s.p + n))
		n += PIECE;
	while (n < s.n && is_plain(s.p[n]))
		n++;
	return n;
}

void
redis_key_add(struct buf *b, struct str prefix, struct str key)
{
	static const char hex[] = "0123456789ABCDEF";

	buf_add_str(b, prefix);
	for (;;) {
		size_t n = plain_run(key);
		unsigned char byte;

		buf_add_str(b, str_head(key, n));
		if (n == key.n)
			return;
		byte = (unsigned char)key.p[n];
		buf_add_byte(b, '%');
		buf_add_byte(b, hex[byte >> 4]);
		buf_add_byte(b, hex[byte & 15]);
		key = str_from(key, n + 1);
	}
}

struct str
redis_key(struct buf *b, struct str prefix, struct str key)
{
	buf_empty(b);
	redis_key_add(b, prefix, key);
	return buf_str(b);
}

bool
redis_key_read(struct buf *b, struct str prefix, struct str wire,
    struct str *key)
{
	buf_empty(b);
	if (!str_skip(&wire, prefix))
		return false;
	for (size_t i = 0; i < wire.n; i++) {
		if (wire.p[i] != '%') {
			buf_add_byte(b, wire.p[i]);
			continue;
		}
		if (wire.n - i < 3 || !ascii_is_hex(wire.p[i + 1]) ||
		    !ascii_is_hex(wire.p[i + 2]))
			return false;
		buf_add_byte(b, (char)(ascii_hex(wire.p[i + 1]) << 4 |
		    ascii_hex(wire.p[i + 2])));
		i += 2;
	}
	*key = buf_str(b);
	return !b->is_full;
}

/* CRC16/XMODEM, as the cluster's specification says. */
static unsigned
crc16(struct str s)
{
	unsigned crc = 0;

	for (size_t i = 0; i < s.n; i++) {
		crc ^= (unsigned)(unsigned char)s.p[i] << 8;
		for (int bit = 0; bit < 8; bit++)
			crc = (crc & 0x8000) != 0 ? crc << 1 ^ 0x1021 :
			    crc << 1;
		crc &= 0xffff;
	}
	return crc;
}

/* What stands in the first pair of braces counts alone, if it is anything. */
unsigned
redis_key_slot(struct str wire)
{
	size_t open = str_find(wire, '{');
	struct str tag = str_from(wire, open + 1);
	size_t close = str_find(tag, '}');

	if (open < wire.n && close < tag.n && close != 0)
		wire = str_head(tag, close);
	return crc16(wire) % REDIS_SLOTS;
}

/* A server that does not know its own name leaves it out. */
static bool
make_at(char at[static REDIS_AT_MOST], struct str name, int64_t port,
    const char *from)
{
	struct str host = str_of(from);

	if (port < 1 || port > 65535 || name.n > REDIS_AT_MOST - 20)
		return false;
	if (name.n == 0 || str_is(name, "?"))
		name = str_head(host, str_find_last(host, ':'));
	for (size_t i = 0; i < name.n; i++) {
		if (!is_plain(name.p[i]))
			return false;
	}
	/* "::1:6381" is how they write it */
	if (str_has(name, ':') && name.p[0] != '[')
		snprintf(at, REDIS_AT_MOST, "[%" STR_FMT "]:%d",
		    STR_ARG(name), (int)port);
	else
		snprintf(at, REDIS_AT_MOST, "%" STR_FMT ":%d", STR_ARG(name),
		    (int)port);
	return name.n != 0;
}

static bool
read_at(char at[static REDIS_AT_MOST], struct str text, const char *from)
{
	size_t colon = str_find_last(text, ':');
	int64_t port;

	return colon != text.n &&
	    str_to_int(str_from(text, colon + 1), &port) &&
	    make_at(at, str_head(text, colon), port, from);
}

bool
redis_range_read(struct redis_range *out, const struct resp *range,
    const char *from)
{
	const struct resp *master;

	if (range->type != RESP_ARRAY || range->n < 3 ||
	    range->at[0].type != RESP_INT || range->at[1].type != RESP_INT ||
	    range->at[0].number < 0 || range->at[1].number >= REDIS_SLOTS ||
	    range->at[0].number > range->at[1].number)
		return false;
	out->first = (unsigned)range->at[0].number;
	out->last = (unsigned)range->at[1].number;
	master = &range->at[2];
	return master->type == RESP_ARRAY && master->n >= 2 &&
	    master->at[1].type == RESP_INT &&
	    make_at(out->at, master->at[0].text, master->at[1].number, from);
}

bool
redis_redirect_read(struct redis_redirect *out, const struct resp *reply,
    const char *from)
{
	struct str kind, slot, at;
	int64_t number;

	out->is_ask = resp_is_error(reply, "ASK");
	if (!out->is_ask && !resp_is_error(reply, "MOVED"))
		return false;
	if (!str_cut(reply->text, ' ', &kind, &slot) ||
	    !str_cut(slot, ' ', &slot, &at) || !str_to_int(slot, &number) ||
	    number < 0 || number >= REDIS_SLOTS ||
	    !read_at(out->at, at, from))
		return false;
	out->slot = (unsigned)number;
	return true;
}
