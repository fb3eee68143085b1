/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Base64 and quoted-printable, both ways.  One pass over the input each, the
 * output never longer than what it is made from (base64 out aside).
 */
#include "mail/encoding.h"

#include <endian.h>
#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/arena.h"
#include "base/buf.h"
#include "base/vec.h"
#include "mail/base64block.h"
#include "mail/inlinefile.h"

enum { LINE_BYTES = 57 }; /* 76 characters of base64 */

/* "x-base64", "base64,", "quoted printable" */
static enum encoding
encoding_near(struct str label)
{
	static const struct {
		struct str word;
		enum encoding encoding;
	} words[] = {
		{ STR_INIT("base64"), ENCODING_BASE64 },
		{ STR_INIT("base-64"), ENCODING_BASE64 },
		{ STR_INIT("quoted"), ENCODING_QUOTED },
		{ STR_INIT("uue"), ENCODING_UU },
	};

	for (size_t i = 0; i < nitems(words); i++)
		if (str_case_find_str(label, words[i].word) < label.n)
			return words[i].encoding;
	return ENCODING_NONE;
}

/* "7bit" and "8bit", and what encoded words and some programs call the
 * others. */
static enum encoding
encoding_short(struct str label)
{
	static const struct {
		struct str word;
		enum encoding encoding;
	} words[] = {
		{ STR_INIT("b"), ENCODING_BASE64 },
		{ STR_INIT("b64"), ENCODING_BASE64 },
		{ STR_INIT("q"), ENCODING_QUOTED },
		{ STR_INIT("qp"), ENCODING_QUOTED },
		{ STR_INIT("uue"), ENCODING_UU },
	};

	for (size_t i = 0; i < nitems(words) && label.n < 4; i++)
		if (str_case_eq(label, words[i].word))
			return words[i].encoding;
	return ENCODING_NONE;
}

enum encoding
encoding_of(struct str label, bool *is_guess)
{
	enum encoding near;

	*is_guess = false;
	label = str_trim(label);
	if (str_case_is(label, "base64"))
		return ENCODING_BASE64;
	if (str_case_is(label, "quoted-printable"))
		return ENCODING_QUOTED;
	near = label.n <= 4 ? encoding_short(label) : encoding_near(label);
	*is_guess = near != ENCODING_NONE && near != ENCODING_UU;
	return near;
}

/* What a letter of base64 stands for, with a bit that says it is one. */
enum { LETTER = 64 };

#define THREE(c, v) [(c)] = LETTER + (v), [(c) + 1] = LETTER + (v) + 1, \
	[(c) + 2] = LETTER + (v) + 2
static const uint8_t sextets[256] = {
	THREE('A', 0), THREE('D', 3), THREE('G', 6), THREE('J', 9),
	THREE('M', 12), THREE('P', 15), THREE('S', 18), THREE('V', 21),
	['Y'] = LETTER + 24, ['Z'] = LETTER + 25,
	THREE('a', 26), THREE('d', 29), THREE('g', 32), THREE('j', 35),
	THREE('m', 38), THREE('p', 41), THREE('s', 44), THREE('v', 47),
	['y'] = LETTER + 50, ['z'] = LETTER + 51,
	THREE('0', 52), THREE('3', 55), THREE('6', 58), ['9'] = LETTER + 61,
	['+'] = LETTER + 62, ['/'] = LETTER + 63,
};
#undef THREE

/* 0 to 63, or -1. */
static int
sextet(char c)
{
	int six = sextets[(unsigned char)c];

	return (six & LETTER) != 0 ? six - LETTER : -1;
}

/* The bytes of a group of n sextets, gathered in bits. */
static size_t
group_put(char *to, uint32_t bits, unsigned n)
{
	size_t bytes = n == 4 ? 3 : n == 3 ? 2 : n == 2 ? 1 : 0;

	bits <<= 6 * (4 - n);
	for (size_t i = 0; i < bytes; i++)
		to[i] = (char)(bits >> (16 - 8 * i) & 0xff);
	return bytes;
}

/*
 * Whole groups at the front of s, as long as there is nothing between but the
 * ends of lines: nearly all there is to decode.  Four bytes are written for
 * each, of which three stay.  Gives how many bytes of s were taken.
 */
