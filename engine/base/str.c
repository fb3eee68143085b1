/* SPDX-License-Identifier: Apache-2.0 */
/* Slices: comparing, finding, cutting, copying.  No state. */
#include "base/str.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"

struct str
str_of(const char *text)
{
	return (struct str){ text, text == NULL ? 0 : strlen(text) };
}

struct str
str_between(const char *begin, const char *end)
{
	assert(begin <= end);
	return (struct str){ begin, (size_t)(end - begin) };
}

static bool
same_case(const char *a, const char *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (ascii_lower(a[i]) != ascii_lower(b[i]))
			return false;
	return true;
}

bool
str_eq(struct str a, struct str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool
str_case_eq(struct str a, struct str b)
{
	return a.n == b.n && same_case(a.p, b.p, a.n);
}

bool
str_is(struct str s, const char *text)
{
	return str_eq(s, str_of(text));
}

bool
str_case_is(struct str s, const char *text)
{
	return str_case_eq(s, str_of(text));
}

bool
str_starts(struct str s, struct str head)
{
	return s.n >= head.n && str_eq(str_head(s, head.n), head);
}

bool
str_case_starts(struct str s, struct str head)
{
	return s.n >= head.n && same_case(s.p, head.p, head.n);
}

bool
str_ends(struct str s, struct str tail)
{
	return s.n >= tail.n && str_eq(str_from(s, s.n - tail.n), tail);
}

bool
str_case_ends(struct str s, struct str tail)
{
	return s.n >= tail.n && str_case_eq(str_from(s, s.n - tail.n), tail);
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

size_t
str_find(struct str s, char byte)
{
	const char *found = s.n == 0 ? NULL : memchr(s.p, byte, s.n);

	return found == NULL ? s.n : (size_t)(found - s.p);
}

size_t
str_find_last(struct str s, char byte)
{
	const char *found = s.n == 0 ? NULL : memrchr(s.p, byte, s.n);

	return found == NULL ? s.n : (size_t)(found - s.p);
}

size_t
str_find_str(struct str s, struct str piece)
{
	const char *found;

	if (piece.n == 0)
		return 0;
	if (piece.n > s.n)
		return s.n;
	found = memmem(s.p, s.n, piece.p, piece.n);
	return found == NULL ? s.n : (size_t)(found - s.p);
}

size_t
str_case_find_str(struct str s, struct str piece)
{
	if (piece.n > s.n)
		return s.n;
	for (size_t i = 0; i <= s.n - piece.n; i++)
		if (same_case(s.p + i, piece.p, piece.n))
			return i;
	return s.n;
}

bool
str_has(struct str s, char byte)
{
	return str_find(s, byte) != s.n;
}

struct str
str_from(struct str s, size_t begin)
{
	if (begin >= s.n)
		return (struct str){ s.p == NULL ? NULL : s.p + s.n, 0 };
	return (struct str){ s.p + begin, s.n - begin };
}

struct str
str_head(struct str s, size_t n)
{
	return (struct str){ s.p, n < s.n ? n : s.n };
}

struct str
str_sub(struct str s, size_t begin, size_t end)
{
	return str_from(str_head(s, end), begin);
}

struct str
str_trim(struct str s)
{
	while (s.n > 0 && ascii_is_space(s.p[0])) {
		s.p++;
		s.n--;
	}
	while (s.n > 0 && ascii_is_space(s.p[s.n - 1]))
		s.n--;
	return s;
}

bool
str_skip(struct str *s, struct str head)
{
	if (!str_starts(*s, head))
		return false;
	*s = str_from(*s, head.n);
	return true;
}

bool
str_case_skip(struct str *s, struct str head)
{
	if (!str_case_starts(*s, head))
		return false;
	*s = str_from(*s, head.n);
	return true;
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
	p = arena_take(a, s.n);
	memcpy(p, s.p, s.n);
	return (struct str){ p, s.n };
}

struct str
str_lower(struct arena *a, struct str s)
{
	char *p = arena_take(a, s.n);

	for (size_t i = 0; i < s.n; i++)
		p[i] = ascii_lower(s.p[i]);
	return (struct str){ p, s.n };
}

const char *
str_cstr(struct arena *a, struct str s)
{
	char *p = arena_take(a, s.n + 1);

	if (s.n != 0)
		memcpy(p, s.p, s.n);
	return p;
}

struct str
str_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap, again;
	char *p;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	assert(n >= 0);
	p = arena_take(a, (size_t)n + 1);
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
	p = to = arena_take(a, total);
	for (size_t i = 0; i < n; i++) {
		if (i != 0 && between.n != 0)
			to = mempcpy(to, between.p, between.n);
		if (pieces[i].n != 0)
			to = mempcpy(to, pieces[i].p, pieces[i].n);
	}
	return (struct str){ p, total };
}

bool
ascii_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool
ascii_is_alpha(char c)
{
	return ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z';
}

bool
ascii_is_alnum(char c)
{
	return ascii_is_digit(c) || ascii_is_alpha(c);
}

bool
ascii_is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

bool
ascii_is_hex(char c)
{
	return ascii_is_digit(c) ||
	    (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'f');
}

int
ascii_hex(char c)
{
	assert(ascii_is_hex(c));
	return ascii_is_digit(c) ? c - '0' : ascii_lower(c) - 'a' + 10;
}

char
ascii_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

char
ascii_upper(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - ('a' - 'A')) : c;
}
