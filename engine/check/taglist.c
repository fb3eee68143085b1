/* SPDX-License-Identifier: Apache-2.0 */
#include "check/taglist.h"

#include "base/arena.h"

static bool
is_name(struct str s)
{
	if (s.n == 0 || !ascii_is_alpha(s.p[0]))
		return false;
	for (size_t i = 1; i < s.n; i++) {
		if (!ascii_is_alnum(s.p[i]) && s.p[i] != '_')
			return false;
	}
	return true;
}

/* False: none, one more of its name, or one too many. */
static bool
add_tag(struct taglist *list, struct arena *a, struct str text)
{
	struct str name, value;

	if (!str_cut(text, '=', &name, &value))
		return false;
	name = str_trim(name);
	if (!is_name(name) || list->tags.n == TAGS_MOST)
		return false;
	for (size_t i = 0; i < list->tags.n; i++) {
		if (str_eq(list->tags.at[i].name, name))
			return false;
	}
	*VEC_ADD(a, &list->tags) = (struct tag){ name, str_trim(value) };
	return true;
}

bool
taglist_read(struct taglist *out, struct arena *a, struct str s)
{
	struct str rest = s, text;

	*out = (struct taglist){ 0 };
	while (str_next(&rest, ';', &text)) {
		text = str_trim(text);
		/* One ";" may stand at the end. */
		if (text.n == 0 && rest.p == NULL)
			break;
		if (!add_tag(out, a, text))
			return false;
	}
	return out->tags.n != 0;
}

bool
taglist_read_leniently(struct taglist *out, struct arena *a, struct str s)
{
	struct str text;

	*out = (struct taglist){ 0 };
	while (str_next(&s, ';', &text))
		add_tag(out, a, text);
	return out->tags.n != 0;
}

bool
taglist_get(const struct taglist *list, const char *name, struct str *value)
{
	const struct tag *t;

	*value = STR("");
	VEC_EACH(t, &list->tags) {
		if (str_is(t->name, name)) {
			*value = t->value;
			return true;
		}
	}
	return false;
}

bool
tag_list_has(struct str value, const char *item)
{
	struct str one;

	while (str_next(&value, ':', &one)) {
		if (str_case_is(str_trim(one), item))
			return true;
	}
	return false;
}

struct str
tag_without_blanks(struct arena *a, struct str value)
{
	char *to = arena_take_raw(a, value.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < value.n; i++) {
		if (!ascii_is_space(value.p[i]))
			to[n++] = value.p[i];
	}
	return (struct str){ to, n };
}

static int
sextet(char c)
{
	if (ascii_is_alpha(c))
		return ascii_upper(c) == c ? c - 'A' : c - 'a' + 26;
	if (ascii_is_digit(c))
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

bool
tag_base64(struct arena *a, struct str value, struct str *bytes)
{
	struct str s = tag_without_blanks(a, value);
	char *to = arena_take_raw(a, s.n + 1);
	unsigned held = 0, bits = 0;
	size_t n = 0, padding = 0, n_chars = s.n;

	while (s.n != 0 && s.p[s.n - 1] == '=' && padding < 2) {
		s.n--;
		padding++;
	}
	for (size_t i = 0; i < s.n; i++) {
		int six = sextet(s.p[i]);

		if (six < 0)
			return false;
		held = held << 6 | (unsigned)six;
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			to[n++] = (char)(held >> bits);
		}
	}
	*bytes = (struct str){ to, n };
	/* One text for some bytes: what is left over is nothing (RFC 4648
	 * 3.5).  Some leave the padding away. */
	return n != 0 && (held & ((1u << bits) - 1)) == 0 && s.n % 4 != 1 &&
	    (padding == 0 || n_chars % 4 == 0);
}
