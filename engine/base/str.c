/* SPDX-License-Identifier: Apache-2.0 */
/* Slices: comparing, finding, cutting, copying.  No state. */
#include "base/str.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/arena.h"

enum { PIECE_SHORT = 32 };

struct str
str_between(const char *begin, const char *end)
{
	assert(begin <= end);
	return (struct str){ begin, (size_t)(end - begin) };
}

/* Eight letters at once, those from A to Z in lower case. */
static uint64_t
lower_eight(uint64_t s)
{
	const uint64_t ones = 0x0101010101010101;
	uint64_t seven = s & ones * 0x7f;
	uint64_t is_upper = (seven + ones * (0x80 - 'A')) &
	    ~(seven + ones * (0x80 - 'Z' - 1)) & ~s & ones * 0x80;

	return s | is_upper >> 2;
}

/* Up to seven bytes in one number: those at both ends, which may be the same.
 * The less is asked byte by byte, the less is guessed wrong. */
static inline uint64_t
load_short(const char *s, size_t n)
{
	uint32_t first, last;

	if (n >= 4) {
		memcpy(&first, s, sizeof(first));
		memcpy(&last, s + n - sizeof(last), sizeof(last));
		return (uint64_t)first << 32 | last;
	}
	if (n == 0)
		return 0;
	return (uint64_t)(unsigned char)s[0] << 16 |
	    (uint64_t)(unsigned char)s[n / 2] << 8 | (unsigned char)s[n - 1];
}

static inline bool
is_same_eight(uint64_t one, uint64_t other)
{
	return one == other || lower_eight(one) == lower_eight(other);
}

bool
str_same_case(const char *a, const char *b, size_t n)
{
	uint64_t one, other;
	size_t i = 0;

	if (n < sizeof(one))
		return is_same_eight(load_short(a, n), load_short(b, n));
	/* the last eight may be looked at twice */
	for (;; i = i + 2 * sizeof(one) <= n ? i + sizeof(one) :
	    n - sizeof(one)) {
		memcpy(&one, a + i, sizeof(one));
		memcpy(&other, b + i, sizeof(other));
		if (!is_same_eight(one, other))
			return false;
		if (i + sizeof(one) == n)
			return true;
	}
}

int
str_order(struct str a, struct str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int order = n == 0 ? 0 : memcmp(a.p, b.p, n);

	if (order != 0)
		return order;
	return a.n == b.n ? 0 : a.n < b.n ? -1 : 1;
}

#ifdef __SSE2__
/* How often the byte stands in the sixteens at the front; *at is behind. */
static size_t
count_by_sixteen(struct str s, char byte, size_t *at)
{
	const __m128i zero = _mm_setzero_si128(), one = _mm_set1_epi8(1);
	__m128i both = zero; /* sums, of the lower eight and of the upper */

	for (*at = 0; *at + 16 <= s.n; *at += 16) {
		__m128i is = _mm_cmpeq_epi8(_mm_set1_epi8(byte),
		    _mm_loadu_si128((const void *)(s.p + *at)));

		both = _mm_add_epi64(both, _mm_sad_epu8(
		    _mm_and_si128(is, one), zero));
	}
	return (size_t)_mm_cvtsi128_si64(both) +
	    (size_t)_mm_cvtsi128_si64(_mm_unpackhi_epi64(both, both));
}
#else
static size_t
count_by_sixteen(struct str s, char byte, size_t *at)
{
	(void)s, (void)byte;
	*at = 0;
	return 0;
}
#endif

size_t
str_count(struct str s, char byte)
{
	size_t at, n = count_by_sixteen(s, byte, &at);

	for (; at < s.n; at++)
		n += s.p[at] == byte;
	return n;
}

size_t
str_find_last(struct str s, char byte)
{
	const char *found = s.n == 0 ? NULL : memrchr(s.p, byte, s.n);

	return found == NULL ? s.n : (size_t)(found - s.p);
}

#ifdef __SSE2__
/* The sixteen places from at on where the bytes of the piece at its begin,
 * middle and end stand at the right distance. */
