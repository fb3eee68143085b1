/* SPDX-License-Identifier: Apache-2.0 */
/* UTF-8: reading strictly, writing, measuring for a terminal. */
#include "base/utf8.h"

#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/buf.h"
#include "base/utf8block.h"
#include "base/vec.h"

/* Shorter ones are read as fast byte by byte. */
enum { BLOCKS_LEAST = 64 };

static size_t
length_of(unsigned char lead, uint32_t *point)
{
	if (lead < 0x80) {
		*point = lead;
		return 1;
	}
	if (lead >= 0xc2 && lead <= 0xdf) {
		*point = lead & 0x1fU;
		return 2;
	}
	if (lead >= 0xe0 && lead <= 0xef) {
		*point = lead & 0x0fU;
		return 3;
	}
	if (lead >= 0xf0 && lead <= 0xf4) {
		*point = lead & 0x07U;
		return 4;
	}
	return 0;
}

/* The second byte decides about overlong forms, surrogates and the end of
 * the code space (table 3-7 of the Unicode standard). */
static bool
second_fits(unsigned char lead, unsigned char second)
{
	switch (lead) {
	case 0xe0:
		return second >= 0xa0;
	case 0xed:
		return second <= 0x9f;
	case 0xf0:
		return second >= 0x90;
	case 0xf4:
		return second <= 0x8f;
	default:
		return true;
	}
}

/* Most of what is not ASCII: a letter of three bytes, or 0. */
static inline uint32_t
three_bytes(const unsigned char *p)
{
	uint32_t point = (p[0] & 0xfU) << 12 | (p[1] & 0x3fU) << 6 |
	    (p[2] & 0x3fU);

	if ((p[0] & 0xf0) != 0xe0 || (p[1] & 0xc0) != 0x80 ||
	    (p[2] & 0xc0) != 0x80)
		return 0;
	return point < 0x800 || (point & 0xf800) == 0xd800 ? 0 : point;
}

/* Letter by letter, and how far an ill-formed one goes. */
static uint32_t
next_of_any_kind(struct str s, size_t *at)
{
	unsigned char lead = (unsigned char)s.p[(*at)++];
	uint32_t point;
	size_t n = length_of(lead, &point);

	if (n == 0)
		return UTF8_BAD;
	for (size_t i = 1; i < n; i++) {
		unsigned char c;

		if (*at == s.n)
			return UTF8_BAD;
		c = (unsigned char)s.p[*at];
		if ((c & 0xc0) != 0x80 || (i == 1 && !second_fits(lead, c)))
			return UTF8_BAD;
		point = point << 6 | (c & 0x3fU);
		(*at)++;
	}
	return point;
}

uint32_t
utf8_next_slowly(struct str s, size_t *at)
{
	uint32_t point = s.n - *at < 3 ? 0 :
	    three_bytes((const unsigned char *)s.p + *at);

	if (point == 0)
		return next_of_any_kind(s, at);
	*at += 3;
	return point;
}

void
utf8_add(struct buf *b, uint32_t point)
{
	char c[4];

	/* who only wants to know whether a text can be read */
	if (b->most == 0) {
		b->is_full = true;
		return;
	}
	if (point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff))
		point = UTF8_BAD;
	if (point < 0x80) {
		buf_add_byte(b, (char)point);
	} else if (point < 0x800) {
		c[0] = (char)(0xc0 | point >> 6);
		c[1] = (char)(0x80 | (point & 0x3f));
		buf_add(b, c, 2);
	} else if (point < 0x10000) {
		c[0] = (char)(0xe0 | point >> 12);
		c[1] = (char)(0x80 | (point >> 6 & 0x3f));
		c[2] = (char)(0x80 | (point & 0x3f));
		buf_add(b, c, 3);
	} else {
		c[0] = (char)(0xf0 | point >> 18);
		c[1] = (char)(0x80 | (point >> 12 & 0x3f));
		c[2] = (char)(0x80 | (point >> 6 & 0x3f));
		c[3] = (char)(0x80 | (point & 0x3f));
		buf_add(b, c, 4);
	}
}

/* U+FFFD itself may stand in a text: it is bad only if not so written. */
static bool
is_bad(struct str s, size_t from, size_t to, uint32_t point)
{
	return point == UTF8_BAD &&
	    !str_eq(str_sub(s, from, to), STR("\xef\xbf\xbd"));
}

size_t
utf8_ascii_run(struct str s)
{
	size_t i = 0;

#ifdef __SSE2__
	for (; i + 16 <= s.n; i += 16) {
		unsigned high = (unsigned)_mm_movemask_epi8(
		    _mm_loadu_si128((const void *)(s.p + i)));

		if (high != 0)
			return i + (unsigned)__builtin_ctz(high);
	}
#endif
	while (i < s.n && (unsigned char)s.p[i] < 0x80)
		i++;
	return i;
}