static size_t
groups_put(char **out, struct str s)
{
	const unsigned char *p = (const unsigned char *)s.p;
	size_t i = base64_lines(out, s);
	char *to = *out;

	for (; i + 4 <= s.n; i += 4, to += 3) {
		uint32_t a = sextets[p[i]], b = sextets[p[i + 1]];
		uint32_t c = sextets[p[i + 2]], d = sextets[p[i + 3]];
		uint32_t bits;

		if ((a & b & c & d & LETTER) == 0)
			break;
		bits = htobe32((a & 63) << 26 | (b & 63) << 20 |
		    (c & 63) << 14 | (d & 63) << 8);
		memcpy(to, &bits, sizeof(bits));
	}
	*out = to;
	return i;
}

/* "=" ends a group, not the text: what some senders glue together from
 * several encoded pieces is read to its end. */
static struct str
decode_base64(struct arena *a, struct str bytes)
{
	size_t room = bytes.n / 4 * 3 + 4;
	char *p = arena_take_raw(a, room), *to = p;
	uint32_t bits = 0;
	unsigned n = 0;

	for (size_t i = 0; i < bytes.n; i++) {
		int six;

		if (n == 0) {
			i += groups_put(&to, str_from(bytes, i));
			if (i == bytes.n)
				break;
			if (str_starts(str_from(bytes, i), STR("\r\n"))) {
				i++;
				continue;
			}
		}
		six = sextet(bytes.p[i]);
		if (six >= 0) {
			bits = bits << 6 | (uint32_t)six;
			n++;
		}
		if (n == 4 || (n != 0 && bytes.p[i] == '=')) {
			to += group_put(to, bits, n);
			bits = 0;
			n = 0;
		}
	}
	if (n != 0)
		to += group_put(to, bits, n);
	arena_trim(a, p, room, (size_t)(to - p));
	return (struct str){ p, (size_t)(to - p) };
}

/* "=" at s: how much of it is a soft line break, blanks before the end of the
 * line included; 0 if it is none. */
static size_t
soft_break(struct str s)
{
	size_t i = 1;

	while (i < s.n && i < 80 && (s.p[i] == ' ' || s.p[i] == '\t'))
		i++;
	if (i == s.n)
		return i;
	if (s.p[i] == '\n')
		return i + 1;
	if (s.p[i] == '\r')
		return i + 1 < s.n && s.p[i + 1] == '\n' ? i + 2 : i + 1;
	return 0;
}

/* What a hex digit stands for, with a bit that says it is one. */
enum { DIGIT = 16 };

#define TWO(c, v) [(c)] = DIGIT + (v), [(c) + 1] = DIGIT + (v) + 1
static const uint8_t digits[256] = {
	TWO('0', 0), TWO('2', 2), TWO('4', 4), TWO('6', 6), TWO('8', 8),
	TWO('A', 10), TWO('C', 12), TWO('E', 14),
	TWO('a', 10), TWO('c', 12), TWO('e', 14),
};
#undef TWO

/* "=3D" at at: the byte it stands for, or -1. */
static inline int
hex_pair(struct str s, size_t at)
{
	unsigned high, low;

	if (at + 2 >= s.n)
		return -1;
	high = digits[(unsigned char)s.p[at + 1]];
	low = digits[(unsigned char)s.p[at + 2]];
	return (high & low & DIGIT) == 0 ? -1 :
	    (int)((high & 15) << 4 | (low & 15));
}

/*
 * Copies what is meant as it stands, up to the next "=" or end of a line, and
 * gives how much.  A few bytes more are written, never further in than they
 * were read: there is room for what they come from.
 */
static size_t
copy_plain(char *to, struct str s)
{
	size_t i = 0;

#ifdef __SSE2__
	for (; i + 16 <= s.n; i += 16) {
		__m128i here = _mm_loadu_si128((const void *)(s.p + i));
		__m128i is = _mm_or_si128(
		    _mm_cmpeq_epi8(here, _mm_set1_epi8('=')), _mm_or_si128(
		    _mm_cmpeq_epi8(here, _mm_set1_epi8('\n')),
		    _mm_cmpeq_epi8(here, _mm_set1_epi8('\r'))));
		unsigned places = (unsigned)_mm_movemask_epi8(is);

		_mm_storeu_si128((void *)(to + i), here);
		if (places != 0)
			return i + (unsigned)__builtin_ctz(places);
	}
#endif
	for (; i < s.n && s.p[i] != '=' && s.p[i] != '\n' &&
	    s.p[i] != '\r'; i++)
		to[i] = s.p[i];
	return i;
}

