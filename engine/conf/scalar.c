/* SPDX-License-Identifier: Apache-2.0 */
/* Texts to YAML, in the plainest of its three forms that is safe. */
#include "conf/scalar.h"

#include "base/buf.h"
#include "base/utf8.h"

/* What begins something else somewhere, in or out of a flow list. */
static const char odd[] = "#[]{},&*!|>'\"%@`\\?=<~";

/* Characters that YAML has no room for, ends a line at, or hides. */
static bool
needs_escape(uint32_t point)
{
	return point < 0x20 || (point >= 0x7f && point <= 0xa0) ||
	    point == 0x2028 || point == 0x2029 || point == 0xfeff ||
	    (point & 0xfffe) == 0xfffe || utf8_is_unsafe(point);
}

static bool
has_escape(struct str s)
{
	for (size_t at = 0; at < s.n;)
		if (needs_escape(utf8_next(s, &at)))
			return true;
	return false;
}

static bool
is_plain(struct str s)
{
	char first = s.n == 0 ? '\0' : s.p[0];

	if (!ascii_is_alnum(first) && (unsigned char)first < 0x80 &&
	    first != '/' && first != '(' && first != '+')
		return false;
	if (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == ':')
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (str_has(str_of(odd), s.p[i]) ||
		    (s.p[i] == ':' && s.p[i + 1] == ' '))
			return false;
	return true;
}

/* 'it''s' */
static void
add_quoted(struct buf *to, struct str s)
{
	buf_add_byte(to, '\'');
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\'')
			buf_add_byte(to, '\'');
		buf_add_byte(to, s.p[i]);
	}
	buf_add_byte(to, '\'');
}

static void
add_escape(struct buf *to, uint32_t point)
{
	if (point == '\n')
		buf_add_str(to, STR("\\n"));
	else if (point == '\t')
		buf_add_str(to, STR("\\t"));
	else
		buf_printf(to, point < 0x100 ? "\\x%02X" : point < 0x10000
		    ? "\\u%04X" : "\\U%08X", (unsigned)point);
}

static void
add_escaped(struct buf *to, struct str s)
{
	buf_add_byte(to, '"');
	for (size_t at = 0; at < s.n;) {
		uint32_t point = utf8_next(s, &at);

		if (needs_escape(point)) {
			add_escape(to, point);
			continue;
		}
		if (point == '"' || point == '\\')
			buf_add_byte(to, '\\');
		utf8_add(to, point);
	}
	buf_add_byte(to, '"');
}

void
scalar_add(struct buf *to, struct str text)
{
	if (!utf8_is_valid(text) || has_escape(text))
		add_escaped(to, text);
	else if (is_plain(text))
		buf_add_str(to, text);
	else
		add_quoted(to, text);
}
