/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Declarations of CSS, one after the other, each made plain in a small room:
 * comments out, escapes undone, lower case.  What does not fit into the room
 * is none of the properties that matter here.
 */
#include "mail/htmlstyle.h"

#include <string.h>

#include "base/vec.h"
#include "mail/cssskip.h"
#include "mail/stylepiece.h"

enum { ROOM = 160 };

struct declaration {
	size_t n;
	size_t room; /* 0: nobody reads the text */
	bool is_bad; /* a string in it has no end on its line */
	char text[ROOM];
};

static bool
is_inherited(struct str value)
{
	static const struct str words[] = {
		STR_INIT("inherit"), STR_INIT("unset"), STR_INIT("revert"),
		STR_INIT("revert-layer"),
	};

	return str_is_any(value, words, nitems(words));
}

/* "background: #fff url(x) no-repeat": an image may be any colour. */
static uint32_t
ground_of(struct str value)
{
	uint32_t color = COLOR_UNSET, found;
	struct str word;

	if (str_has(value, '('))
		return color_read_style(&found, value) ? found :
		    (uint32_t)COLOR_UNKNOWN;
	while (str_next(&value, ' ', &word)) {
		if (str_is(word, "none"))
			color = color == COLOR_UNSET ? COLOR_CLEAR : color;
		else if (color_read_style(&found, word) &&
		    (found == COLOR_CLEAR || found > COLOR_AROUND))
			return found;
		else if (word.n != 0 && word.p[0] == '#')
			color = COLOR_UNKNOWN;
	}
	return color == COLOR_UNSET ? COLOR_UNKNOWN : color;
}

static bool
visibility_of(struct str value, uint8_t *seen)
{
	if (str_is(value, "hidden") || str_is(value, "collapse"))
		*seen = STYLE_HIDES;
	else if (str_is(value, "visible") || str_is(value, "initial") ||
	    (style_is_word(value) && str_has(value, '(')))
		*seen = STYLE_SHOWS;
	else if (is_inherited(value))
		*seen = STYLE_AROUND;
	else
		return false;
	return true;
}

/* "block", or words of which each says one thing: "inline flow". */
static bool
is_display(struct str value)
{
	static const struct str words[] = {
		STR_INIT("block"), STR_INIT("inline"), STR_INIT("table"),
		STR_INIT("flex"), STR_INIT("grid"), STR_INIT("flow"),
		STR_INIT("flow-root"), STR_INIT("list-item"),
		STR_INIT("run-in"), STR_INIT("ruby"), STR_INIT("math"),
	};
	static const struct str alone[] = {
		STR_INIT("inline-block"), STR_INIT("table-cell"),
		STR_INIT("table-row"), STR_INIT("inline-table"),
		STR_INIT("inline-flex"), STR_INIT("inline-grid"),
		STR_INIT("contents"), STR_INIT("table-row-group"),
		STR_INIT("table-header-group"),
		STR_INIT("table-footer-group"), STR_INIT("table-column"),
		STR_INIT("table-column-group"), STR_INIT("table-caption"),
		STR_INIT("ruby-base"), STR_INIT("ruby-text"),
		STR_INIT("ruby-base-container"),
		STR_INIT("ruby-text-container"), STR_INIT("compact"),
		STR_INIT("marker"), STR_INIT("initial"), STR_INIT("inherit"),
		STR_INIT("unset"), STR_INIT("revert"),
		STR_INIT("revert-layer"), STR_INIT("inline-list-item"),
	};
	struct str word;

	if (str_is_any(value, alone, nitems(alone)))
		return true;
	/* what some client may know, and "var(--x)" */
	if (style_is_word(value) && (value.p[0] == '-' ||
	    str_has(value, '(')))
		return true;
	while (str_next(&value, ' ', &word))
		if (word.n != 0 && !str_is_any(word, words, nitems(words)))
			return false;
	return word.n != 0;
}

/* All values but one show the text. */
static bool
apply_display(struct style *out, struct str value)
{
	bool is_none = str_is(value, "none");

	if (!is_none && !is_display(value))
		return false;
	out->display = is_none ? STYLE_HIDES : STYLE_SHOWS;
	out->is_inline = str_is(value, "contents") ||
	    (!is_none && (str_is(value, "inline") ||
	    str_starts(value, STR("inline ")) ||
	    str_ends(value, STR(" inline")) ||
	    str_starts(value, STR("ruby"))));
	return true;
}

