/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Selectors are read from their end, where the element itself is named.  Most
 * of what is asked for is not there, and told by its marks before any name is
 * compared.
 */
#include "mail/htmlselector.h"

#include <string.h>

#include "base/arena.h"
#include "base/vec.h"
#include "mail/cssname.h"
#include "mail/cssskip.h"
#include "mail/htmltoken.h"

enum {
	SELECTOR_MOST = 512,
	COMPOUNDS_MOST = 16,
	WEIGHT_DIGIT = 16,
	STEP_BYTES = 16
};

#define NAME_8(c) [c] = true, [c + 1] = true, [c + 2] = true, \
	[c + 3] = true, [c + 4] = true, [c + 5] = true, [c + 6] = true, \
	[c + 7] = true
#define NAME_32(c) NAME_8(c), NAME_8(c + 8), NAME_8(c + 16), NAME_8(c + 24)

/* letters, digits, '-', '_', and what is no ASCII */
static const bool name_bytes[256] = {
	NAME_8('A'), NAME_8('I'), NAME_8('Q'), ['Y'] = true, ['Z'] = true,
	NAME_8('a'), NAME_8('i'), NAME_8('q'), ['y'] = true, ['z'] = true,
	NAME_8('0'), ['8'] = true, ['9'] = true, ['-'] = true, ['_'] = true,
	NAME_32(0x80), NAME_32(0xa0), NAME_32(0xc0), NAME_32(0xe0),
};

static bool
is_name_byte(char c)
{
	return name_bytes[(unsigned char)c];
}

static bool
is_sign(char c)
{
	return c == '.' || c == '#';
}

static size_t
name_length(struct str s)
{
	size_t n = 0;

	while (n < s.n && is_name_byte(s.p[n]))
		n++;
	return n;
}

/* A name of CSS does not begin with a digit. */
static size_t
ident_length(struct str s)
{
	bool is_signed = s.n > 1 && s.p[0] == '-';
	size_t n = name_length(s);

	return n == 0 || ascii_is_digit(s.p[is_signed]) ||
	    (s.p[0] == '-' && n == 1) ? 0 : n;
}

bool
html_selector_is_lone(struct str s)
{
	size_t sign = s.n != 0 && is_sign(s.p[0]);
	struct str name = str_from(s, sign);

	return name.n != 0 && s.n <= SELECTOR_MOST &&
	    ident_length(name) == name.n;
}

static const struct str states[] = {
	STR_INIT("hover"), STR_INIT("active"), STR_INIT("focus"),
	STR_INIT("focus-within"), STR_INIT("focus-visible"),
	STR_INIT("visited"), STR_INIT("target"), STR_INIT("checked"),
	STR_INIT("disabled"), STR_INIT("before"), STR_INIT("after"),
	STR_INIT("first-line"), STR_INIT("first-letter"),
	STR_INIT("selection"), STR_INIT("placeholder"), STR_INIT("marker"),
	STR_INIT("backdrop"),
};

static const struct str kinds[] = {
	STR_INIT("link"), STR_INIT("any-link"), STR_INIT("first-child"),
	STR_INIT("last-child"), STR_INIT("only-child"),
	STR_INIT("first-of-type"), STR_INIT("last-of-type"),
	STR_INIT("only-of-type"), STR_INIT("root"), STR_INIT("empty"),
	STR_INIT("enabled"), STR_INIT("scope"),
};

static const struct str calls[] = {
	STR_INIT("nth-child"), STR_INIT("nth-last-child"),
	STR_INIT("nth-of-type"), STR_INIT("nth-last-of-type"),
	STR_INIT("not"), STR_INIT("is"), STR_INIT("where"), STR_INIT("has"),
	STR_INIT("lang"), STR_INIT("dir"),
};

