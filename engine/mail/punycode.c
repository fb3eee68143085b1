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

/* A letter beyond ASCII, and what stands before it in the label. */
struct letter {
	uint32_t point;
	unsigned at, ascii_before;
};

/* By point, then by place; those come in by place. */
static void
add_sorted(struct letter *letters, size_t n, struct letter new)
{
	for (; n > 0 && letters[n - 1].point > new.point; n--)
		letters[n] = letters[n - 1];
	letters[n] = new;
}

/* Where in what is told already the one at i belongs. */
static unsigned
place_of(const struct letter *letters, size_t i)
{
	unsigned place = letters[i].ascii_before;

	for (size_t k = 0; k < i; k++)
		place += letters[k].at < letters[i].at;
	return place;
}

/* 6.3; told of the label's letters are those of ASCII. */
static void
add_letters(struct buf *b, const struct letter *letters, size_t n,
    unsigned told)
{
	uint32_t point = FIRST_POINT;
	unsigned bias = FIRST_BIAS, next = 0;

	for (size_t i = 0; i < n; i++) {
		unsigned place = place_of(letters, i);
		unsigned delta = (letters[i].point - point) * (told + 1) +
		    place - next;

		add_number(b, delta, bias);
		bias = bias_of(delta, ++told, i == 0);
		point = letters[i].point;
		next = place + 1;
	}
}

void
punycode_add(struct buf *b, struct str label)
{
	struct letter letters[PUNYCODE_MOST];
	unsigned at = 0, told = 0;
	size_t n = 0;

	for (size_t next = 0; next < label.n && at < PUNYCODE_MOST; at++) {
		uint32_t point = utf8_next(label, &next);

		if (point >= FIRST_POINT) {
			add_sorted(letters, n++,
			    (struct letter){ point, at, told });
			continue;
		}
		buf_add_byte(b, (char)point);
		told++;
	}
	if (told != 0)
		buf_add_byte(b, '-');
	add_letters(b, letters, n, told);
}
