/* SPDX-License-Identifier: Apache-2.0 */
/* Names of CSS with escapes (CSS Syntax 3, 4.3.7), kept and compared. */
#include "mail/cssname.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "mail/cssskip.h"

enum { REPLACEMENT = 0xfffd, HEX_MOST = 6 };

/* A letter may stand as it is, all other ASCII in two bytes. */
static void
put(struct buf *b, uint32_t point)
{
	char both[2];

	if (point == 0 || point > 0x10ffff ||
	    (point >= 0xd800 && point < 0xe000))
		point = REPLACEMENT;
	if (point >= 0x80 || ascii_is_alpha((char)point) || point == '_') {
		utf8_add(b, point);
		return;
	}
	both[0] = (char)(0xc0 | point >> 6);
	both[1] = (char)(0x80 | (point & 0x3f));
	buf_add(b, both, 2);
}

static bool
is_line_end(char c)
{
	return c == '\n' || c == '\r' || c == '\f';
}

/* Behind a backslash; gives its length, 0 where none is escaped. */
static size_t
put_escaped(struct buf *b, struct str s)
{
	uint32_t point = 0;
	size_t n = 0;

	if (s.n == 0 || is_line_end(s.p[0]))
		return 0;
	while (n < HEX_MOST && n < s.n && ascii_is_hex(s.p[n]))
		point = point << 4 | (uint32_t)ascii_hex(s.p[n++]);
	if (n == 0 && (unsigned char)s.p[0] >= 0x80)
		buf_add(b, s.p, 1);
	else
		put(b, n == 0 ? (unsigned char)s.p[0] : point);
	if (n == 0)
		return 1;
	if (str_starts(str_from(s, n), STR("\r\n")))
		return n + 2;
	return n + (n < s.n && ascii_is_space(s.p[n]) && s.p[n] != '\v');
}

struct str
css_name_keep(struct arena *a, struct str selectors)
{
	struct str s = selectors;
	bool is_bad = false;
	struct buf b;

	buf_init_arena(&b, a, 2 * selectors.n + 1);
	for (size_t n; s.n != 0; s = str_from(s, n)) {
		n = 1;
		if (s.p[0] == '[' || s.p[0] == '"' || s.p[0] == '\'')
			n = css_piece_length(s, &is_bad);
		if (s.p[0] == '\\')
			n += put_escaped(&b, str_from(s, 1));
		if (s.p[0] != '\\' || n == 1)
			buf_add(&b, s.p, n);
	}
	return buf_str(&b);
}

/* One byte of the name at the front of s, of which it takes one or two. */
static char
byte_of(struct str s, size_t *taken)
{
	unsigned char c = (unsigned char)s.p[0];

	*taken = 1;
	if ((c != 0xc0 && c != 0xc1) || s.n < 2)
		return s.p[0];
	*taken = 2;
	return (char)((c & 1) << 6 | (s.p[1] & 0x3f));
}

struct str
css_name_plain_slowly(struct arena *a, struct str kept)
{
	struct buf b;

	buf_init_arena(&b, a, kept.n);
	for (size_t n; kept.n != 0; kept = str_from(kept, n)) {
		char c = byte_of(kept, &n);

		buf_add(&b, &c, 1);
	}
	return buf_str(&b);
}

/* Of names that are not the same, byte by byte. */
static bool
is_same(struct str kept, struct str plain, bool in_any_case)
{
	size_t i = 0;

	for (size_t n; kept.n != 0 && i < plain.n; kept = str_from(kept, n)) {
		char c = byte_of(kept, &n), d = plain.p[i++];

		if (in_any_case ? ascii_lower(c) != ascii_lower(d) : c != d)
			return false;
	}
	return kept.n == 0 && i == plain.n;
}

bool
css_name_is_slowly(struct str kept, struct str plain)
{
	return is_same(kept, plain, false);
}

bool
css_name_case_is(struct str kept, struct str plain)
{
	return str_case_eq(kept, plain) ||
	    (kept.n > plain.n && is_same(kept, plain, true));
}