/* Behind the colon; 0 when it is none that all know. */
static size_t
pseudo_length(struct str s)
{
	bool is_part = str_skip(&s, STR(":")), is_bad = false;
	size_t n = ident_length(s), inside;
	struct str name = str_head(s, n);

	if (n < s.n && s.p[n] == '(') {
		inside = css_piece_length(str_from(s, n), &is_bad);
		return !is_part && inside > 2 && s.p[n + inside - 1] == ')' &&
		    str_case_is_any(name, calls, nitems(calls))
		    ? n + inside : 0;
	}
	return str_case_is_any(name, states, nitems(states)) ||
	    (!is_part && str_case_is_any(name, kinds, nitems(kinds)))
	    ? n + is_part : 0;
}

/* A piece of a compound behind its tag; 0 when it is not valid. */
static size_t
simple_length(struct str s)
{
	struct str rest = str_from(s, 1);
	bool is_bad = false;
	size_t n = 0;

	if (s.p[0] == '[')
		n = css_piece_length(s, &is_bad);
	else if (is_sign(s.p[0]))
		n = ident_length(rest) == 0 ? 0 : 1 + ident_length(rest);
	else if (s.p[0] == ':')
		n = pseudo_length(rest) == 0 ? 0 : 1 + pseudo_length(rest);
	if (s.p[0] == '[' && (n < 3 || s.p[n - 1] != ']' ||
	    ident_length(str_trim(rest)) == 0))
		return 0;
	return n;
}

/* Takes a compound off the front; false when there is none that is valid. */
static bool
skip_compound(struct str *s)
{
	size_t n = 0, one;

	if (s->n != 0 && s->p[0] == '*')
		n = 1;
	else if (s->n != 0)
		n = ident_length(*s);
	while (n < s->n && (is_sign(s->p[n]) || s->p[n] == '[' ||
	    s->p[n] == ':')) {
		one = simple_length(str_from(*s, n));
		if (one == 0)
			return false;
		n += one;
	}
	*s = str_from(*s, n);
	return n != 0;
}

bool
html_selector_is_valid(struct str s)
{
	bool is_blank;

	while (skip_compound(&s)) {
		if (s.n == 0)
			return true;
		is_blank = ascii_is_space(s.p[0]);
		s = str_trim(s);
		if (s.p[0] == '>' || s.p[0] == '+' || s.p[0] == '~')
			s = str_trim(str_from(s, 1));
		else if (!is_blank)
			return false;
	}
	return false;
}

bool
html_selector_is_of_state(struct str s)
{
	size_t n;

	for (;;) {
		s = str_from(s, css_find(s, ':', ':'));
		if (s.n == 0)
			return false;
		while (str_skip(&s, STR(":")))
			;
		n = ident_length(s);
		if (str_case_is_any(str_head(s, n), states, nitems(states)))
			return true;
	}
}

/* "[href^=x]" and ":not(.x)" are read where nothing in them looks as if it
 * stood outside. */
static bool
is_plain_inside(struct str s, bool may_sign)
{
	for (size_t i = 0; i < s.n; i++)
		if (ascii_is_space(s.p[i]) || s.p[i] == '>' ||
		    s.p[i] == '(' || s.p[i] == '[' || s.p[i] == ':' ||
		    s.p[i] == '\\' || (!may_sign && is_sign(s.p[i])))
			return false;
	return true;
}

static bool
is_read_more(struct str s)
{
	struct str name, inside;

	if (s.p[0] == '[')
		return is_plain_inside(str_sub(s, 1, s.n - 1), false) &&
		    str_find_str(s, STR("|=")) == s.n;
	s = str_from(s, 1);
	if (str_is(s, "first-child"))
		return true;
	if (!str_cut(s, '(', &name, &inside) || inside.n < 2)
		return false;
	inside = str_head(inside, inside.n - 1);
	if (!is_plain_inside(inside, true))
		return false;
	if (str_is(name, "nth-child"))
		return inside.n < 4 && str_digits(inside) == inside.n;
	return str_is(name, "not") && !str_has(inside, '+') &&
	    !str_has(inside, ',') && !str_has(inside, '~');
}

/* "p.x#y": a tag or "*", and names with their signs; of the element itself
 * more than that. */
static bool
is_compound(struct str s, bool is_last)
{
	if (s.n == 0)
		return false;
	if (!str_skip(&s, STR("*")))
		s = str_from(s, name_length(s));
	while (s.n != 0) {
		size_t n = simple_length(s);

		if (n == 0 || (!is_sign(s.p[0]) &&
		    (!is_last || !is_read_more(str_head(s, n)))))
			return false;
		s = str_from(s, n);
	}
	return true;
}