/* Blanks before the end of a line were added on the way (RFC 2045 6.7, rule
 * 3).  Only written blanks count: "=20" stays. */
static struct str
decode_quoted(struct arena *a, struct str s)
{
	char *p = arena_take_raw(a, s.n);
	size_t n = 0, solid = 0, step, i = 0;
	int byte;

	while (i < s.n) {
		while (i < s.n && s.p[i] == '=' &&
		    (byte = hex_pair(s, i)) >= 0) {
			p[n++] = (char)byte;
			solid = n;
			i += 3;
		}
		if (i == s.n)
			break;
		step = s.p[i] == '=' ? soft_break(str_from(s, i)) : 0;
		if (step != 0) {
			solid = n;
			i += step;
			continue;
		}
		if (s.p[i] == '\n' || s.p[i] == '\r')
			while (n > solid && (p[n - 1] == ' ' ||
			    p[n - 1] == '\t'))
				n--;
		p[n++] = s.p[i++];
		step = copy_plain(p + n, str_from(s, i));
		i += step;
		n += step;
	}
	arena_trim(a, p, s.n, n);
	return (struct str){ p, n };
}

struct str
encoding_decode(struct arena *a, struct str bytes, enum encoding encoding)
{
	switch (encoding) {
	case ENCODING_BASE64:
		return decode_base64(a, bytes);
	case ENCODING_QUOTED:
		return decode_quoted(a, bytes);
	case ENCODING_UU:
		return inline_file_decode(a, bytes);
	default:
		return bytes;
	}
}

struct str
encoding_decode_q(struct arena *a, struct str s)
{
	char *p = arena_take_raw(a, s.n);
	size_t n = 0;
	int byte;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '=' && (byte = hex_pair(s, i)) >= 0) {
			p[n++] = (char)byte;
			i += 2;
		} else {
			p[n++] = s.p[i] == '_' ? ' ' : s.p[i];
		}
	}
	return (struct str){ p, n };
}

unsigned
encoding_sextet(char c)
{
	return sextets[(unsigned char)(c == '-' ? '+' : c == '_' ? '/' : c)] &
	    63;
}

bool
encoding_base64_strict(struct str *out, struct arena *a, struct str s)
{
	bool is_web = str_has(s, '-') || str_has(s, '_');
	char *p;

	while (s.n > 0 && s.p[s.n - 1] == '=')
		s.n--;
	if (s.n % 4 == 1)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (sextet(s.p[i]) < 0 && s.p[i] != '-' && s.p[i] != '_')
			return false;
	if (is_web) {
		p = arena_take_raw(a, s.n);
		for (size_t i = 0; i < s.n; i++)
			p[i] = s.p[i] == '-' ? '+' : s.p[i] == '_' ? '/' :
			    s.p[i];
		s.p = p;
	}
	*out = decode_base64(a, s);
	return true;
}

static void
add_group(struct buf *b, struct str s)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				       "abcdefghijklmnopqrstuvwxyz0123456789+/";
	char group[4] = { '=', '=', '=', '=' };
	uint32_t bits = 0;

	for (size_t i = 0; i < 3; i++)
		bits = bits << 8 | (i < s.n ? (unsigned char)s.p[i] : 0);
	for (size_t i = 0; i <= s.n; i++)
		group[i] = alphabet[bits >> (18 - 6 * i) & 63];
	buf_add(b, group, 4);
}

struct str
encoding_to_base64(struct arena *a, struct str bytes)
{
	struct buf b;

	buf_init_arena(&b, a, SIZE_MAX);
	buf_reserve(&b, bytes.n / 3 * 4 + bytes.n / LINE_BYTES * 2 + 6);
	for (size_t i = 0; i < bytes.n; i += 3) {
		if (i != 0 && i % LINE_BYTES == 0)
			buf_add(&b, "\r\n", 2);
		add_group(&b, str_sub(bytes, i, i + 3));
	}
	return buf_str(&b);
}
