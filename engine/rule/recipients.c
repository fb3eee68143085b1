/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Looks for addresses in a text and asks the set about each, so the cost is
 * that of the text, however many recipients there are.
 */
#include "rule/recipients.h"

#include "base/arena.h"
#include "mail/encoding.h"

enum {
	ADDRESS_MOST = 320, /* bytes; RFC 5321 4.5.3.1: 64 + 1 + 255 */
	TEXT_MOST = 16 * 1024,
	BASE64_LEAST = 8    /* "a@b.cc" takes eight */
};

void
recipients_init(struct recipients *r, struct arena *a)
{
	*r = (struct recipients){ .arena = a };
	map_init(&r->by_addr, a);
}

bool
recipients_add(struct recipients *r, struct str addr)
{
	size_t before = r->by_addr.n;

	if (addr.n == 0 || addr.n > ADDRESS_MOST)
		return false;
	map_put(&r->by_addr, str_lower(r->arena, addr), 0);
	return r->by_addr.n != before;
}

static bool
have(const struct recipients *r, struct str addr)
{
	char lower[ADDRESS_MOST];

	if (addr.n == 0 || addr.n > sizeof(lower))
		return false;
	for (size_t i = 0; i < addr.n; i++)
		lower[i] = ascii_lower(addr.p[i]);
	return map_get(&r->by_addr, (struct str){ lower, addr.n }) != NULL;
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

	while (begin > 0 && i - begin < ADDRESS_MOST && is_local(s.p[begin - 1]))
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
	char *p = arena_take(a, s.n);
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (c == '%' && s.n - i > 2 && ascii_is_hex(s.p[i + 1]) &&
		    ascii_is_hex(s.p[i + 2])) {
			c = (char)(ascii_hex(s.p[i + 1]) << 4 |
			    ascii_hex(s.p[i + 2]));
			i += 2;
		}
		p[n++] = c;
	}
	return (struct str){ p, n };
}

/*
 * What a byte is to base64: a letter of it, and whether "@" (0x40) may lie
 * across it.  As first of three bytes "@" begins with Q and one of A to P, as
 * the second it has one of A to D behind one of E, U, k and 0, as the last it
 * ends in A.
 */
enum { LETTER = 1, FIRST = 2, THIRD = 4, LAST = 8 };

#define FIVE(c) [(c)] = LETTER, [(c) + 1] = LETTER, [(c) + 2] = LETTER, \
	[(c) + 3] = LETTER, [(c) + 4] = LETTER
static const uint8_t letters[256] = {
	['A'] = LETTER | THIRD | LAST, ['B'] = LETTER | THIRD,
	['C'] = LETTER | THIRD, ['D'] = LETTER | THIRD, ['E'] = LETTER,
	FIVE('F'), FIVE('K'), ['P'] = LETTER, ['Q'] = LETTER | FIRST,
	['R'] = LETTER, ['S'] = LETTER, ['T'] = LETTER, FIVE('U'),
	['Z'] = LETTER, FIVE('a'), FIVE('f'), FIVE('k'), FIVE('p'), FIVE('u'),
	['z'] = LETTER, FIVE('0'), FIVE('5'), ['+'] = LETTER, ['/'] = LETTER,
	['-'] = LETTER, ['_'] = LETTER,
};
#undef FIVE

static bool
is_base64(char c)
{
	return letters[(unsigned char)c] != 0;
}

/* May the bytes that s stands for hold an "@"?  Of most no, and then there is
 * no need to know them. */
static bool
may_hold_at(struct str s)
{
	static const uint8_t places[4] = { FIRST, 0, THIRD, LAST };

	for (size_t i = 0; i < s.n; i++)
		if ((letters[(unsigned char)s.p[i]] & places[i % 4]) != 0)
			return true;
	return false;
}

static bool
in_decoded(const struct recipients *r, struct arena *a, struct str s)
{
	struct str bytes;

	s = str_head(s, s.n - (s.n % 4 == 1));
	return s.n >= BASE64_LEAST && may_hold_at(s) &&
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
	while (str_next(&run, '/', &piece))
		if (in_decoded(r, a, piece))
			return true;
	return false;
}

static bool
in_any_base64(const struct recipients *r, struct arena *a, struct str s)
{
	size_t begin = 0;

	for (size_t i = 0; i <= s.n; i++) {
		if (i < s.n && is_base64(s.p[i]))
			continue;
		if (i - begin >= BASE64_LEAST &&
		    in_base64(r, a, str_sub(s, begin, i)))
			return true;
		begin = i + 1;
	}
	return false;
}

bool
recipients_in(const struct recipients *r, struct arena *scratch,
    struct str text)
{
	if (r->by_addr.n == 0 || text.n == 0)
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