static enum html_combinator
combinator_of(char c)
{
	return c == '>' ? HTML_CHILD : c == '+' ? HTML_NEXT :
	    c == '~' ? HTML_BEHIND : HTML_INSIDE;
}

/* What a compound begins behind, and brackets by their depth. */
enum { SEEN_STOP = 1, SEEN_CLOSE, SEEN_OPEN };

static const uint8_t seen[256] = {
	[' '] = SEEN_STOP, ['\t'] = SEEN_STOP, ['\n'] = SEEN_STOP,
	['\v'] = SEEN_STOP, ['\f'] = SEEN_STOP, ['\r'] = SEEN_STOP,
	['>'] = SEEN_STOP, ['+'] = SEEN_STOP, ['~'] = SEEN_STOP,
	[')'] = SEEN_CLOSE, [']'] = SEEN_CLOSE,
	['('] = SEEN_OPEN, ['['] = SEEN_OPEN,
};

/* Where the last compound begins: behind what stands in no brackets. */
static size_t
last_begin(struct str s)
{
	size_t n = s.n, depth = 0;

	for (; n > 0; n--) {
		unsigned is = seen[(unsigned char)s.p[n - 1]];

		if (is == SEEN_STOP && depth == 0)
			break;
		depth += is == SEEN_CLOSE;
		depth -= is == SEEN_OPEN && depth != 0;
	}
	return n;
}

/* The compound at the end of *s, which loses it and what combines it. */
static struct str
take_last(struct str *s, enum html_combinator *is)
{
	size_t n = last_begin(*s);
	struct str last = str_from(*s, n);

	*s = str_trim(str_head(*s, n));
	*is = s->n == 0 ? HTML_INSIDE : combinator_of(s->p[s->n - 1]);
	if (*is != HTML_INSIDE)
		*s = str_trim(str_head(*s, s->n - 1));
	return last;
}

bool
html_selector_is_read(struct str selector)
{
	enum html_combinator is = HTML_INSIDE;
	size_t n = 0;

	if (selector.n > SELECTOR_MOST)
		return false;
	do {
		if (!is_compound(take_last(&selector, &is), n == 0))
			return false;
	} while (++n < COMPOUNDS_MOST && selector.n != 0);
	return selector.n == 0 && is == HTML_INSIDE;
}

bool
html_selector_is_over(struct str selector)
{
	enum html_combinator is;

	if (selector.n > SELECTOR_MOST)
		return true;
	for (size_t n = 0; n < COMPOUNDS_MOST && selector.n != 0; n++)
		take_last(&selector, &is);
	return selector.n != 0;
}

/* The tag and the names of a compound. */
static struct html_marks
marks_of(struct arena *a, struct str s)
{
	struct html_marks marks = { 0 };
	struct str name;

	if (!str_skip(&s, STR("*"))) {
		name = str_head(s, name_length(s));
		marks.tags = html_mark_tag(css_name_plain(a, name));
		s = str_from(s, name.n);
	}
	for (size_t n; s.n != 0; s = str_from(s, n)) {
		n = simple_length(s);
		name = str_sub(s, 1, n);
		if (is_sign(s.p[0]))
			marks.names |= html_mark_name(s.p[0],
			    css_name_plain(a, name));
	}
	return marks;
}

const struct html_selector *
html_selector_cut(struct arena *a, struct str selector)
{
	struct html_compound at[COMPOUNDS_MOST];
	struct html_selector *out;
	struct html_marks around = { 0 };
	size_t n = 0;

	for (; n < COMPOUNDS_MOST && selector.n != 0; n++) {
		at[n].text = take_last(&selector, &at[n].is);
		at[n].marks = marks_of(a, at[n].text);
		if (n != 0 && at[n - 1].is <= HTML_CHILD)
			around = html_marks_join(&around, &at[n].marks);
	}
	out = arena_take_raw(a, sizeof(*out) + n * sizeof(at[0]));
	out->n = n;
	out->around = around;
	memcpy(out->at, at, n * sizeof(at[0]));
	return out;
}