static inline __m128i
places_of(const char *at, struct str piece)
{
	size_t mid = piece.n / 2, end = piece.n - 1;
	__m128i same = _mm_cmpeq_epi8(_mm_set1_epi8(piece.p[0]),
	    _mm_loadu_si128((const void *)at));

	same = _mm_and_si128(same, _mm_cmpeq_epi8(
	    _mm_set1_epi8(piece.p[mid]),
	    _mm_loadu_si128((const void *)(at + mid))));
	return _mm_and_si128(same, _mm_cmpeq_epi8(
	    _mm_set1_epi8(piece.p[end]),
	    _mm_loadu_si128((const void *)(at + end))));
}

/* How many places at the front of so many can be passed over, a row at a time:
 * the piece is at none of them. */
static inline size_t
pass_places(const char *p, size_t places, struct str piece)
{
	size_t i = 0;

	for (; i + STR_ROW <= places; i += STR_ROW) {
		__m128i any = _mm_or_si128(_mm_or_si128(
		    places_of(p + i, piece), places_of(p + i + 16, piece)),
		    _mm_or_si128(places_of(p + i + 32, piece),
		    places_of(p + i + 48, piece)));

		if (_mm_movemask_epi8(any) != 0)
			break;
	}
	return i;
}

/* Where the piece is, or s.n: sixteen places at a time, the last of them once
 * more where s.n is no multiple.  s holds 15 bytes more than the piece. */
static size_t
find_by_sixteen(struct str s, struct str piece)
{
	size_t last = s.n - piece.n - 15;

	for (size_t i = pass_places(s.p, last, piece); i < last + 16;
	    i += 16) {
		size_t at = i < last ? i : last;
		unsigned places = (unsigned)_mm_movemask_epi8(
		    places_of(s.p + at, piece));

		for (; places != 0; places &= places - 1) {
			size_t here = at + (unsigned)__builtin_ctz(places);

			if (piece.n <= 3 ||
			    memcmp(s.p + here, piece.p, piece.n) == 0)
				return here;
		}
	}
	return s.n;
}
#else
static size_t
find_by_sixteen(struct str s, struct str piece)
{
	const char *found = memmem(s.p, s.n, piece.p, piece.n);

	return found == NULL ? s.n : (size_t)(found - s.p);
}
#endif

#ifdef __SSE2__
/* What is looked for, sixteen times each. */
struct any {
	__m128i a, b, c;
};

/* Which of sixteen bytes are one of them, a bit each. */
static inline uint64_t
any_places(__m128i here, const struct any *any)
{
	return (unsigned)_mm_movemask_epi8(_mm_or_si128(
	    _mm_or_si128(_mm_cmpeq_epi8(here, any->a),
	    _mm_cmpeq_epi8(here, any->b)), _mm_cmpeq_epi8(here, any->c)));
}

static inline uint64_t
any_at(const char *p, const struct any *any)
{
	return any_places(_mm_loadu_si128((const void *)p), any);
}

static inline uint64_t
any_of_eight(const char *p, const struct any *any)
{
	return any_places(_mm_loadl_epi64((const void *)p), any) & 0xff;
}

/* Of eight bytes and more: some at the end may be looked at twice, for then
 * nothing is guessed about how many they are. */
static size_t
find_any(struct str s, const struct any *any)
{
	uint64_t places;
	size_t i = 0;

	if (s.n <= 16) {
		places = any_of_eight(s.p, any) |
		    any_of_eight(s.p + s.n - 8, any) << (s.n - 8);
		return (unsigned)__builtin_ctzll(places | 1ULL << s.n);
	}
	for (; i + 32 < s.n; i += 32) {
		places = any_at(s.p + i, any) |
		    any_at(s.p + i + 16, any) << 16;
		if (places != 0)
			return i + (unsigned)__builtin_ctzll(places);
	}
	i = s.n < 32 ? 0 : s.n - 32;
	places = any_at(s.p + i, any) |
	    any_at(s.p + s.n - 16, any) << (s.n - i - 16);
	return i + (unsigned)__builtin_ctzll(places | 1ULL << (s.n - i));
}
#endif

size_t
str_find_any(struct str s, char a, char b, char c)
{
	size_t at = 0;

#ifdef __SSE2__
	if (s.n >= 8)
		return find_any(s, &(struct any){ _mm_set1_epi8(a),
		    _mm_set1_epi8(b), _mm_set1_epi8(c) });
#endif
	while (at < s.n && s.p[at] != a && s.p[at] != b && s.p[at] != c)
		at++;
	return at;
}

