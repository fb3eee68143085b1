/* SPDX-License-Identifier: Apache-2.0 */
/* Words in disguise: one look at each character and its two neighbours. */
#include "rule/disguise.h"

#include <stdint.h>

#include "base/utf8.h"
#include "base/vec.h"

enum {
	SINGLES_LEAST = 3, /* "K A G" */
	AROUND = 64        /* bytes on either side */
};

enum kind { OTHER, LATIN, DIGIT, KATAKANA, KANA_ALIKE, FOREIGN };

struct range {
	uint32_t first, last;
	enum kind kind;
};

/* Letters that are taken for Latin ones, accents and symbols too, and the
 * other forms of letters; japanese_kind knows the rest. */
static const struct range ranges[] = {
	{ 0x00c0, 0x02af, FOREIGN }, { 0x0370, 0x058f, FOREIGN },
	{ 0x13a0, 0x13ff, FOREIGN }, { 0x1d00, 0x1eff, FOREIGN },
	{ 0x2100, 0x218f, FOREIGN }, { 0x2c60, 0x2c7f, FOREIGN },
	{ 0xa640, 0xa7ff, FOREIGN }, { 0xab30, 0xabbf, FOREIGN },
	{ 0x1d400, 0x1d7ff, FOREIGN }, { 0xff21, 0xff5a, LATIN },
	{ 0xff66, 0xff9f, KATAKANA },
};

static enum kind
kind_of(uint32_t point)
{
	for (size_t i = 0; i < nitems(ranges); i++)
		if (point >= ranges[i].first && point <= ranges[i].last)
			return ranges[i].kind;
	return OTHER;
}

/* Kana and kanji, which Japanese mail is made of. */
static enum kind
japanese_kind(uint32_t point)
{
	if (point < 0x4e00)
		return point >= 0x30a1 && point <= 0x30fe ? KATAKANA : OTHER;
	switch (point) {
	case 0x4e00: /* 一 */
	case 0x4e8c: /* 二 */
	case 0x516b: /* 八 */
	case 0x529b: /* 力 */
	case 0x535c: /* 卜 */
	case 0x53e3: /* 口 */
	case 0x5915: /* 夕 */
	case 0x5de5: /* 工 */
	case 0x624d: /* 才 */
		return KANA_ALIKE;
	default:
		return OTHER;
	}
}

/* Of three bytes from U+3000 to U+9FFF; false: it is something else. */
static bool
read_japanese(struct str s, size_t at, uint32_t *point)
{
	const unsigned char *p = (const unsigned char *)s.p + at;

	if (s.n - at < 3 || p[0] < 0xe3 || p[0] > 0xe9 ||
	    (p[1] & 0xc0) != 0x80 || (p[2] & 0xc0) != 0x80)
		return false;
	*point = (uint32_t)(p[0] & 0xf) << 12 | (uint32_t)(p[1] & 0x3f) << 6 |
	    (p[2] & 0x3f);
	return true;
}

/* The kind of the character at *at, moving behind it. */
static enum kind
next_kind(struct str s, size_t *at)
{
	unsigned char c = (unsigned char)s.p[*at];
	uint32_t point;

	if (c >= 0x80) {
		if (!read_japanese(s, *at, &point))
			return kind_of(utf8_next(s, at));
		*at += 3;
		return japanese_kind(point);
	}
	(*at)++;
	if ((c | 0x20U) - 'a' < 26)
		return LATIN;
	return c == '0' || c == '1' ? DIGIT : OTHER;
}

static bool
is_odd(enum kind before, enum kind last, enum kind kind)
{
	if (kind == FOREIGN)
		return true;
	if ((kind == KANA_ALIKE && last == KATAKANA) ||
	    (kind == KATAKANA && last == KANA_ALIKE))
		return true;
	return before == LATIN && last == DIGIT && kind == LATIN;
}

static size_t
boundary(struct str s, size_t at)
{
	while (at > 0 && at < s.n && ((unsigned char)s.p[at] & 0xc0) == 0x80)
		at--;
	return at < s.n ? at : s.n;
}

bool
disguise_next(struct str text, size_t *at, struct str *piece)
{
	enum kind before = OTHER, last = OTHER;
	unsigned singles = 0; /* letters that stand alone, in a row */
	size_t i = *at;

	while (i < text.n) {
		enum kind kind = next_kind(text, &i);

		if (kind != LATIN && last == LATIN && before != LATIN)
			singles++;
		else if ((kind == LATIN) == (last == LATIN))
			singles = 0;
		if (is_odd(before, last, kind) || singles >= SINGLES_LEAST) {
			size_t begin = i < AROUND ? 0 : i - AROUND;

			*at = boundary(text, i + AROUND);
			*piece = str_sub(text, boundary(text, begin), *at);
			return true;
		}
		before = last;
		last = kind;
	}
	*at = text.n;
	return false;
}
