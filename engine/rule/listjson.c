/* SPDX-License-Identifier: Apache-2.0 */
/* JSON of one line, walked once from left to right. */
#include "rule/listjson.h"

#include "base/buf.h"
#include "base/utf8.h"

struct walk {
	struct arena *arena;
	struct str rest;
};

static void
skip_blanks(struct walk *w)
{
	w->rest = str_trim_front(w->rest);
}

static bool
skip_sign(struct walk *w, char sign)
{
	skip_blanks(w);
	if (w->rest.n == 0 || w->rest.p[0] != sign)
		return false;
	w->rest = str_from(w->rest, 1);
	return true;
}

static bool
read_hex4(struct str s, uint32_t *out)
{
	*out = 0;
	if (s.n < 4)
		return false;
	for (int i = 0; i < 4; i++) {
		char c = ascii_lower(s.p[i]);

		if (!ascii_is_digit(c) && (c < 'a' || c > 'f'))
			return false;
		*out = *out << 4 | (uint32_t)(ascii_is_digit(c) ? c - '0'
		    : c - 'a' + 10);
	}
	return true;
}

/* The four digits behind "\u", and those of the other half of a pair. */
static bool
read_code(struct str *s, uint32_t *code)
{
	struct str rest;
	uint32_t low;

	if (!read_hex4(*s, code))
		return false;
	*s = str_from(*s, 4);
	if (*code < 0xd800 || *code > 0xdfff)
		return true;
	rest = *s;
	if (*code > 0xdbff || !str_skip(&rest, STR("\\u")) ||
	    !read_hex4(rest, &low) || low < 0xdc00 || low > 0xdfff)
		return false;
	*code = 0x10000 + ((*code - 0xd800) << 10) + (low - 0xdc00);
	*s = str_from(rest, 4);
	return true;
}

/* What stands behind a backslash. */
static bool
unescape(struct str *s, struct buf *to)
{
	static const char signs[] = "\"\\/bfnrt", means[] = "\"\\/\b\f\n\r\t";
	char sign = s->n == 0 ? '\0' : s->p[0];
	uint32_t code;

	*s = str_from(*s, 1);
	if (sign == 'u') {
		if (!read_code(s, &code))
			return false;
		utf8_add(to, code);
		return true;
	}
	for (size_t i = 0; signs[i] != '\0'; i++)
		if (signs[i] == sign) {
			buf_add_byte(to, means[i]);
			return true;
		}
	return false;
}

/* Never longer than how it is written. */
static bool
copy_text(struct str *out, struct arena *a, struct str s)
{
	struct buf b;

	buf_init_arena(&b, a, s.n);
	while (s.n != 0) {
		char c = s.p[0];

		s = str_from(s, 1);
		if (c != '\\')
			buf_add_byte(&b, c);
		else if (!unescape(&s, &b))
			return false;
	}
	*out = buf_str(&b);
	return true;
}

/* Behind the first quote. */
static bool
read_text(struct walk *w, struct str *out)
{
	struct str s = w->rest;
	size_t n = 0;
	bool has_escapes = false;

	while (n < s.n && s.p[n] != '"') {
		if ((unsigned char)s.p[n] < ' ')
			return false;
		has_escapes |= s.p[n] == '\\';
		n += s.p[n] == '\\' ? 2 : 1;
	}
	if (n >= s.n)
		return false;
	*out = str_head(s, n);
	w->rest = str_from(s, n + 1);
	return !has_escapes || copy_text(out, w->arena, *out);
}

/* A number, true or false as they stand; null is nothing. */
static bool
read_word(struct walk *w, struct str *out)
{
	size_t n = 0;

	while (n < w->rest.n && (ascii_is_alnum(w->rest.p[n]) ||
	    w->rest.p[n] == '-' || w->rest.p[n] == '+' ||
	    w->rest.p[n] == '.'))
		n++;
	*out = str_head(w->rest, n);
	w->rest = str_from(w->rest, n);
	if (n == 0 || (!ascii_is_digit(out->p[0]) && out->p[0] != '-' &&
	    !str_is(*out, "true") && !str_is(*out, "false") &&
	    !str_is(*out, "null")))
		return false;
	if (str_is(*out, "null"))
		*out = STR("");
	return true;
}

static bool
read_plain(struct walk *w, struct str *out)
{
	return skip_sign(w, '"') ? read_text(w, out) : read_word(w, out);
}

/* What is nested is nobody's value: its brackets must match, and its texts
 * end. */
static bool
skip_nested(struct walk *w)
{
	char ends[LISTJSON_DEPTH];
	size_t depth = 0;
	struct str text;

	do {
		skip_blanks(w);
		if (w->rest.n == 0)
			return false;
		if (skip_sign(w, '{') || skip_sign(w, '[')) {
			if (depth == LISTJSON_DEPTH)
				return false;
			ends[depth++] = w->rest.p[-1] == '{' ? '}' : ']';
		} else if (skip_sign(w, ends[depth - 1])) {
			depth--;
		} else if (!skip_sign(w, ',') && !skip_sign(w, ':') &&
		    !read_plain(w, &text)) {
			return false;
		}
	} while (depth != 0);
	return true;
}

static bool
read_value(struct walk *w, struct str *out)
{
	*out = STR("");
	skip_blanks(w);
	return str_starts(w->rest, STR("{")) || str_starts(w->rest, STR("["))
	    ? skip_nested(w) : read_plain(w, out);
}

static bool
read_members(struct walk *w, struct str *out, const struct str *names,
    size_t n)
{
	struct str name, value;

	if (skip_sign(w, '}'))
		return true;
	do {
		if (!skip_sign(w, '"') || !read_text(w, &name) ||
		    !skip_sign(w, ':') || !read_value(w, &value))
			return false;
		for (size_t i = 0; i < n; i++)
			if (str_eq(names[i], name) && out[i].n == 0)
				out[i] = value;
	} while (skip_sign(w, ','));
	return skip_sign(w, '}');
}

bool
listjson_read(struct str *out, struct arena *a, struct str line,
    const struct str *names, size_t n)
{
	struct walk w = { a, line };
	bool is_read;

	for (size_t i = 0; i < n; i++)
		out[i] = STR("");
	is_read = skip_sign(&w, '{') ? read_members(&w, out, names, n)
	    : skip_sign(&w, '"') && read_text(&w, &out[0]);
	skip_blanks(&w);
	return is_read && w.rest.n == 0;
}
