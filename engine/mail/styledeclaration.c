/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Strings, brackets, comments and escapes of a declaration, byte for byte:
 * the slow way, for what is not plain as it stands.
 */
#include "mail/styledeclaration.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/vec.h"
#include "mail/cssskip.h"
#include "mail/csssum.h"
#include "mail/styleproperty.h"

/* A vertical tab is no blank in CSS. */
static void
put(struct style_declaration *d, char c)
{
	if (d->n < d->room)
		d->text[d->n++] = c == '\v' ? '?' : ascii_lower(c);
}

/* Is the word that is being put "#..."?  That is no number. */
static bool
is_of_hash(const struct style_declaration *d)
{
	size_t n = d->n;

	while (n > 0 && ascii_is_alnum(d->text[n - 1]))
		n--;
	return n > 0 && d->text[n - 1] == '#';
}

/* What is escaped is part of a word, whatever it looks like: it begins no
 * number. */
static void
put_escaped(struct style_declaration *d, uint32_t point)
{
	bool is_plain = point < 0x80 && (ascii_is_alpha((char)point) ||
	    point == '_' || (point == '-' && d->n > 0 &&
	    ascii_is_alpha(d->text[d->n - 1])) ||
	    (ascii_is_digit((char)point) && is_of_hash(d)));

	put(d, is_plain ? (char)point : '?');
}

/* A backslash and up to six hex digits, or any other character. */
static struct str
put_escape(struct style_declaration *d, struct str s)
{
	uint32_t point = 0;
	size_t n = 0;

	while (n < 6 && n < s.n && ascii_is_hex(s.p[n]))
		point = point << 4 | (uint32_t)ascii_hex(s.p[n++]);
	if (n == 0) {
		put_escaped(d, s.n == 0 ? ' ' : (unsigned char)s.p[0]);
		return str_from(s, 1);
	}
	put_escaped(d, point);
	if (n < s.n && ascii_is_space(s.p[n]))
		n++;
	return str_from(s, n);
}

/* Most properties know no amount below nothing, and take that for it. */
static bool
is_signed(struct str declaration)
{
	static const struct str names[] = {
		STR_INIT("left"), STR_INIT("right"), STR_INIT("top"),
		STR_INIT("inset"), STR_INIT("margin"), STR_INIT("text-indent"),
	};

	for (size_t i = 0; i < nitems(names); i++)
		if (str_starts(declaration, names[i]))
			return true;
	return false;
}

/* "calc(1px - 1px)" is what that comes to; lengths are no numbers. */
static bool
put_sum(struct style_declaration *d, struct str before, struct str nested)
{
	struct str declaration = str_trim_front(before);
	char plain[STYLE_DECLARATION_MOST], text[32];
	struct css_amount sum;
	size_t begin = before.n;
	int length;

	while (begin > 0 && (ascii_is_alpha(before.p[begin - 1]) ||
	    before.p[begin - 1] == '-'))
		begin--;
	if (begin == before.n || nested.n < 3 || nested.p[0] != '(' ||
	    nested.n > sizeof(plain))
		return false;
	for (size_t i = 1; i < nested.n - 1; i++)
		plain[i - 1] = ascii_lower(nested.p[i]);
	if (!css_sum_read(&sum, str_from(before, begin),
	    (struct str){ plain, nested.n - 2 }) ||
	    (sum.unit.n == 0 && !str_starts(declaration, STR("opacity"))))
		return false;
	if (sum.n < 0 && !is_signed(declaration))
		sum.n = 0;
	length = snprintf(text, sizeof(text), "%s%lld.%03lld",
	    sum.n < 0 ? "-" : "", llabs(sum.n) / 1000, llabs(sum.n) % 1000);
	d->n = begin;
	for (int i = 0; i < length; i++)
		put(d, text[i]);
	for (size_t i = 0; i < sum.unit.n; i++)
		put(d, sum.unit.p[i]);
	return true;
}

/* Of what stands in parentheses the text is kept of what has numbers to tell:
 * not of "url(...)".  Of all else only the signs are. */
