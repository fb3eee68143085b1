/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_STR_H
#define BASE_STR_H

/*
 * A slice of bytes: where they begin and how many.  It owns nothing, need not
 * end in NUL and may hold any byte.  The bytes live as long as the arena or
 * message they were cut from.  A zeroed struct is the empty slice.
 *
 * "Case" means ASCII case throughout: protocol words.  Text that people read
 * is folded by mail/fold.h.
 */

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

struct arena;

struct str {
	const char *p;
	size_t n;
};

/* "%" STR_FMT prints a slice: printf("<" STR_FMT ">", STR_ARG(s)) */
#define STR_FMT ".*s"
#define STR_ARG(s) (int)(s).n, (s).n == 0 ? "" : (s).p

/* A slice of a string literal, as an expression and as an initialiser. */
#define STR(literal) ((struct str){ (literal), sizeof(literal) - 1 })
#define STR_INIT(literal) { (literal), sizeof(literal) - 1 }

/*
 * What is shorter than the call would be is defined here: it stands in the
 * loops over every byte of a message, and against a literal the compiler
 * knows the length.
 */

/* Bytes by the ASCII table, whatever the locale. */
static inline bool
ascii_is_digit(char c)
{
	return (unsigned char)(c - '0') < 10;
}

static inline char
ascii_lower(char c)
{
	return (unsigned char)(c - 'A') < 26 ? (char)(c + ('a' - 'A')) : c;
}

static inline char
ascii_upper(char c)
{
	return (unsigned char)(c - 'a') < 26 ? (char)(c - ('a' - 'A')) : c;
}

static inline bool
ascii_is_alpha(char c)
{
	return (unsigned char)((c | 0x20) - 'a') < 26;
}

static inline bool
ascii_is_alnum(char c)
{
	return ascii_is_digit(c) || ascii_is_alpha(c);
}

static inline bool
ascii_is_space(char c)
{
	return c == ' ' || (unsigned char)(c - '\t') < 5;
}

static inline bool
ascii_is_hex(char c)
{
	return ascii_is_digit(c) || (unsigned char)((c | 0x20) - 'a') < 6;
}

/* 0 to 15; call only for hex digits */
static inline int
ascii_hex(char c)
{
	assert(ascii_is_hex(c));
	return ascii_is_digit(c) ? c - '0' : (c | 0x20) - 'a' + 10;
}

/* NULL gives the empty slice. */
static inline struct str
str_of(const char *text)
{
	return (struct str){ text, text == NULL ? 0 : strlen(text) };
}

struct str str_between(const char *begin, const char *end);

/* Cuts that may reach past the end; they stop at it. */
static inline struct str
str_from(struct str s, size_t begin)
{
	if (begin >= s.n)
		return (struct str){ s.p == NULL ? NULL : s.p + s.n, 0 };
	return (struct str){ s.p + begin, s.n - begin };
}

static inline struct str
str_head(struct str s, size_t n)
{
	return (struct str){ s.p, n < s.n ? n : s.n };
}

static inline struct str
str_sub(struct str s, size_t begin, size_t end)
{
	return str_from(str_head(s, end), begin);
}

/* For those below: n bytes of both are the same but for case. */
bool str_same_case(const char *a, const char *b, size_t n);

