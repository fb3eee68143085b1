/* SPDX-License-Identifier: Apache-2.0 */
/* Counted repeats become "*" and "+"; everything else stays as written. */
#include "rule/weaken.h"

#include "base/arena.h"
#include "base/buf.h"

enum { COUNT_KEPT = 8 };

/* The length of "{3}", "{3,}", "{3,5}" at the front; 0: it is none. */
static size_t
read_count(struct str s, unsigned *least, unsigned *most)
{
	unsigned n[2] = { 0, 0 };
	bool has_digits = false, has_comma = false;
	size_t i = 1;

	for (; i < s.n && s.p[i] != '}'; i++) {
		if (s.p[i] == ',' && has_digits && !has_comma) {
			has_comma = true;
		} else if (ascii_is_digit(s.p[i])) {
			unsigned *to = &n[has_comma];

			*to = *to > 9999 ? *to
			    : *to * 10 + (unsigned)(s.p[i] - '0');
			has_digits = true;
		} else {
			return 0;
		}
	}
	if (i == s.n || !has_digits)
		return 0;
	*least = n[0];
	*most = n[1] > n[0] ? n[1] : n[0];
	return i + 1;
}

/* The length of an escape at the front, with what stands in its braces. */
static size_t
read_escape(struct str s)
{
	size_t end;

	if (s.n < 3 || s.p[2] != '{' || !ascii_is_alpha(s.p[1]))
		return s.n < 2 ? s.n : 2;
	/* "\d{3}" counts digits; "\p{Han}" is one thing. */
	switch (s.p[1]) {
	case 'x':
	case 'o':
	case 'p':
	case 'P':
	case 'g':
	case 'k':
	case 'N':
		end = str_find(s, '}');
		return end == s.n ? s.n : end + 1;
	default:
		return 2;
	}
}

static size_t
read_class(struct str s)
{
	size_t i = 1;

	if (i < s.n && s.p[i] == '^')
		i++;
	if (i < s.n && s.p[i] == ']')
		i++;
	while (i < s.n && s.p[i] != ']') {
		if (s.p[i] == '\\')
			i += read_escape(str_from(s, i));
		else if (s.n - i > 1 && s.p[i] == '[' && s.p[i + 1] == ':')
			i += str_find_str(str_from(s, i), STR(":]")) + 2;
		else
			i++;
	}
	return i < s.n ? i + 1 : s.n;
}

/* What may be refused: a text that must not be there, or whose end is fixed,
 * grows stronger when its insides grow weaker. */
static bool
is_delicate(struct str s)
{
	static const struct str plain[] = { STR_INIT("(?:"), STR_INIT("(?="),
		STR_INIT("(?i)"), STR_INIT("(?s)"), STR_INIT("(?i:"),
		STR_INIT("(?s:") };

	if (str_starts(s, STR("(*")))
		return true;
	if (!str_starts(s, STR("(?")))
		return false;
	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
		if (str_starts(s, plain[i]))
			return false;
	return true;
}

bool
regex_weaken(struct str *out, struct arena *a, struct str regex)
{
	bool has_counts = false, has_delicate = false;
	struct buf b;
	size_t n;

	buf_init_arena(&b, a, SIZE_MAX);
	for (size_t i = 0; i < regex.n; i += n) {
		struct str rest = str_from(regex, i);
		unsigned least, most;

		n = 1;
		if (rest.p[0] == '\\') {
			n = read_escape(rest);
			has_delicate |= str_starts(rest, STR("\\Q"));
		} else if (rest.p[0] == '[') {
			n = read_class(rest);
		} else if (rest.p[0] == '(') {
			has_delicate |= is_delicate(rest);
		} else if (rest.p[0] == '{' &&
		    read_count(rest, &least, &most) != 0) {
			n = read_count(rest, &least, &most);
			if (most > COUNT_KEPT) {
				has_counts = true;
				buf_add_byte(&b, least == 0 ? '*' : '+');
				continue;
			}
		}
		buf_add_str(&b, str_head(rest, n));
	}
	*out = buf_str(&b);
	return !(has_counts && has_delicate);
}
