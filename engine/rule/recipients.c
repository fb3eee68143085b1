/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Looks for addresses in a text and asks the set about each, so the cost is
 * that of the text, however many recipients there are.
 */
#include "rule/recipients.h"

#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/arena.h"
#include "base/hash.h"
#include "base/map.h"
#include "mail/encoding.h"
#include "rule/fact.h"

enum {
	ADDRESS_MOST = 320, /* bytes; RFC 5321 4.5.3.1: 64 + 1 + 255 */
	ROOM_FIRST = 4,
	TEXT_MOST = 16 * 1024,
	BASE64_LEAST = 8    /* "a@b.cc" takes eight */
};

/* The slot of an address, or the free one where it belongs. */
static uint32_t *
slot_of(const struct recipients *r, struct str addr)
{
	char lower[ADDRESS_MOST];
	uint32_t *slot;
	size_t i;

	for (i = 0; i < addr.n; i++)
		lower[i] = ascii_lower(addr.p[i]);
	i = hash_bytes((struct str){ lower, addr.n }, map_seed());
	for (;; i++) {
		slot = &r->slots[i & (r->room - 1)];
		if (*slot == 0 ||
		    str_case_eq(r->fact->at[*slot - 1].text, addr))
			return slot;
	}
}

static bool
is_address(struct str s)
{
	return s.n != 0 && s.n <= ADDRESS_MOST;
}

/* At most half full. */
static void
make_room(struct recipients *r, size_t n)
{
	const uint32_t *old = r->slots;
	size_t had = r->room;

	if (2 * n <= had)
		return;
	r->room = had == 0 ? ROOM_FIRST : had;
	while (r->room < 2 * n)
		r->room *= 2;
	r->slots = ARENA_MANY(r->arena, uint32_t, r->room);
	for (size_t i = 0; i < had; i++)
		if (old[i] != 0)
			*slot_of(r, r->fact->at[old[i] - 1].text) = old[i];
}

void
recipients_init(struct recipients *r, struct arena *a,
    const struct fact *fact, size_t expected)
{
	*r = (struct recipients){ .arena = a, .fact = fact };
	make_room(r, expected);
}

bool
recipients_add(struct recipients *r, struct str addr, size_t number)
{
	uint32_t *slot;

	if (!is_address(addr))
		return false;
	make_room(r, r->n + 1);
	slot = slot_of(r, addr);
	if (*slot != 0)
		return false;
	*slot = (uint32_t)number + 1;
	r->n++;
	return true;
}

static bool
have(const struct recipients *r, struct str addr)
{
	return r->n != 0 && is_address(addr) && *slot_of(r, addr) != 0;
}

/* Characters of a local part that do not also part the pieces of a URL. */
static bool
is_local(char c)
{
	return ascii_is_alnum(c) || c == '.' || c == '_' || c == '-' ||
	    c == '+';
}

static bool
is_domain(char c)
{
	return ascii_is_alnum(c) || c == '.' || c == '-';
}

/* The address around the "@" at i, without dots at its end. */
static struct str
address_around(struct str s, size_t i)
{
	size_t begin = i, end = i + 1;

	while (begin > 0 && i - begin < ADDRESS_MOST &&
	    is_local(s.p[begin - 1]))
		begin--;
	while (end < s.n && end - i < ADDRESS_MOST && is_domain(s.p[end]))
		end++;
	while (end > i && s.p[end - 1] == '.')
		end--;
	return str_sub(s, begin, end);
}

static bool
in_plain(const struct recipients *r, struct str s)
{
	for (size_t i = 0; (i += str_find(str_from(s, i), '@')) < s.n; i++)
		if (have(r, address_around(s, i)))
			return true;
	return false;
}

static struct str
undo_percent(struct arena *a, struct str s)
{
	char *p = arena_take_raw(a, s.n), *to = p;
	size_t n;

	while ((n = str_find(s, '%')) < s.n) {
		bool is_byte = s.n - n > 2 && ascii_is_hex(s.p[n + 1]) &&
		    ascii_is_hex(s.p[n + 2]);

		to = mempcpy(to, s.p, n);
		*to++ = is_byte ? (char)(ascii_hex(s.p[n + 1]) << 4 |
		    ascii_hex(s.p[n + 2])) : '%';
		s = str_from(s, n + (is_byte ? 3 : 1));
	}
	to = mempcpy(to, s.p, s.n);
	return str_between(p, to);
}

/*
 * What a byte is to base64: a letter of it, and where it may stand in "@"
 * (0x40).  The first of three bytes is "@" if its letters are Q and one of A
 * to P; the second, if they are one of E, U, k, 0 and one of A to D; the
 * third, if they are B or every fourth letter behind it, and A.
 */
