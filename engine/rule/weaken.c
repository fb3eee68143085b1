/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads a regex piece by piece: escapes, classes, counts, groups.  Look-
 * arounds are left out; for constructs that are not understood here (atomic
 * groups, conditions, verbs) nothing is changed.
 */
#include "rule/weaken.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/vec.h"

enum { COUNT_KEPT = 8 };

#define BEYOND_ASCII "\\x{80}-\\x{10ffff}"

struct weakening {
	struct buf out;
	bool has_cost;     /* large counts, or classes that are wide */
	bool is_delicate;  /* what the weaker insides of may be stronger */
};

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

/* The length of an escape at the front, with what stands in its braces:
 * "\d{3}" counts digits, "\p{Han}" is one thing. */
static size_t
read_escape(struct str s)
{
	static const char braced[] = "xopPgkN";

	if (s.n < 3 || s.p[2] != '{' ||
	    !str_has((struct str){ braced, sizeof(braced) - 1 }, s.p[1]))
		return s.n < 2 ? s.n : 2;
	return str_head(s, str_find(s, '}') + 1).n;
}

/* What a class of characters by escape becomes; "" when it stays. */
static struct str
widen_escape(struct str escape)
{
	switch (escape.n < 2 ? '\0' : escape.p[1]) {
	case 'w':
		return STR("\\w" BEYOND_ASCII);
	case 'd':
		return STR("\\d" BEYOND_ASCII);
	case 's':
	case 'h':
	case 'v':
		return STR("\\x09-\\x0d\\x20" BEYOND_ASCII);
	default:
		return STR("");
	}
}

/* Without Unicode's properties "\W" takes in all that is not ASCII, more than
 * with them; what is no boundary of words cannot be told. */
static size_t
weaken_escape(struct weakening *w, struct str s)
{
	size_t n = read_escape(s);
	struct str wide = widen_escape(s);

	if (wide.n != 0) {
		w->has_cost = true;
		buf_add_byte(&w->out, '[');
		buf_add_str(&w->out, wide);
		buf_add_byte(&w->out, ']');
	} else if (n == 2 && (s.p[1] == 'b' || s.p[1] == 'B')) {
		buf_add_str(&w->out, STR("(?:)"));
	} else {
		w->is_delicate |= n == 2 && s.p[1] == 'Q';
		buf_add_str(&w->out, str_head(s, n));
	}
	return n;
}

/* One piece inside a class. */
static size_t
weaken_member(struct weakening *w, struct str s, bool *is_hopeless)
{
	size_t n = 1;

	if (s.p[0] == '\\') {
		struct str wide = widen_escape(s);

		n = read_escape(s);
		w->is_delicate |= n == 2 && s.p[1] == 'Q';
		*is_hopeless |= n == 2 && str_has(STR("WDSHV"), s.p[1]);
		if (wide.n != 0) {
			buf_add_str(&w->out, wide);
			return n;
		}
	} else if (str_starts(s, STR("[:"))) {
		n = str_head(s, str_find_str(s, STR(":]")) + 2).n;
		buf_add_str(&w->out, STR(BEYOND_ASCII));
		*is_hopeless = true;
	}
	buf_add_str(&w->out, str_head(s, n));
	return n;
}

/* A negated class keeps its escapes, which mean less without the properties
 * of Unicode; one with negated escapes in it becomes any character. */
static size_t
weaken_class(struct weakening *w, struct str s)
{
	bool is_negated = str_starts(s, STR("[^")), is_hopeless = false;
	size_t begin = w->out.n, i = is_negated ? 2 : 1;

	if (i < s.n && s.p[i] == ']')
		i++;
	buf_add_str(&w->out, str_head(s, i));
	while (i < s.n && s.p[i] != ']')
		i += weaken_member(w, str_from(s, i), &is_hopeless);
	if (i < s.n)
		buf_add_byte(&w->out, s.p[i++]);
	if (!is_negated)
		return i;
	w->out.n = begin;
	if (is_hopeless)
		buf_add_str(&w->out, STR("[\\x{0}-\\x{10ffff}]"));
	else
		buf_add_str(&w->out, str_head(s, i));
	return i;
}

/* The length of the group at the front, its brackets counted. */
static size_t
read_group(struct str s)
{
	size_t depth = 0, i = 0;

	while (i < s.n) {
		struct str rest = str_from(s, i);

		if (rest.p[0] == '\\') {
			i += read_escape(rest);
			continue;
		}
		if (rest.p[0] == '[') {
			struct weakening w = { .has_cost = false };

			buf_init(&w.out, 0);
			i += weaken_class(&w, rest);
			continue;
		}
		depth += rest.p[0] == '(';
		depth -= rest.p[0] == ')';
		i++;
		if (depth == 0)
			break;
	}
	return i;
}

static bool
starts_with_any(struct str s, const struct str *heads, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_starts(s, heads[i]))
			return true;
	return false;
}

static size_t
weaken_group(struct weakening *w, struct str s)
{
	static const struct str around[] = { STR_INIT("(?="),
		STR_INIT("(?!"), STR_INIT("(?<="), STR_INIT("(?<!") };
	static const struct str plain[] = { STR_INIT("(?:"),
		STR_INIT("(?i)"), STR_INIT("(?s)"), STR_INIT("(?i:"),
		STR_INIT("(?s:") };
	static const struct str special[] = { STR_INIT("(?"),
		STR_INIT("(*") };

	if (starts_with_any(s, around, nitems(around))) {
		size_t n = read_group(s);

		/* Captures inside are counted by what comes behind. */
		if (str_has(str_sub(s, 1, n), '('))
			w->is_delicate = w->has_cost = true;
		buf_add_str(&w->out, STR("(?:)"));
		return n;
	}
	w->is_delicate |= starts_with_any(s, special, nitems(special)) &&
	    !starts_with_any(s, plain, nitems(plain));
	buf_add_byte(&w->out, '(');
	return 1;
}

static size_t
weaken_count(struct weakening *w, struct str s)
{
	unsigned least, most;
	size_t n = read_count(s, &least, &most);

	if (n == 0 || most <= COUNT_KEPT) {
		n = n == 0 ? 1 : n;
		buf_add_str(&w->out, str_head(s, n));
		return n;
	}
	w->has_cost = true;
	buf_add_byte(&w->out, least == 0 ? '*' : '+');
	return n;
}

enum weakened
regex_weaken(struct str *out, struct arena *a, struct str regex)
{
	struct weakening w = { .has_cost = false };
	struct str rest = regex;

	buf_init_arena(&w.out, a, SIZE_MAX);
	while (rest.n != 0) {
		size_t n = 1;

		if (rest.p[0] == '\\')
			n = weaken_escape(&w, rest);
		else if (rest.p[0] == '[')
			n = weaken_class(&w, rest);
		else if (rest.p[0] == '(')
			n = weaken_group(&w, rest);
		else if (rest.p[0] == '{')
			n = weaken_count(&w, rest);
		else
			buf_add_byte(&w.out, rest.p[0]);
		rest = str_from(rest, n);
	}
	*out = w.is_delicate ? regex : buf_str(&w.out);
	if (!w.is_delicate)
		return WEAKENED;
	return w.has_cost ? WEAKENED_NEVER : WEAKENED_NOT;
}