/* Is text with this painted by more than its colour? */
static bool
paints(enum property property, struct str value)
{
	struct str unit;
	int64_t n;

	switch (property) {
	case PROPERTY_BACKGROUND:
	case PROPERTY_BACKGROUND_CLIP:
		return str_find_str(value, STR("text")) < value.n;
	case PROPERTY_BOX_SHADOW:
		return str_find_str(value, STR("inset")) < value.n;
	case PROPERTY_FILTER:
		return str_has(value, '(') &&
		    !str_starts(value, STR("opacity")) &&
		    !str_starts(value, STR("alpha"));
	case PROPERTY_MIX_BLEND_MODE:
		return !str_is(value, "normal");
	case PROPERTY_TEXT_SHADOW:
		return !str_is(value, "none") && !str_is(value, "initial");
	case PROPERTY_TEXT_STROKE:
	case PROPERTY_TEXT_STROKE_WIDTH:
		return !style_number(value, &n, &unit) || n != 0;
	default:
		return false;
	}
}

enum {
	IMPORTANT_DISPLAY = 1,
	IMPORTANT_VISIBILITY = 2,
	IMPORTANT_SIZE = 4,
	IMPORTANT_COLOR = 8,
	IMPORTANT_GROUND = 16,
	IMPORTANT_FILL = 32,
	IMPORTANT_DIRECTION = 64,
	IMPORTANT_BIDI = 128
};

static bool
apply_size(struct style *out, enum property property, struct str value)
{
	struct style_size size;

	if (!(property == PROPERTY_FONT ? style_size_read_font(&size, value) :
	    style_size_read(&size, value)))
		return false;
	out->size = size.is;
	out->size_by = size.by;
	return true;
}

/* Of a colour of text; "revert" is not that for links. */
static bool
is_as_around(struct str value)
{
	return str_is(value, "inherit") || str_is(value, "unset");
}

/* "all: initial" and its like, as if nothing had been said before. */
static void
reset(struct style *out, struct str value)
{
	bool is_initial = str_is(value, "initial");

	if (!is_initial && !is_inherited(value))
		return;
	out->display = STYLE_SHOWS;
	out->visibility = is_initial ? STYLE_SHOWS : STYLE_AROUND;
	out->size = is_initial ? STYLE_SHOWS : STYLE_AROUND;
	out->size_by = is_initial ? 0 : STYLE_SIZE_SAME;
	out->color = is_as_around(value) ? COLOR_AROUND : COLOR_UNKNOWN;
	out->fill = is_as_around(value) ? COLOR_UNSET : COLOR_UNKNOWN;
	out->ground = COLOR_CLEAR;
	style_box_reset(&out->box);
}

/* Which way text runs, and whether all of it must. */
static bool
apply_direction(struct style *out, struct str value)
{
	if (str_is(value, "rtl"))
		out->direction = DIRECTION_RIGHT;
	else if (str_is(value, "ltr") || str_is(value, "initial"))
		out->direction = DIRECTION_LEFT;
	else
		return false;
	return true;
}

static bool
apply_bidi(struct style *out, struct str value)
{
	if (!style_is_word(value))
		return false;
	if (str_is(value, "bidi-override") ||
	    str_is(value, "isolate-override"))
		out->bidi = BIDI_FORCED;
	else if (str_is(value, "embed") || str_is(value, "isolate") ||
	    str_is(value, "plaintext"))
		out->bidi = BIDI_APART;
	else
		out->bidi = BIDI_FREE;
	return true;
}

/* False: the value is none for the property, and nothing is said. */
static bool
apply_paint(struct style *out, enum property property, struct str value)
{
	uint32_t color;

	switch (property) {
	case PROPERTY_COLOR:
		if (!color_read_style(&color, value))
			return false;
		out->color = str_is(value, "currentcolor") ?
		    (uint32_t)COLOR_AROUND : color;
		return true;
	case PROPERTY_TEXT_FILL_COLOR:
		if (!color_read_style(&color, value))
			return false;
		out->fill = color == COLOR_AROUND ? (uint32_t)COLOR_UNKNOWN :
		    color;
		return true;
	case PROPERTY_BACKGROUND_COLOR:
		if (!color_read_style(&color, value))
			return false;
		if (out->ground != COLOR_UNKNOWN)
			out->ground = color == COLOR_AROUND ?
			    (uint32_t)COLOR_CLEAR : color;
		return true;
	case PROPERTY_BACKGROUND:
		if (value.n == 0)
			return false;
		out->ground = ground_of(value);
		break;
	case PROPERTY_BACKGROUND_IMAGE:
		if (!str_is(value, "none"))
			out->ground = COLOR_UNKNOWN;
		return true;
	default:
		break;
	}
	out->is_painted |= paints(property, value);
	return true;
}