static inline bool
str_eq(struct str a, struct str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline bool
str_case_eq(struct str a, struct str b)
{
	return a.n == b.n && str_same_case(a.p, b.p, a.n);
}

static inline bool
str_is(struct str s, const char *text)
{
	return str_eq(s, str_of(text));
}

/* Most comparisons end at the first byte. */
static inline bool
str_case_is(struct str s, const char *text)
{
	return s.n != 0 && ascii_lower(s.p[0]) == ascii_lower(text[0])
	    ? str_case_eq(s, str_of(text)) : s.n == 0 && text[0] == '\0';
}

static inline bool
str_starts(struct str s, struct str head)
{
	return s.n >= head.n && str_eq(str_head(s, head.n), head);
}

static inline bool
str_case_starts(struct str s, struct str head)
{
	return s.n >= head.n && (head.n == 0 ||
	    (ascii_lower(s.p[0]) == ascii_lower(head.p[0]) &&
	    str_same_case(s.p, head.p, head.n)));
}

static inline bool
str_ends(struct str s, struct str tail)
{
	return s.n >= tail.n && str_eq(str_from(s, s.n - tail.n), tail);
}

static inline bool
str_case_ends(struct str s, struct str tail)
{
	return s.n >= tail.n && str_case_eq(str_from(s, s.n - tail.n), tail);
}

/* s is one of the words. */
bool str_is_any(struct str s, const struct str *words, size_t n);
bool str_case_is_any(struct str s, const struct str *words, size_t n);

/* Order by bytes, the shorter first where one begins the other. */
int str_order(struct str a, struct str b);

/*
 * Where in a row of STR_ROW bytes one of two stands, a bit for each place, the
 * first the lowest.  Most of what is looked for in a mail is near: one look at
 * a row costs less than a call, and its length is not guessed wrong.
 */
enum { STR_ROW = 64 };

#ifdef __SSE2__
static inline uint64_t
str_row_piece(const char *p, char a, char b)
{
	__m128i here = _mm_loadu_si128((const void *)p);
	__m128i is = _mm_cmpeq_epi8(here, _mm_set1_epi8(a));

	if (a != b)
		is = _mm_or_si128(is, _mm_cmpeq_epi8(here, _mm_set1_epi8(b)));
	return (unsigned)_mm_movemask_epi8(is);
}

static inline uint64_t
str_row(const char *p, char a, char b)
{
	return str_row_piece(p, a, b) | str_row_piece(p + 16, a, b) << 16 |
	    str_row_piece(p + 32, a, b) << 32 |
	    str_row_piece(p + 48, a, b) << 48;
}
#else
static inline uint64_t
str_row(const char *p, char a, char b)
{
	uint64_t row = 0;

	for (unsigned i = 0; i < STR_ROW; i++)
		row |= (uint64_t)(p[i] == a || p[i] == b) << i;
	return row;
}
#endif

#ifdef __SSE2__
/* Up to sixteen bytes, with zeros behind.  They are put together in registers:
 * a copy of them in memory would be read before it is written. */
static inline __m128i
str_short_row(struct str s)
{
	__m128i last;
	uint32_t first_four, last_four;
	uint64_t all;

	if (s.n >= 8) {
		last = _mm_loadl_epi64((const void *)(s.p + s.n - 8));
		return _mm_unpacklo_epi64(_mm_loadl_epi64((const void *)s.p),
		    _mm_srl_epi64(last, _mm_cvtsi32_si128(8 *
		    (16 - (int)s.n))));
	}
	if (s.n >= 4) {
		memcpy(&first_four, s.p, 4);
		memcpy(&last_four, s.p + s.n - 4, 4);
		all = first_four | (uint64_t)last_four << 8 * (s.n - 4);
	} else if (s.n == 0) {
		all = 0;
	} else {
		all = (unsigned char)s.p[0] |
		    (uint64_t)(unsigned char)s.p[s.n / 2] << 8 * (s.n / 2) |
		    (uint64_t)(unsigned char)s.p[s.n - 1] << 8 * (s.n - 1);
	}
	return _mm_cvtsi64_si128((long long)all);
}
#endif

/* Offset of the first byte or piece, or s.n when there is none. */
static inline size_t
str_find(struct str s, char byte)
{
	const char *found = s.n == 0 ? NULL
	    : (const char *)memchr(s.p, byte, s.n);

	return found == NULL ? s.n : (size_t)(found - s.p);
}

/* The same, for what is most often near and in front of much else. */
static inline size_t
str_find_near(struct str s, char byte)
{
	uint64_t row;

	if (s.n < STR_ROW)
		return str_find(s, byte);
	row = str_row(s.p, byte, byte);
	if (row != 0)
		return (size_t)__builtin_ctzll(row);
	s.p += STR_ROW;
	s.n -= STR_ROW;
	return STR_ROW + str_find(s, byte);
}

/* How many digits stand in front. */
static inline size_t
str_digits(struct str s)
{
	size_t n = 0;

	while (n < s.n && ascii_is_digit(s.p[n]))
		n++;
	return n;
}

static inline bool
str_has(struct str s, char byte)
{
	return str_find(s, byte) != s.n;
}

size_t str_find_last(struct str s, char byte);
size_t str_count(struct str s, char byte);
/* Of the first byte that is not followed by next; at the end it is not. */
size_t str_find_lone(struct str s, char byte, char next);
/* Of the first byte that is followed by next. */
size_t str_find_pair(struct str s, char byte, char next);
/* Of the first of three bytes; the same one may be given twice. */
size_t str_find_any(struct str s, char a, char b, char c);
size_t str_find_str(struct str s, struct str piece);
size_t str_case_find_str(struct str s, struct str piece);
/* One of the words stands in s, in any case. */
bool str_case_has_any(struct str s, const struct str *words, size_t n);

/* Without what str_trim takes off, at the front alone: what is taken apart
 * from the front is not looked at to its end each time. */
struct str str_trim_front(struct str s);

/* For str_trim: where there is something to take off. */
struct str str_trim_slowly(struct str s);

/* Without blanks, tabs, CR and LF at both ends. */
static inline struct str
str_trim(struct str s)
{
	if (s.n > 1 && s.p[0] == ' ') {
		s.p++;
		s.n--;
	}
	if (s.n != 0 && !ascii_is_space(s.p[0]) &&
	    !ascii_is_space(s.p[s.n - 1]))
		return s;
	return str_trim_slowly(s);
}

/* Moves s past head and says true, or leaves it alone. */
static inline bool
str_skip(struct str *s, struct str head)
{
	if (!str_starts(*s, head))
		return false;
	*s = str_from(*s, head.n);
	return true;
}

static inline bool
str_case_skip(struct str *s, struct str head)
{
	if (!str_case_starts(*s, head))
		return false;
	*s = str_from(*s, head.n);
	return true;
}

/*
 * The piece up to byte; s goes on behind it.  False when s has run out: a
 * loop over "a,b," gives "a", "b" and then the empty last piece.  A s.p of
 * NULL marks the end.
 */
bool str_next(struct str *s, char byte, struct str *piece);

/* The line at the front of *s, without its LF or CRLF; *s goes on behind. */
struct str str_take_line(struct str *s);

/* Up to the first byte, without it; the rest behind it.  True when found. */
bool str_cut(struct str s, char byte, struct str *before, struct str *after);

/* Decimal, the whole slice, no blanks; false on anything else. */
bool str_to_int(struct str s, int64_t *value);

/* Copies in an arena.  str_cstr ends in NUL; a NUL inside cuts it short. */
struct str str_copy(struct arena *a, struct str s);
struct str str_lower(struct arena *a, struct str s);
/* Upper case, and "_" for what is no letter of ASCII and no digit. */
struct str str_symbol(struct arena *a, struct str s);
const char *str_cstr(struct arena *a, struct str s);
struct str str_of_int(struct arena *a, int64_t value);

/* The same in room of the caller's; hundredths as "12.50". */
enum { STR_INT = 24 };
struct str str_int(char room[static STR_INT], int64_t value);
struct str str_hundredths(char room[static STR_INT], int64_t value);
struct str str_printf(struct arena *a, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* str_cat(a, one, two, ...): the slices one behind the other. */
#define str_cat(a, ...)                             \
	str_join((a), (const struct str[]){ __VA_ARGS__ }, \
	    sizeof((const struct str[]){ __VA_ARGS__ }) / \
	    sizeof(struct str), STR(""))
struct str str_join(struct arena *a, const struct str *pieces, size_t n,
    struct str between);

#endif
