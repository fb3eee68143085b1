/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads the outermost chain of a regex, atom by atom.  An atom that is one
 * plain character prolongs the text in hand unless a quantifier allows it to
 * be left out; any other one ends it.
 */
#include "rule/factor.h"

#include "base/arena.h"
#include "base/buf.h"

struct reader {
	struct arena *arena;
	factor_list *out;
	struct str rest;
	struct buf text;     /* the factor in hand */
	bool is_hopeless;    /* something that is not understood */
};

static void
end_text(struct reader *r)
{
	if (r->text.n != 0)
		*VEC_ADD(r->arena, r->out) = str_copy(r->arena,
		    buf_str(&r->text));
	r->text.n = 0;
}

/* "{3}", "{3,}", "{3,5}": its length, and whether none will do. */
static size_t
read_count(struct str s, bool *may_lack)
{
	size_t n = str_find(s, '}');
	bool has_digit = false;

	*may_lack = true;
	for (size_t i = 1; i < n; i++) {
		if (s.p[i] == ',' && has_digit)
			return n + 1;
		if (!ascii_is_digit(s.p[i]))
			return 0;
		has_digit = true;
		*may_lack &= s.p[i] == '0';
	}
	return n < s.n && has_digit ? n + 1 : 0;
}

/* The quantifier at the front; 0: there is none. */
static size_t
read_quantifier(struct str s, bool *may_lack)
{
	size_t n = 0;

	*may_lack = false;
	if (s.n == 0)
		return 0;
	if (s.p[0] == '*' || s.p[0] == '?' || s.p[0] == '+') {
		*may_lack = s.p[0] != '+';
		n = 1;
	} else if (s.p[0] == '{') {
		n = read_count(s, may_lack);
	}
	if (n != 0 && n < s.n && (s.p[n] == '?' || s.p[n] == '+'))
		n++;
	return n;
}

/* Behind an atom; how many bytes of the text it was, 0: none. */
static void
end_atom(struct reader *r, size_t bytes)
{
	bool may_lack;
	size_t n = read_quantifier(r->rest, &may_lack);

	if (may_lack)
		r->text.n -= bytes;
	if (n != 0 || bytes == 0)
		end_text(r);
	r->rest = str_from(r->rest, n);
}

static void
take_literal(struct reader *r, size_t n)
{
	buf_add_str(&r->text, str_head(r->rest, n));
	r->rest = str_from(r->rest, n);
	end_atom(r, n);
}

/* Letters and digits behind a backslash mean something; of those with
 * arguments only the braced kind is understood. */
static size_t
read_escape(struct reader *r, struct str s)
{
	if (s.n < 2 || s.p[1] == 'Q' || s.p[1] == 'E' || s.p[1] == 'c' ||
	    s.p[1] == 'x' || s.p[1] == 'o' || ascii_is_digit(s.p[1]) ||
	    s.p[1] == 'g' || s.p[1] == 'k' || s.p[1] == 'N')
		r->is_hopeless = true;
	else if (s.n > 2 && s.p[2] == '{' &&
	    (s.p[1] == 'p' || s.p[1] == 'P'))
		return str_head(s, str_find(s, '}') + 1).n;
	return s.n < 2 ? s.n : 2;
}

static void
take_escape(struct reader *r)
{
	size_t n = read_escape(r, r->rest);

	if (n == 2 && !ascii_is_alnum(r->rest.p[1]) &&
	    (unsigned char)r->rest.p[1] < 0x80) {
		r->rest = str_from(r->rest, 1);
		take_literal(r, 1);
		return;
	}
	/* "\pL" is three long; a "P" less to look at is no harm, its "L"
	 * would be. */
	r->is_hopeless |= n == 2 && (r->rest.p[1] == 'p' ||
	    r->rest.p[1] == 'P');
	end_text(r);
	r->rest = str_from(r->rest, n);
	end_atom(r, 0);
}

static size_t
class_length(struct reader *r, struct str s)
{
	size_t i = str_starts(s, STR("[^")) ? 2 : 1;

	if (i < s.n && s.p[i] == ']')
		i++;
	while (i < s.n && s.p[i] != ']') {
		struct str rest = str_from(s, i);

		if (rest.p[0] == '\\')
			i += rest.n > 1 && rest.p[1] == 'x' ? 2
			    : read_escape(r, rest);
		else if (str_starts(rest, STR("[:")))
			i += str_head(rest,
			    str_find_str(rest, STR(":]")) + 2).n;
		else
			i++;
	}
	return str_head(s, i + 1).n;
}

/* Groups that set options or do other strange things are not understood. */
static bool
is_plain_group(struct str s)
{
	static const struct str heads[] = { STR_INIT("(?:"), STR_INIT("(?="),
		STR_INIT("(?!"), STR_INIT("(?<="), STR_INIT("(?<!") };

	if (!str_starts(s, STR("(?")) && !str_starts(s, STR("(*")))
		return true;
	for (size_t i = 0; i < nitems(heads); i++)
		if (str_starts(s, heads[i]))
			return true;
	return false;
}

static size_t
group_length(struct reader *r, struct str s)
{
	size_t depth = 0, i = 0;

	while (i < s.n && !r->is_hopeless) {
		struct str rest = str_from(s, i);

		if (rest.p[0] == '\\') {
			i += read_escape(r, rest);
			continue;
		}
		if (rest.p[0] == '[') {
			i += class_length(r, rest);
			continue;
		}
		if (rest.p[0] == '(') {
			r->is_hopeless |= !is_plain_group(rest);
			depth++;
		}
		depth -= rest.p[0] == ')';
		i++;
		if (depth == 0)
			return i;
	}
	r->is_hopeless = true;
	return s.n;
}

static void
take_atom(struct reader *r)
{
	char c = r->rest.p[0];
	size_t n = 1;

	if (c == '\\') {
		take_escape(r);
		return;
	}
	if (!str_has(STR("^$.|[()]*+?{"), c) || c == ']') {
		while (n < r->rest.n &&
		    ((unsigned char)r->rest.p[n] & 0xc0) == 0x80)
			n++;
		take_literal(r, n);
		return;
	}
	/* A choice at this level, or what does not belong there. */
	r->is_hopeless |= str_has(STR("|)*+?{"), c);
	if (c == '[')
		n = class_length(r, r->rest);
	else if (c == '(')
		n = group_length(r, r->rest);
	end_text(r);
	r->rest = str_from(r->rest, n);
	end_atom(r, 0);
}

void
regex_factors(factor_list *out, struct arena *a, struct str regex,
    bool *is_caseless)
{
	struct reader r = { .arena = a, .out = out, .rest = regex };
	size_t before = out->n;

	if (str_skip(&r.rest, STR("(?i)")))
		*is_caseless = true;
	buf_init_arena(&r.text, a, SIZE_MAX);
	while (r.rest.n != 0 && !r.is_hopeless)
		take_atom(&r);
	end_text(&r);
	if (r.is_hopeless)
		out->n = before;
}