static bool
apply(struct style *out, enum property property, struct str value)
{
	switch (property) {
	case PROPERTY_NONE:
		return false;
	case PROPERTY_ALL:
		reset(out, value);
		return true;
	case PROPERTY_DISPLAY:
		return apply_display(out, value);
	case PROPERTY_VISIBILITY:
		return visibility_of(value, &out->visibility);
	case PROPERTY_FONT_SIZE:
	case PROPERTY_FONT:
		return apply_size(out, property, value);
	case PROPERTY_DIRECTION:
		return apply_direction(out, value);
	case PROPERTY_UNICODE_BIDI:
		return apply_bidi(out, value);
	default:
		break;
	}
	if (property < PROPERTY_INSET)
		return apply_paint(out, property, value);
	if (property == PROPERTY_FILTER)
		out->is_painted |= paints(property, value);
	return style_box_apply(&out->box, property, value);
}

static uint8_t
important_of(enum property property)
{
	switch (property) {
	case PROPERTY_COLOR:
		return IMPORTANT_COLOR;
	case PROPERTY_TEXT_FILL_COLOR:
		return IMPORTANT_FILL;
	case PROPERTY_BACKGROUND:
	case PROPERTY_BACKGROUND_COLOR:
	case PROPERTY_BACKGROUND_IMAGE:
		return IMPORTANT_GROUND;
	case PROPERTY_DIRECTION:
		return IMPORTANT_DIRECTION;
	case PROPERTY_UNICODE_BIDI:
		return IMPORTANT_BIDI;
	case PROPERTY_DISPLAY:
		return IMPORTANT_DISPLAY;
	case PROPERTY_VISIBILITY:
		return IMPORTANT_VISIBILITY;
	case PROPERTY_FONT:
	case PROPERTY_FONT_SIZE:
		return IMPORTANT_SIZE;
	default:
		return 0;
	}
}

/* "none !important" holds against whatever is said later without it. */
static void
apply_important(struct style *out, enum property property, struct str value)
{
	/* the image that a colour may stand behind stays known */
	struct style one = { .ground = out->ground };
	size_t mark = str_find(value, '!');

	if (mark < value.n && !str_is(str_trim(str_from(value, mark + 1)),
	    "important"))
		return;
	if (!apply(&one, property, str_trim(str_head(value, mark))))
		return;
	if (mark < value.n) {
		one.important = property == PROPERTY_ALL ?
		    (uint8_t)~(IMPORTANT_DIRECTION | IMPORTANT_BIDI) :
		    important_of(property);
		one.box.important = one.box.said;
	}
	style_merge(out, &one);
}

static void
apply_any(struct style *out, enum property property, struct str value)
{
	if ((out->important | out->box.important) != 0 ||
	    str_has(value, '!'))
		apply_important(out, property, value);
	else
		apply(out, property, value);
}

static void
declare(struct style *out, const struct declaration *d)
{
	struct str s = { d->text, d->n }, name, value;

	if (str_cut(s, ':', &name, &value))
		apply_any(out, property_of(str_trim(name)), str_trim(value));
}

/* A vertical tab is no blank in CSS. */
static void
put(struct declaration *d, char c)
{
	if (d->n < d->room)
		d->text[d->n++] = c == '\v' ? '?' : ascii_lower(c);
}

/* What is escaped is part of a word, whatever it looks like. */
static void
put_escaped(struct declaration *d, uint32_t point)
{
	bool is_plain = point < 0x80 && (ascii_is_alnum((char)point) ||
	    point == '-' || point == '_');

	put(d, is_plain ? (char)point : '?');
}

/* A backslash and up to six hex digits, or any other character. */
static struct str
put_escape(struct declaration *d, struct str s)
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

