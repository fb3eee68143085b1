/* SPDX-License-Identifier: Apache-2.0 */
/*
 * RFC 3492.  Each letter beyond ASCII is told by how far it is from the one
 * told before: in letters of Unicode, times the places it could stand in.
 */
#include "mail/punycode.h"

#include <stdint.h>

#include "base/buf.h"
#include "base/utf8.h"

enum { BASE = 36, LEAST = 1, MOST = 26, SKEW = 38, DAMP = 700,
	FIRST_BIAS = 72, FIRST_POINT = 0x80 };

/* 6.1: how long the next number will be, by this one. */
static unsigned
bias_of(unsigned delta, unsigned told, bool is_first)
{
	unsigned k = 0;

	delta /= is_first ? DAMP : 2;
	delta += delta / told;
	for (; delta > (BASE - LEAST) * MOST / 2; k += BASE)
		delta /= BASE - LEAST;
	return k + (BASE - LEAST + 1) * delta / (delta + SKEW);
}

static void
add_digit(struct buf *b, unsigned digit)
{
	buf_add_byte(b, (char)(digit < 26 ? 'a' + digit : '0' + digit - 26));
}

/* 3.3: little digits first, the last one below its threshold. */
static void
add_number(struct buf *b, unsigned number, unsigned bias)
{
	for (unsigned k = BASE;; k += BASE) {
		unsigned least = k <= bias ? LEAST :
		    k >= bias + MOST ? MOST : k - bias;

		if (number < least)
			break;
		add_digit(b, least + (number - least) % (BASE - least));
		number = (number - least) / (BASE - least);
	}
	add_digit(b, number);
}

/* How far the next of them is from that one: what is less is far behind all,
 * as numbers wrap. */
static uint32_t
next_distance(const uint32_t *points, size_t n, uint32_t from)
{
	uint32_t least = UINT32_MAX;

	for (size_t i = 0; i < n; i++)
		least = points[i] - from < least ? points[i] - from : least;
	return least;
}

/* 6.3; told of the n points are those of ASCII. */
static void
add_points(struct buf *b, const uint32_t *points, size_t n, size_t told)
{
	uint32_t point = FIRST_POINT, distance;
	unsigned delta = 0, bias = FIRST_BIAS;
	bool is_first = true;

	for (; told < n; delta++, point++) {
		distance = next_distance(points, n, point);
		delta += distance * (unsigned)(told + 1);
		point += distance;
		for (size_t i = 0; i < n; i++) {
			delta += points[i] < point;
			if (points[i] != point)
				continue;
			add_number(b, delta, bias);
			bias = bias_of(delta, (unsigned)++told, is_first);
			is_first = false;
			delta = 0;
		}
	}
}

void
punycode_add(struct buf *b, struct str label)
{
	uint32_t points[PUNYCODE_MOST];
	size_t n = 0, told = 0;

	for (size_t at = 0; at < label.n && n < PUNYCODE_MOST; n++) {
		points[n] = utf8_next(label, &at);
		if (points[n] >= FIRST_POINT)
			continue;
		buf_add_byte(b, (char)points[n]);
		told++;
	}
	if (told != 0)
		buf_add_byte(b, '-');
	add_points(b, points, n, told);
}