#ifdef __SSE2__
/* Which of sixteen bytes are no printable ASCII, a bit for each. */
static unsigned
odd_in_row(const char *p)
{
	__m128i in = _mm_loadu_si128((const void *)p);
	/* as signed numbers those above ASCII are below zero */
	__m128i odd = _mm_cmplt_epi8(in, _mm_set1_epi8(0x20));

	odd = _mm_or_si128(odd, _mm_cmpeq_epi8(in, _mm_set1_epi8(0x7f)));
	return (unsigned)_mm_movemask_epi8(odd);
}
#endif

size_t
utf8_print_run(struct str s)
{
	size_t n = 0;

#ifdef __SSE2__
	for (; s.n - n >= 16; n += 16) {
		unsigned odd = odd_in_row(s.p + n);

		if (odd != 0)
			return n + (unsigned)__builtin_ctz(odd);
	}
#endif
	while (n < s.n && s.p[n] >= 0x20 && s.p[n] < 0x7f)
		n++;
	return n;
}

/* Bytes at the front that are kana, kanji and whatever else takes three and
 * can take no wrong second: the greater part of a Japanese text. */
static size_t
three_byte_run(struct str s)
{
	size_t i = 0;

	while (s.n - i >= 3) {
		const unsigned char *p = (const unsigned char *)s.p + i;

		if (p[0] <= 0xe0 || p[0] == 0xed || p[0] >= 0xf0 ||
		    (p[1] & 0xc0) != 0x80 || (p[2] & 0xc0) != 0x80)
			break;
		i += 3;
	}
	return i;
}

bool
utf8_is_valid(struct str s)
{
	bool is_valid;

	if (s.n >= BLOCKS_LEAST && utf8_blocks(s, &is_valid))
		return is_valid;
	for (size_t at = utf8_ascii_run(s); at < s.n;) {
		size_t from = at, run = three_byte_run(str_from(s, at));

		uint32_t point = 0;

		at += run;
		if (run == 0)
			point = utf8_next_slowly(s, &at);
		if (is_bad(s, from, at, point))
			return false;
		if (at < s.n && (unsigned char)s.p[at] < 0x80)
			at += utf8_ascii_run(str_from(s, at));
	}
	return true;
}

struct str
utf8_head(struct str s, size_t most)
{
	if (s.n <= most)
		return s;
	while (most > 0 && ((unsigned char)s.p[most] & 0xc0) == 0x80)
		most--;
	return str_head(s, most);
}

void
utf8_add_clean(struct buf *b, struct str s)
{
	for (size_t at = 0; at < s.n;)
		utf8_add(b, utf8_next(s, &at));
}

size_t
utf8_count(struct str s)
{
	size_t n = 0;

	for (size_t at = 0; at < s.n; n++)
		utf8_next(s, &at);
	return n;
}

bool
utf8_is_unsafe(uint32_t point)
{
	return point < 0x20 || (point >= 0x7f && point < 0xa0) ||
	    point == 0x61c || (point >= 0x200b && point <= 0x200f) ||
	    (point >= 0x2028 && point <= 0x202e) ||
	    (point >= 0x2060 && point <= 0x2069) || point == 0xfeff ||
	    (point >= 0xe0000 && point <= 0xe007f);
}

void
utf8_add_shown(struct buf *b, uint32_t point)
{
	if (utf8_is_unsafe(point))
		buf_printf(b, point < 0x80 ? "\\x%02x" : "\\u%04x",
		    (unsigned)point);
	else
		utf8_add(b, point);
}

bool
utf8_is_wide(uint32_t point)
{
	static const struct {
		uint32_t first, last;
	} wide[] = {
		{ 0x1100, 0x115f }, { 0x2e80, 0x303e }, { 0x3041, 0x33ff },
		{ 0x3400, 0x4dbf }, { 0x4e00, 0x9fff }, { 0xa000, 0xa4cf },
		{ 0xa960, 0xa97f }, { 0xac00, 0xd7a3 }, { 0xf900, 0xfaff },
		{ 0xfe30, 0xfe6f }, { 0xff00, 0xff60 }, { 0xffe0, 0xffe6 },
		{ 0x1f300, 0x1f64f }, { 0x1f900, 0x1f9ff },
		{ 0x20000, 0x3fffd },
	};

	for (size_t i = 0; i < nitems(wide); i++)
		if (point >= wide[i].first && point <= wide[i].last)
			return true;
	return false;
}

bool
utf8_has_wide(struct str s)
{
	for (size_t at = 0; at < s.n;)
		if (utf8_is_wide(utf8_next(s, &at)))
			return true;
	return false;
}

static bool
is_unseen(uint32_t point)
{
	return point < 0x20 || point == 0x7f ||
	    (point >= 0x300 && point <= 0x36f) ||
	    (point >= 0x200b && point <= 0x200f) || point == 0xfeff ||
	    (point >= 0xfe00 && point <= 0xfe0f);
}

size_t
utf8_width(struct str s)
{
	size_t cells = 0;

	for (size_t at = 0; at < s.n;) {
		uint32_t point = utf8_next(s, &at);

		if (!is_unseen(point))
			cells += utf8_is_wide(point) ? 2 : 1;
	}
	return cells;
}