bool
html_selector_has_siblings(const struct html_selector *selector)
{
	for (size_t i = 0; i < selector->n; i++)
		if (selector->at[i].is > HTML_CHILD)
			return true;
	return false;
}

struct str
html_selector_key(struct str selector)
{
	enum html_combinator is;
	struct str s;
	size_t at;

	s = take_last(&selector, &is);
	at = css_find(s, '#', '#');
	if (at == s.n)
		at = css_find(s, '.', '.');
	if (at < s.n) {
		s = str_from(s, at);
		return str_head(s, 1 + name_length(str_from(s, 1)));
	}
	s = str_head(s, name_length(s));
	return s.n == 0 ? STR("*") : s;
}

uint32_t
html_selector_weight(struct str selector)
{
	uint32_t digits[3] = { 0 }; /* tags, classes, ids */
	char before = ' ';
	bool is_bad;

	if (html_selector_is_lone(selector))
		return selector.p[0] == '#' ? WEIGHT_DIGIT * WEIGHT_DIGIT :
		    selector.p[0] == '.' ? WEIGHT_DIGIT : 1;
	for (size_t i = 0; i < selector.n; i++) {
		char c = selector.p[i];

		digits[0] += is_name_byte(c) && !is_name_byte(before) &&
		    !is_sign(before) && before != ':';
		digits[1] += c == '.' || c == '[' || (c == ':' &&
		    str_find_str(str_from(selector, i), STR(":not")) != 0);
		digits[2] += c == '#';
		before = c;
		if (c == '[')
			i += css_piece_length(str_from(selector, i),
			    &is_bad) - 1;
	}
	for (size_t i = 0; i < nitems(digits); i++)
		if (digits[i] >= WEIGHT_DIGIT)
			digits[i] = WEIGHT_DIGIT - 1;
	return (digits[2] * WEIGHT_DIGIT + digits[1]) * WEIGHT_DIGIT +
	    digits[0];
}

static bool
has_word(struct str s, struct str word)
{
	for (size_t n; s.n != 0; s = str_from(s, n + 1)) {
		n = 0;
		while (n < s.n && !ascii_is_space(s.p[n]))
			n++;
		if (css_name_is(word, str_head(s, n)))
			return true;
	}
	return false;
}

static void
spend(size_t *steps, size_t cost)
{
	*steps -= cost < *steps ? cost : *steps;
}

/* "x=y", "x^='y'"; what stands in front of "=" says how. */
static bool
value_fits(struct str value, char how, struct str wanted)
{
	if (wanted.n == 0)
		return how == '=' && value.n == 0;
	switch (how) {
	case '^':
		return str_starts(value, wanted);
	case '$':
		return str_ends(value, wanted);
	case '*':
		return str_find_str(value, wanted) < value.n;
	case '~':
		return has_word(value, wanted);
	default:
		return str_eq(value, wanted);
	}
}

/* inside is that of "[...]", and plain. */
static bool
has_attr(const struct html_token *token, struct str inside)
{
	struct str name = str_head(inside, name_length(inside)), wanted;
	char how = '=';
	size_t i = 0;

	wanted = str_from(inside, name.n);
	if (wanted.n > 1 && wanted.p[0] != '=') {
		how = wanted.p[0];
		wanted = str_from(wanted, 1);
	}
	while (i < token->n_attrs && !str_case_eq(token->attrs[i].name, name))
		i++;
	if (i == token->n_attrs || inside.n == name.n)
		return i < token->n_attrs;
	wanted = str_from(wanted, 1);
	if (wanted.n > 1 && (wanted.p[0] == '"' || wanted.p[0] == '\''))
		wanted = str_sub(wanted, 1, wanted.n - 1);
	return value_fits(token->attrs[i].value, how, wanted);
}

static bool
is_nth(const struct html_named *e, struct str digits)
{
	uint32_t n = 0;

	for (size_t i = 0; i < digits.n; i++)
		n = n * 10 + (uint32_t)(digits.p[i] - '0');
	return n != 0 && e->nth == n;
}