enum {
	LETTER = 1,
	IN_1A = 2, IN_1B = 4, IN_2A = 8, IN_2B = 16, IN_3A = 32, IN_3B = 64
};

static const uint8_t letters[256] = {
	['A'] = LETTER | IN_1B | IN_2B | IN_3B,
	['B'] = LETTER | IN_1B | IN_2B | IN_3A, ['C'] = LETTER | IN_1B | IN_2B,
	['D'] = LETTER | IN_1B | IN_2B, ['E'] = LETTER | IN_1B | IN_2A,
	['F'] = LETTER | IN_1B | IN_3A, ['G'] = LETTER | IN_1B,
	['H'] = LETTER | IN_1B, ['I'] = LETTER | IN_1B,
	['J'] = LETTER | IN_1B | IN_3A, ['K'] = LETTER | IN_1B,
	['L'] = LETTER | IN_1B, ['M'] = LETTER | IN_1B,
	['N'] = LETTER | IN_1B | IN_3A, ['O'] = LETTER | IN_1B,
	['P'] = LETTER | IN_1B, ['Q'] = LETTER | IN_1A, ['R'] = LETTER | IN_3A,
	['S'] = LETTER, ['T'] = LETTER, ['U'] = LETTER | IN_2A,
	['V'] = LETTER | IN_3A, ['W'] = LETTER, ['X'] = LETTER, ['Y'] = LETTER,
	['Z'] = LETTER | IN_3A, ['a'] = LETTER, ['b'] = LETTER, ['c'] = LETTER,
	['d'] = LETTER | IN_3A, ['e'] = LETTER, ['f'] = LETTER, ['g'] = LETTER,
	['h'] = LETTER | IN_3A, ['i'] = LETTER, ['j'] = LETTER,
	['k'] = LETTER | IN_2A, ['l'] = LETTER | IN_3A, ['m'] = LETTER,
	['n'] = LETTER, ['o'] = LETTER, ['p'] = LETTER | IN_3A, ['q'] = LETTER,
	['r'] = LETTER, ['s'] = LETTER, ['t'] = LETTER | IN_3A, ['u'] = LETTER,
	['v'] = LETTER, ['w'] = LETTER, ['x'] = LETTER | IN_3A, ['y'] = LETTER,
	['z'] = LETTER, ['0'] = LETTER | IN_2A, ['1'] = LETTER | IN_3A,
	['2'] = LETTER, ['3'] = LETTER, ['4'] = LETTER, ['5'] = LETTER | IN_3A,
	['6'] = LETTER, ['7'] = LETTER, ['8'] = LETTER, ['9'] = LETTER | IN_3A,
	['+'] = LETTER, ['/'] = LETTER, ['-'] = LETTER, ['_'] = LETTER,
};

static bool
is_base64(char c)
{
	return letters[(unsigned char)c] != 0;
}

#ifdef __SSE2__
enum { PAIRS = 16 };

/* Every fourth letter, from B on, of a row; and a few that are none. */
static __m128i
fourths(__m128i in)
{
	__m128i is = _mm_and_si128(in, _mm_set1_epi8('\xe3'));

	return _mm_or_si128(_mm_cmpeq_epi8(is, _mm_set1_epi8('B' & 0xe3)),
	    _mm_or_si128(_mm_cmpeq_epi8(is, _mm_set1_epi8('d' & 0xe3)),
	    _mm_cmpeq_epi8(is, _mm_set1_epi8('1' & 0xe3))));
}

/* A to the letter that stands so many behind it. */
static __m128i
up_to(__m128i in, char more)
{
	__m128i from = _mm_sub_epi8(in, _mm_set1_epi8('A'));

	return _mm_cmpeq_epi8(_mm_min_epu8(from, _mm_set1_epi8(more)), from);
}

/* Which of sixteen neighbours could be a part of "@", and a few more, a bit
 * for the first of each; 17 bytes. */
static unsigned
pairs_in_row(const char *p)
{
	__m128i in = _mm_loadu_si128((const void *)p);
	__m128i next = _mm_loadu_si128((const void *)(p + 1));
	__m128i second = _mm_or_si128(
	    _mm_or_si128(_mm_cmpeq_epi8(in, _mm_set1_epi8('E')),
		_mm_cmpeq_epi8(in, _mm_set1_epi8('U'))),
	    _mm_or_si128(_mm_cmpeq_epi8(in, _mm_set1_epi8('k')),
		_mm_cmpeq_epi8(in, _mm_set1_epi8('0'))));
	__m128i is = _mm_and_si128(fourths(in), up_to(next, 0));

	is = _mm_or_si128(is, _mm_and_si128(second, up_to(next, 3)));
	is = _mm_or_si128(is, _mm_and_si128(up_to(next, 15),
	    _mm_cmpeq_epi8(in, _mm_set1_epi8('Q'))));
	return (unsigned)_mm_movemask_epi8(is);
}
#endif