static void
put_nested(struct style_declaration *d, struct str nested)
{
	static const struct str calls[] = {
		STR_INIT("rgb"), STR_INIT("rgba"), STR_INIT("hsl"),
		STR_INIT("hsla"), STR_INIT("rect"), STR_INIT("inset"),
		STR_INIT("circle"), STR_INIT("ellipse"), STR_INIT("polygon"),
		STR_INIT("scale"), STR_INIT("scalex"), STR_INIT("scaley"),
		STR_INIT("scale3d"), STR_INIT("translate"),
		STR_INIT("translatex"), STR_INIT("translatey"),
		STR_INIT("translate3d"), STR_INIT("opacity"),
		STR_INIT("alpha"),
	};
	struct str before = { d->text, d->n };
	size_t i = 0;

	if (d->room == 0 || put_sum(d, before, nested))
		return;
	put(d, nested.p[0]);
	while (i < nitems(calls) && !str_ends(before, calls[i]))
		i++;
	if (i < nitems(calls) && nested.p[0] == '(')
		for (i = 1; i + 1 < nested.n && i < sizeof(d->text); i++)
			put(d, nested.p[i]);
	if (nested.n > 1)
		put(d, nested.p[nested.n - 1]);
}

/* What a byte may end, if only because it has a meaning of its own. */
enum { ENDS_NAME = 1, ENDS_RUN = 2 };

static const uint8_t classes[256] = {
	[':'] = ENDS_NAME, [';'] = ENDS_NAME | ENDS_RUN,
	['/'] = ENDS_NAME | ENDS_RUN, ['\\'] = ENDS_NAME | ENDS_RUN,
	['"'] = ENDS_NAME | ENDS_RUN, ['\''] = ENDS_NAME | ENDS_RUN,
	['('] = ENDS_NAME | ENDS_RUN, ['['] = ENDS_NAME | ENDS_RUN,
	['{'] = ENDS_NAME | ENDS_RUN,
};

static size_t
run_length(struct str s, unsigned class)
{
	size_t n = 0;

	while (n < s.n && (classes[(unsigned char)s.p[n]] & class) == 0)
		n++;
	return n;
}

static void
put_run(struct style_declaration *d, struct str run)
{
	for (size_t i = 0; i < run.n && d->n < d->room; i++)
		put(d, run.p[i]);
}

/* A string, what stands in brackets or a comment: a ";" in there ends
 * nothing.  Of "url(" the name stands before the bracket. */
static size_t
piece_length(struct style_declaration *d, struct str css, size_t at)
{
	size_t from = css.p[at] == '(' && at >= 3 ? at - 3 : at;

	if (css.p[at] == '(' && from != at &&
	    str_case_is(str_sub(css, from, at), "url"))
		return css_url_length(str_from(css, at));
	return css_piece_length(str_from(css, at), &d->is_bad);
}

/* Fills *d from the front of css; gives what follows it. */
static struct str
take(struct style_declaration *d, struct str css)
{
	for (size_t at = 0, n; at < css.n; at += n) {
		char c;

		n = run_length(str_from(css, at), ENDS_RUN);
		put_run(d, str_sub(css, at, at + n));
		at += n;
		if (at >= css.n)
			break;
		c = css.p[at];
		if (c == ';')
			return str_from(css, at + 1);
		if (c == '\\') {
			n = (size_t)(put_escape(d, str_from(css, at + 1)).p -
			    css.p) - at;
			continue;
		}
		n = piece_length(d, css, at);
		if (c == '/')
			put(d, n == 1 ? c : ' '); /* a comment ends a word */
		else
			put_nested(d, str_sub(css, at, at + n));
		if (c == '{') {
			d->is_bad = d->has_block = true;
			return str_from(css, at + n);
		}
	}
	return STR("");
}

/* What a value says that is longer than the room is not known: it may show
 * text, or paint it. */
static void
forget_value(struct style_declaration *d)
{
	static const struct str any =
	    STR_INIT("var(text-inset)!important");
	size_t colon = str_find((struct str){ d->text, d->n }, ':');

	if (colon + 1 + any.n > d->n)
		return;
	memcpy(d->text + colon + 1, any.p, any.n);
	d->n = colon + 1 + any.n;
}

struct str
style_declaration_read(struct style_declaration *d, struct str css)
{
	size_t colon = run_length(css, ENDS_NAME);
	struct str rest;

	d->n = 0;
	d->is_bad = d->has_block = false;
	d->room = sizeof(d->text);
	/* of what is none of ours only the end is looked for */
	if (colon < css.n && css.p[colon] == ':' &&
	    property_of(str_trim(str_head(css, colon))) == PROPERTY_NONE)
		d->room = 0;
	rest = take(d, css);
	if (d->n == sizeof(d->text))
		forget_value(d);
	return rest;
}