static bool
has_names(const struct html_named *e, struct str compound);

/* An attribute or a pseudo-class that is read.  ":not" holds none itself, so
 * this goes no deeper. */
static bool
has_more(const struct html_named *e, struct str s)
{
	struct str inside;

	if (s.p[0] == '[')
		return e->token != NULL && has_attr(e->token,
		    str_sub(s, 1, s.n - 1));
	if (str_is(s, ":first-child"))
		return e->nth == 1;
	inside = str_from(s, str_find(s, '(') + 1);
	inside = str_head(inside, inside.n - 1);
	return str_starts(s, STR(":nth-child")) ? is_nth(e, inside) :
	    !has_names(e, inside);
}

static bool
has_names(const struct html_named *e, struct str compound)
{
	struct str name;

	if (!str_skip(&compound, STR("*"))) {
		name = str_head(compound, name_length(compound));
		if (name.n != 0 && !css_name_case_is(name, e->tag))
			return false;
		compound = str_from(compound, name.n);
	}
	for (size_t n; compound.n != 0; compound = str_from(compound, n)) {
		char sign = compound.p[0];

		n = is_sign(sign) ? 1 + name_length(str_from(compound, 1)) :
		    simple_length(compound);
		name = str_sub(compound, 1, n);
		if (!is_sign(sign) ? !has_more(e, str_head(compound, n))
		    : sign == '.' ? !has_word(e->classes, name)
		    : !css_name_is(name, str_trim(e->id)))
			return false;
	}
	return true;
}

/* A look at an element with many classes takes longer. */
static inline bool
is_element(const struct html_named *e, const struct html_compound *c,
    size_t *steps)
{
	spend(steps, 1);
	if (!html_marks_have(&e->own, &c->marks))
		return false;
	if (e->classes.n >= STEP_BYTES)
		spend(steps, e->classes.n / STEP_BYTES);
	return has_names(e, c->text);
}

static const struct html_named *
element_at(struct html_around around, size_t i)
{
	return (const void *)((const char *)around.first +
	    i * (size_t)around.apart);
}

/* An element and those around it. */
struct place {
	const struct html_named *element;
	struct html_around around;
};

/* One step farther from the element; false when there is none. */
static bool
go_out(struct place *p, enum html_combinator is)
{
	if (is == HTML_BEHIND || is == HTML_NEXT) {
		p->element = p->element->before;
		return p->element != NULL;
	}
	if (p->around.n == 0)
		return false;
	p->around.n--;
	p->element = element_at(p->around, p->around.n);
	return true;
}

/* Past those around that cannot be meant, as most are. */
static void
pass_others(struct html_around *around, const struct html_compound *c,
    size_t *steps)
{
	uint32_t n = around->n;
	size_t left = *steps;

	while (n > 0 && left > 0 &&
	    !html_marks_have(&element_at(*around, n - 1)->own, &c->marks)) {
		n--;
		left--;
	}
	around->n = n;
	*steps = left;
}

/*
 * Are those from the i-th on around, or in front?  Calls itself once for each
 * compound, of which there are few.  What is right inside another may be found
 * farther out, hence the way back.
 */
static bool
is_there(const struct html_selector *selector, size_t i, struct place place,
    size_t *steps)
{
	enum html_combinator is = selector->at[i - 1].is;

	if (i == selector->n)
		return true;
	for (;;) {
		if (is == HTML_INSIDE)
			pass_others(&place.around, &selector->at[i], steps);
		if (*steps == 0 || !go_out(&place, is))
			return false;
		if (is_element(place.element, &selector->at[i], steps) &&
		    is_there(selector, i + 1, place, steps))
			return true;
		if (is == HTML_CHILD || is == HTML_NEXT)
			return false;
	}
}

bool
html_selector_matches(const struct html_selector *selector,
    const struct html_named *element, struct html_around around,
    size_t *steps)
{
	return html_marks_have(&element_at(around, around.n - 1)->inside,
	    &selector->around) &&
	    is_element(element, &selector->at[0], steps) &&
	    is_there(selector, 1, (struct place){ element, around }, steps);
}