/* "calc(0px)" is what stands in it; a sum stays one. */
static bool
put_sum(struct declaration *d, struct str before, struct str nested)
{
	struct str inside, unit;
	int64_t n;

	if (nested.n < 3 || !str_ends(before, STR("calc")))
		return false;
	inside = str_trim(str_sub(nested, 1, nested.n - 1));
	if (nested.p[0] != '(' || !style_length(inside, &n, &unit))
		return false;
	d->n -= str_ends(before, STR("-webkit-calc")) ? 12 : 4;
	for (size_t i = 0; i < inside.n; i++)
		put(d, inside.p[i]);
	return true;
}

/* Of what stands in parentheses the text is kept of what has numbers to tell:
 * not of "url(...)".  Of all else only the signs are. */
static void
put_nested(struct declaration *d, struct str nested)
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
		for (i = 1; i + 1 < nested.n && i < ROOM; i++)
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
put_run(struct declaration *d, struct str run)
{
	for (size_t i = 0; i < run.n && d->n < d->room; i++)
		put(d, run.p[i]);
}

/* A string, what stands in brackets or a comment: a ";" in there ends
 * nothing.  Of "url(" the name stands before the bracket. */
static size_t
piece_length(struct declaration *d, struct str css, size_t at)
{
	size_t from = css.p[at] == '(' && at >= 3 ? at - 3 : at;

	if (css.p[at] == '(' && from != at &&
	    str_case_is(str_sub(css, from, at), "url"))
		return css_url_length(str_from(css, at));
	return css_piece_length(str_from(css, at), &d->is_bad);
}

/* Fills *d from the front of css; gives what follows the ";". */
static struct str
declaration_next(struct declaration *d, struct str css)
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
		if (c != '/')
			put_nested(d, str_sub(css, at, at + n));
		else if (n == 1)
			put(d, c);
	}
	return STR("");
}

/* What a value says that is longer than the room is not known: it may show
 * text, or paint it. */
static void
forget_value(struct declaration *d)
{
	static const struct str any =
	    STR_INIT("var(text-inset)!important");
	size_t colon = str_find((struct str){ d->text, d->n }, ':');

	if (colon + 1 + any.n > d->n)
		return;
	memcpy(d->text + colon + 1, any.p, any.n);
	d->n = colon + 1 + any.n;
}

/* Takes a declaration that is not plain off the front. */
static void
take_odd(struct style *out, struct str *css)
{
	size_t colon = run_length(*css, ENDS_NAME);
	struct declaration d = { .room = ROOM };

	/* of what is none of ours only the end is looked for */
	if (colon < css->n && css->p[colon] == ':' &&
	    property_of(str_trim(str_head(*css, colon))) == PROPERTY_NONE)
		d.room = 0;
	*css = declaration_next(&d, *css);
	if (d.n == ROOM)
		forget_value(&d);
	if (d.room != 0 && !d.is_bad)
		declare(out, &d);
}

/* A declaration in the piece, its colon at colon if it has one. */
static void
declare_plain(struct style *out, const struct style_piece *p, size_t begin,
    size_t colon, size_t end)
{
	struct str name = { p->text + begin, colon - begin };
	struct str value = { p->text + colon + 1, end - colon - 1 };
	enum property property;

	if (colon >= end)
		return;
	property = property_of(str_trim(name));
	if (property != PROPERTY_NONE)
		apply_any(out, property, str_trim(value));
}

/* The plain declarations at the front of the piece; gives where they end.  The
 * last one needs no ";". */
static size_t
read_plain(struct style *out, const struct style_piece *p, bool is_last)
{
	size_t begin = 0, colon = STYLE_PIECE, at;

	for (size_t row = 0; row < STYLE_ROWS; row++)
		for (uint64_t left = p->places[row]; left != 0;
		     left &= left - 1) {
			at = row * 64 + (unsigned)__builtin_ctzll(left);
			if (p->text[at] == ':') {
				colon = at < colon ? at : colon;
				continue;
			}
			if (p->text[at] != ';')
				return begin;
			declare_plain(out, p, begin, colon, at);
			begin = at + 1;
			colon = STYLE_PIECE;
		}
	if (!is_last)
		return begin;
	declare_plain(out, p, begin, colon, p->n);
	return p->n;
}

