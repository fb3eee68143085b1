/* SPDX-License-Identifier: Apache-2.0 */
/* Strings, brackets and comments of CSS are passed over whole. */
#include "mail/cssskip.h"

enum { OPEN_MOST = 64 }; /* brackets inside brackets; more are not counted */

/* What begins or ends more than itself. */
static const bool marks[256] = {
	['"'] = true, ['\''] = true, ['('] = true, ['['] = true,
	['{'] = true, ['\\'] = true, ['/'] = true, [')'] = true,
	[']'] = true, ['}'] = true,
};

static size_t
plain_length(struct str s, size_t at)
{
	size_t i = at;

	while (i < s.n && !marks[(unsigned char)s.p[i]])
		i++;
	return i - at;
}

static size_t
string_length(struct str s, bool *is_bad)
{
	for (size_t i = 1; i < s.n; i += 2) {
		i += str_find_any(str_from(s, i), s.p[0], '\\', '\n');
		if (i < s.n && s.p[i] == s.p[0])
			return i + 1;
		if (i < s.n && s.p[i] == '\n') {
			*is_bad = true;
			return i;
		}
	}
	return s.n;
}

static size_t
comment_length(struct str s)
{
	size_t end = 2 + str_find_str(str_from(s, 2), STR("*/")) + 2;

	return end < s.n ? end : s.n;
}

static char
close_of(char c)
{
	return (char)(c == '(' ? ')' : c == '[' ? ']' : c == '{' ? '}' : '\0');
}

static bool
is_url(struct str s, size_t open)
{
	return s.p[open] == '(' && open >= 3 &&
	    str_case_is(str_sub(s, open - 3, open), "url");
}

static size_t
raw_url_length(struct str s)
{
	size_t i = 0;

	while (i < s.n && s.p[i] != ')')
		i += s.p[i] == '\\' ? 2 : 1;
	return i < s.n ? i + 1 : s.n;
}

/* Without a quote nothing in it but ")" has a meaning. */
size_t
css_url_length(struct str s)
{
	size_t i = 1;
	bool is_bad = false;

	while (i < s.n && ascii_is_space(s.p[i]))
		i++;
	if (i < s.n && (s.p[i] == '"' || s.p[i] == '\''))
		i += string_length(str_from(s, i), &is_bad);
	return i + raw_url_length(str_from(s, i));
}

/* Of what is no bracket. */
static size_t
flat_length(struct str s, bool *is_bad)
{
	char c = s.p[0];

	if (c == '"' || c == '\'')
		return string_length(s, is_bad);
	if (c == '\\' && s.n > 1)
		return 2;
	return c == '/' && s.n > 1 && s.p[1] == '*' ? comment_length(s) : 1;
}

static size_t
bracket_length(struct str s)
{
	char open[OPEN_MOST];
	size_t depth = 0, i = 0;
	bool is_bad = false;

	while ((i += plain_length(s, i)) < s.n) {
		char c = s.p[i], close = close_of(c);

		if (is_url(s, i)) {
			i += css_url_length(str_from(s, i));
		} else if (close != '\0' && depth < OPEN_MOST) {
			open[depth++] = close;
			i++;
		} else if (c == open[depth - 1]) {
			i++;
			if (--depth == 0)
				return i;
		} else {
			i += flat_length(str_from(s, i), &is_bad);
		}
	}
	return s.n;
}

size_t
css_piece_length(struct str s, bool *is_bad)
{
	return close_of(s.p[0]) != '\0' ? bracket_length(s) :
	    flat_length(s, is_bad);
}

size_t
css_find(struct str s, char stop, char other)
{
	bool is_bad = false;
	size_t i = 0;

	while (i < s.n && s.p[i] != stop && s.p[i] != other)
		if (!marks[(unsigned char)s.p[i]])
			i++;
		else
			i += is_url(s, i) ? css_url_length(str_from(s, i)) :
			    css_piece_length(str_from(s, i), &is_bad);
	return i;
}