/* Where from at on two neighbours stand that could be a part of "@", wherever
 * the base64 begins; s.n: nowhere.  Most links have none. */
static size_t
next_at_pair(struct str s, size_t at)
{
	unsigned before, is;

#ifdef __SSE2__
	for (; at + PAIRS < s.n; at += PAIRS) {
		unsigned pairs = pairs_in_row(s.p + at);

		if (pairs != 0)
			return at + (unsigned)__builtin_ctz(pairs);
	}
#endif
	for (; at + 1 < s.n; at++) {
		before = letters[(unsigned char)s.p[at]] &
		    (IN_1A | IN_2A | IN_3A);
		is = letters[(unsigned char)s.p[at + 1]];
		if ((before << 1 & is) != 0)
			return at;
	}
	return s.n;
}

/* The byte of a number among those that s stands for; 0: there is none. */
static char
byte_at(struct str s, size_t number)
{
	size_t i = number / 3 * 4 + number % 3, shift = 2 * (number % 3);

	if (i + 1 >= s.n)
		return '\0';
	return (char)(encoding_sextet(s.p[i]) << (2 + shift) |
	    encoding_sextet(s.p[i + 1]) >> (4 - shift));
}

/* The pair at i stands for an "@", and the bytes beside it could be of an
 * address. */
static bool
is_in_address(struct str s, size_t i)
{
	static const uint8_t places[4] = { IN_1A, IN_2A, IN_3A, 0 };
	unsigned is = letters[(unsigned char)s.p[i]] & places[i % 4];
	size_t at = i / 4 * 3 + i % 4;

	return (is << 1 & letters[(unsigned char)s.p[i + 1]]) != 0 &&
	    at > 0 && is_local(byte_at(s, at - 1)) &&
	    is_domain(byte_at(s, at + 1));
}

/* May the bytes that s stands for hold an address?  Of most no, and then
 * there is no need to know them. */
static bool
may_hold_address(struct str s)
{
	size_t at = 0;

	while ((at = next_at_pair(s, at)) < s.n)
		if (is_in_address(s, at++))
			return true;
	return false;
}

static bool
in_decoded(const struct recipients *r, struct arena *a, struct str s)
{
	struct str bytes;

	s = str_head(s, s.n - (s.n % 4 == 1));
	return s.n >= BASE64_LEAST && may_hold_address(s) &&
	    encoding_base64_strict(&bytes, a, s) && in_plain(r, bytes);
}

/* A run of base64 may begin with the path before it, so each "/" in it begins
 * another try: bounded by the bytes that each try reads once. */
static bool
in_base64(const struct recipients *r, struct arena *a, struct str run)
{
	struct str piece;

	run = str_head(run, run.n - (run.n % 4 == 1));
	if (in_decoded(r, a, run))
		return true;
	if (!str_has(run, '/'))
		return false;
	while (str_next(&run, '/', &piece))
		if (in_decoded(r, a, piece))
			return true;
	return false;
}

/* The run of base64 that at is in. */
static struct str
run_around(struct str s, size_t at)
{
	size_t begin = at, end = at;

	while (begin > 0 && is_base64(s.p[begin - 1]))
		begin--;
	while (end < s.n && is_base64(s.p[end]))
		end++;
	return str_sub(s, begin, end);
}

static bool
in_any_base64(const struct recipients *r, struct arena *a, struct str s)
{
	size_t at = 0;

	while ((at = next_at_pair(s, at)) < s.n) {
		struct str run = run_around(s, at);

		if (run.n >= BASE64_LEAST && in_base64(r, a, run))
			return true;
		at = (size_t)(run.p - s.p) + run.n + 1;
	}
	return false;
}

void
recipients_init_later(struct recipients *r, struct arena *a,
    const struct facts *facts)
{
	*r = (struct recipients){ .arena = a, .later = facts };
}

static void
read_facts(struct recipients *r)
{
	const struct fact *rcpts = facts_get(r->later, FACT_RCPT);

	recipients_init(r, r->arena, rcpts, rcpts->n);
	for (size_t i = 0; i < rcpts->n; i++)
		recipients_add(r, rcpts->at[i].text, i);
}

bool
recipients_in(struct recipients *r, struct arena *scratch, struct str text)
{
	if (r->later != NULL)
		read_facts(r);
	if (r->n == 0 || text.n == 0)
		return false;
	text = str_head(text, TEXT_MOST);
	/* Twice: a redirect carries its target encoded again. */
	for (int i = 0; !in_plain(r, text); i++) {
		if (i == 2 || !str_has(text, '%'))
			return in_any_base64(r, scratch, text);
		text = undo_percent(scratch, text);
	}
	return true;
}