void
style_read(struct style *out, struct str css)
{
	struct style_piece piece;
	bool is_odd = str_has(css, '\v');

	*out = (struct style){ 0 };
	while (css.n > 0) {
		if (!is_odd) {
			style_piece_read(&piece, css);
			css = str_from(css, read_plain(out, &piece,
			    piece.n == css.n));
		}
		if (css.n > 0)
			take_odd(out, &css);
	}
}

void
style_merge(struct style *style, const struct style *over)
{
	const uint8_t kept = style->important & (uint8_t)~over->important;

	if (over->display != STYLE_UNSET && (kept & IMPORTANT_DISPLAY) == 0) {
		style->display = over->display;
		style->is_inline = over->is_inline;
	}
	if (over->visibility != STYLE_UNSET &&
	    (kept & IMPORTANT_VISIBILITY) == 0)
		style->visibility = over->visibility;
	if (over->size != STYLE_UNSET && (kept & IMPORTANT_SIZE) == 0) {
		style->size = over->size;
		style->size_by = over->size_by;
	}
	if (over->color != COLOR_UNSET && (kept & IMPORTANT_COLOR) == 0)
		style->color = over->color;
	if (over->ground != COLOR_UNSET && (kept & IMPORTANT_GROUND) == 0)
		style->ground = over->ground;
	if (over->fill != COLOR_UNSET && (kept & IMPORTANT_FILL) == 0)
		style->fill = over->fill;
	if (over->direction != DIRECTION_UNSET &&
	    (kept & IMPORTANT_DIRECTION) == 0)
		style->direction = over->direction;
	if (over->bidi != BIDI_UNSET && (kept & IMPORTANT_BIDI) == 0)
		style->bidi = over->bidi;
	style->is_painted |= over->is_painted;
	style->important |= over->important;
	if (over->box.said != 0)
		style_box_merge(&style->box, &over->box);
}

void
style_keep_shown(struct style *style)
{
	if (style->display == STYLE_HIDES)
		style->display = STYLE_UNSET;
	if (style->visibility == STYLE_HIDES)
		style->visibility = STYLE_UNSET;
	if (style->visibility == STYLE_AROUND)
		style->visibility = STYLE_SHOWS;
	style->size = style_has_size(style) ? STYLE_SHOWS : STYLE_UNSET;
	style->size_by = 0;
	if (style->display == STYLE_UNSET)
		style->important &= (uint8_t)~IMPORTANT_DISPLAY;
	if (style->visibility == STYLE_UNSET)
		style->important &= (uint8_t)~IMPORTANT_VISIBILITY;
	if (style->size == STYLE_UNSET)
		style->important &= (uint8_t)~IMPORTANT_SIZE;
	if (style->color != COLOR_UNSET)
		style->color = COLOR_UNKNOWN;
	if (style->fill != COLOR_UNSET)
		style->fill = COLOR_UNKNOWN;
	if (style->ground != COLOR_UNSET)
		style->ground = COLOR_UNKNOWN;
	style->direction = DIRECTION_UNSET;
	style->bidi = BIDI_UNSET;
	style->important &= (uint8_t)~(IMPORTANT_DIRECTION | IMPORTANT_BIDI);
	style_box_keep_shown(&style->box);
}

bool
style_is_empty(const struct style *style)
{
	return style->display == STYLE_UNSET &&
	    style->visibility == STYLE_UNSET &&
	    style->size == STYLE_UNSET && style->color == COLOR_UNSET &&
	    style->ground == COLOR_UNSET && style->fill == COLOR_UNSET &&
	    style->direction == DIRECTION_UNSET &&
	    style->bidi == BIDI_UNSET && !style->is_painted;
}

/* Behind the next "url(", or false.  Parentheses are few. */
static bool
skip_to_url(struct str *css)
{
	struct str before;

	while (str_cut(*css, '(', &before, css))
		if (str_case_ends(before, STR("url")))
			return true;
	return false;
}

bool
style_url(struct str *css, struct str *url)
{
	struct str s = *css;

	if (!skip_to_url(&s))
		return false;
	*url = str_trim(str_head(s, str_find(s, ')')));
	*css = str_from(s, url->n);
	if (url->n >= 2 && (url->p[0] == '"' || url->p[0] == '\'') &&
	    url->p[url->n - 1] == url->p[0])
		*url = str_sub(*url, 1, url->n - 1);
	return true;
}