#ifdef __SSE2__
/* Where in the sixteen bytes at p the byte stands, and whether next follows as
 * follows says. */
static __m128i
pair_piece(const char *p, char byte, char next, bool follows)
{
	__m128i is = _mm_cmpeq_epi8(_mm_loadu_si128((const void *)p),
	    _mm_set1_epi8(byte));
	__m128i then = _mm_cmpeq_epi8(_mm_loadu_si128((const void *)(p + 1)),
	    _mm_set1_epi8(next));

	return follows ? _mm_and_si128(is, then) : _mm_andnot_si128(then, is);
}

/* How many bytes at the front can be passed over, a row at a time: they are
 * followed by one more, and there is no such pair among them. */
static inline size_t
pass_pairs(struct str s, char byte, char next, bool follows)
{
	size_t i = 0;

	for (; i + STR_ROW < s.n; i += STR_ROW) {
		const char *p = s.p + i;
		__m128i any = _mm_or_si128(_mm_or_si128(
		    pair_piece(p, byte, next, follows),
		    pair_piece(p + 16, byte, next, follows)), _mm_or_si128(
		    pair_piece(p + 32, byte, next, follows),
		    pair_piece(p + 48, byte, next, follows)));

		if (_mm_movemask_epi8(any) != 0)
			break;
	}
	return i;
}
#else
static inline size_t
pass_pairs(struct str s, char byte, char next, bool follows)
{
	(void)s, (void)byte, (void)next, (void)follows;
	return 0;
}
#endif

size_t
str_find_lone(struct str s, char byte, char next)
{
	size_t at = pass_pairs(s, byte, next, false);

	while (at < s.n && (s.p[at] != byte ||
	    (at + 1 < s.n && s.p[at + 1] == next)))
		at++;
	return at;
}

size_t
str_find_pair(struct str s, char byte, char next)
{
	size_t at = pass_pairs(s, byte, next, true);

	while (at + 1 < s.n && (s.p[at] != byte || s.p[at + 1] != next))
		at++;
	return at + 1 < s.n ? at : s.n;
}

size_t
str_find_str(struct str s, struct str piece)
{
	const char *found;

	if (piece.n == 0)
		return 0;
	if (piece.n > s.n)
		return s.n;
	/* A long piece could make each of its places costly. */
	if (piece.n <= PIECE_SHORT && s.n - piece.n >= 15)
		return find_by_sixteen(s, piece);
	found = memmem(s.p, s.n, piece.p, piece.n);
	return found == NULL ? s.n : (size_t)(found - s.p);
}

size_t
str_case_find_str(struct str s, struct str piece)
{
	char first = piece.n == 0 ? '\0' : ascii_lower(piece.p[0]);

	if (piece.n == 0 || piece.n > s.n)
		return piece.n == 0 ? 0 : s.n;
	for (size_t i = 0; i <= s.n - piece.n; i++) {
		i += str_find_any(str_from(s, i), first, ascii_upper(first),
		    first);
		if (i <= s.n - piece.n &&
		    str_same_case(s.p + i, piece.p, piece.n))
			return i;
	}
	return s.n;
}

bool
str_is_any(struct str s, const struct str *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(s, words[i]))
			return true;
	return false;
}

bool
str_case_is_any(struct str s, const struct str *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_case_eq(s, words[i]))
			return true;
	return false;
}

bool
str_case_has_any(struct str s, const struct str *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_case_find_str(s, words[i]) < s.n)
			return true;
	return false;
}

struct str
str_trim_front(struct str s)
{
	while (s.n > 0 && ascii_is_space(s.p[0])) {
		s.p++;
		s.n--;
	}
	return s;
}

struct str
str_trim_slowly(struct str s)
{
	s = str_trim_front(s);
	while (s.n > 0 && ascii_is_space(s.p[s.n - 1]))
		s.n--;
	return s;
}

bool
str_next(struct str *s, char byte, struct str *piece)
{
	if (s->p == NULL)
		return false;
	if (!str_cut(*s, byte, piece, s))
		*s = (struct str){ NULL, 0 };
	return true;
}

struct str
str_take_line(struct str *s)
{
	size_t n = str_find_near(*s, '\n');
	struct str line = str_head(*s, n);

	*s = str_from(*s, n + 1);
	if (str_ends(line, STR("\r")))
		line.n--;
	return line;
}

