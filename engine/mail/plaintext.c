/* SPDX-License-Identifier: Apache-2.0 */
/* Soft line breaks undone; one pass each, and none where there is nothing to
 * undo. */
#include "mail/plaintext.h"

#include "base/arena.h"
#include "base/buf.h"

/* Takes the quote signs off, and the blank that keeps a line from looking
 * like a quote. */
static size_t
take_quotes(struct str *line)
{
	size_t depth = 0;

	while (str_skip(line, STR(">")))
		depth++;
	str_skip(line, STR(" "));
	return depth;
}

static void
begin_line(struct buf *b, size_t depth)
{
	for (size_t i = 0; i < depth; i++)
		buf_add_byte(b, '>');
	if (depth != 0)
		buf_add_byte(b, ' ');
}

struct str
plaintext_flowed(struct arena *a, struct str text, bool is_delsp)
{
	size_t last = 0, depth;
	bool is_soft = false;
	struct str line;
	struct buf b;

	if (str_find_str(text, STR(" \n")) == text.n &&
	    str_find_str(text, STR(" \r\n")) == text.n)
		return text;
	buf_init_arena(&b, a, SIZE_MAX);
	buf_reserve(&b, text.n);
	while (text.n != 0) {
		line = str_take_line(&text);
		depth = take_quotes(&line);
		if (is_soft && depth != last)
			buf_add_byte(&b, '\n');
		if (!is_soft || depth != last)
			begin_line(&b, depth);
		last = depth;
		/* "-- " stands above a signature, on a line of its own. */
		is_soft = str_ends(line, STR(" ")) && !str_is(line, "-- ") &&
		    text.n != 0;
		if (is_soft && is_delsp)
			line.n--;
		buf_add_str(&b, line);
		if (!is_soft)
			buf_add_byte(&b, '\n');
	}
	return buf_str(&b);
}

/* "\n", "\,", "\;" and "\\" of a value; bytes taken from s, or 0. */
static size_t
escape_at(struct str s, char *c)
{
	if (s.n < 2 || s.p[0] != '\\' ||
	    !str_has(STR("nN,;\\"), s.p[1]))
		return 0;
	*c = ascii_lower(s.p[1]) == 'n' ? '\n' : s.p[1];
	return 2;
}

/* A line end and the blank that says: it is none. */
static size_t
fold_at(struct str s)
{
	size_t n = 0;

	if (n < s.n && s.p[n] == '\r')
		n++;
	if (n >= s.n || s.p[n] != '\n')
		return 0;
	n++;
	return n < s.n && (s.p[n] == ' ' || s.p[n] == '\t') ? n + 1 : 0;
}

struct str
plaintext_unfolded(struct arena *a, struct str text)
{
	struct buf b;
	size_t n;
	char c;

	buf_init_arena(&b, a, SIZE_MAX);
	buf_reserve(&b, text.n);
	while (text.n != 0) {
		if ((n = fold_at(text)) == 0) {
			c = text.p[0];
			n = escape_at(text, &c);
			n = n == 0 ? 1 : n;
			buf_add_byte(&b, c);
		}
		text = str_from(text, n);
	}
	return buf_str(&b);
}