bool
str_cut(struct str s, char byte, struct str *before, struct str *after)
{
	size_t at = str_find(s, byte);

	*before = str_head(s, at);
	*after = str_from(s, at + 1);
	return at != s.n;
}

bool
str_to_int(struct str s, int64_t *value)
{
	bool minus = str_skip(&s, STR("-"));
	int64_t n = 0;

	if (s.n == 0 || s.n > 18)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (!ascii_is_digit(s.p[i]))
			return false;
		n = n * 10 + (s.p[i] - '0');
	}
	*value = minus ? -n : n;
	return true;
}

struct str
str_copy(struct arena *a, struct str s)
{
	char *p;

	if (s.n == 0)
		return (struct str){ "", 0 };
	p = arena_take_raw(a, s.n);
	memcpy(p, s.p, s.n);
	return (struct str){ p, s.n };
}

struct str
str_lower(struct arena *a, struct str s)
{
	char *p = arena_take_raw(a, s.n);
	uint64_t eight;
	size_t i = 0;

	for (; i + sizeof(eight) <= s.n; i += sizeof(eight)) {
		memcpy(&eight, s.p + i, sizeof(eight));
		eight = lower_eight(eight);
		memcpy(p + i, &eight, sizeof(eight));
	}
	for (; i < s.n; i++)
		p[i] = ascii_lower(s.p[i]);
	return (struct str){ p, s.n };
}

struct str
str_symbol(struct arena *a, struct str s)
{
	char *p = arena_take_raw(a, s.n);

	for (size_t i = 0; i < s.n; i++)
		p[i] = ascii_is_alnum(s.p[i]) ? ascii_upper(s.p[i]) : '_';
	return (struct str){ p, s.n };
}

const char *
str_cstr(struct arena *a, struct str s)
{
	char *p = arena_take_raw(a, s.n + 1);

	if (s.n != 0)
		memcpy(p, s.p, s.n);
	p[s.n] = '\0';
	return p;
}

/* Digits in front of room[end], at least so many; where they begin. */
static size_t
put_digits(char *room, size_t end, uint64_t value, size_t least)
{
	size_t n = end;

	for (; value != 0 || end - n < least; value /= 10)
		room[--n] = (char)('0' + value % 10);
	return n;
}

static uint64_t
size_of(int64_t value)
{
	return value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
}

struct str
str_int(char room[static STR_INT], int64_t value)
{
	size_t n = put_digits(room, STR_INT, size_of(value), 1);

	if (value < 0)
		room[--n] = '-';
	return (struct str){ room + n, STR_INT - n };
}

struct str
str_hundredths(char room[static STR_INT], int64_t value)
{
	uint64_t size = size_of(value);
	size_t n = put_digits(room, STR_INT, size % 100, 2);

	room[--n] = '.';
	n = put_digits(room, n, size / 100, 1);
	if (value < 0)
		room[--n] = '-';
	return (struct str){ room + n, STR_INT - n };
}

struct str
str_of_int(struct arena *a, int64_t value)
{
	char room[STR_INT];

	return str_copy(a, str_int(room, value));
}

struct str
str_printf(struct arena *a, const char *fmt, ...)
{
	char small[256];
	va_list ap, again;
	char *p;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(small, sizeof(small), fmt, ap);
	va_end(ap);
	assert(n >= 0);
	p = arena_take_raw(a, (size_t)n + 1);
	if ((size_t)n < sizeof(small))
		memcpy(p, small, (size_t)n + 1);
	else
		vsnprintf(p, (size_t)n + 1, fmt, again);
	va_end(again);
	return (struct str){ p, (size_t)n };
}

struct str
str_join(struct arena *a, const struct str *pieces, size_t n,
    struct str between)
{
	size_t total = 0;
	char *p, *to;

	for (size_t i = 0; i < n; i++)
		total += pieces[i].n + (i == 0 ? 0 : between.n);
	p = to = arena_take_raw(a, total);
	for (size_t i = 0; i < n; i++) {
		if (i != 0 && between.n != 0)
			to = mempcpy(to, between.p, between.n);
		if (pieces[i].n != 0)
			to = mempcpy(to, pieces[i].p, pieces[i].n);
	}
	return (struct str){ p, total };
}
