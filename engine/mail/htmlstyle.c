/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Declarations of CSS, one after the other, each made plain in a small room:
 * comments out, escapes undone, lower case.  What does not fit into the room
 * is none of the properties that matter here.
 */
#include "mail/htmlstyle.h"

#include "base/vec.h"
#include "mail/stylepiece.h"

enum { ROOM = 160 };

struct declaration {
	size_t n;
	size_t room; /* 0: nobody reads the text */
	char text[ROOM];
};

/* A relative size is one of what surrounds it. */
static enum style_seen
size_of(struct str value)
{
	static const struct str relative[] = { STR_INIT("%"), STR_INIT("em"),
		STR_INIT("ex"), STR_INIT("ch") };
	struct str unit;
	int64_t n;

	if (!style_number(value, &n, &unit))
		return value.n > 0 && ascii_is_alpha(value.p[0]) &&
		    !str_is(value, "inherit") && !str_is(value, "unset") &&
		    !str_is(value, "smaller") && !str_is(value, "larger")
		    ? STYLE_SHOWS : STYLE_UNSET;
	if (n <= 0)
		return n == 0 ? STYLE_HIDES : STYLE_UNSET;
	for (size_t i = 0; i < nitems(relative); i++)
		if (str_starts(unit, relative[i]))
			return n <= (i == 0 ? 5000 : 50) ? STYLE_HIDES :
			    STYLE_UNSET;
	/* A pixel is not read by anyone. */
	return n <= 1000 && (str_starts(unit, STR("px")) ||
	    str_starts(unit, STR("pt"))) ? STYLE_HIDES : STYLE_SHOWS;
}

/* "font: bold 0/0 a": the size is the first word that is a number and no
 * weight. */
static enum style_seen
font_size_of(struct str value)
{
	struct str word, unit;
	int64_t n;

	while (str_next(&value, ' ', &word))
		if (style_number(word, &n, &unit) &&
		    (unit.n != 0 || n < 100000))
			return size_of(str_head(word, str_find(word, '/')));
	return STYLE_UNSET;
}

/* "background: #fff url(x) no-repeat": an image may be any colour. */
static uint32_t
ground_of(struct str value)
{
	uint32_t color = COLOR_UNSET, found;
	struct str word;

	if (str_find_str(value, STR("url(")) < value.n ||
	    str_find_str(value, STR("gradient")) < value.n ||
	    str_find_str(value, STR("var(")) < value.n)
		return COLOR_UNKNOWN;
	if (str_starts(value, STR("rgb")) || str_starts(value, STR("hsl")))
		return color_read(value);
	while (str_next(&value, ' ', &word)) {
		found = color_read(word);
		if (found != COLOR_UNKNOWN && found != COLOR_UNSET)
			return found;
		if (word.n != 0 && word.p[0] == '#')
			color = COLOR_UNKNOWN;
	}
	return color == COLOR_UNSET && word.n != 0 ? COLOR_UNKNOWN : color;
}

/* The properties that matter here. */
enum property {
	PROPERTY_NONE,
	PROPERTY_BACKGROUND,
	PROPERTY_BACKGROUND_COLOR,
	PROPERTY_BACKGROUND_IMAGE,
	PROPERTY_COLOR,
	PROPERTY_DISPLAY,
	PROPERTY_FONT,
	PROPERTY_FONT_SIZE,
	PROPERTY_VISIBILITY,
	PROPERTY_CLIP,
	PROPERTY_CLIP_PATH,
	PROPERTY_FILTER,
	PROPERTY_HEIGHT,
	PROPERTY_LEFT,
	PROPERTY_MARGIN_LEFT,
	PROPERTY_MARGIN_TOP,
	PROPERTY_MAX_HEIGHT,
	PROPERTY_MAX_WIDTH,
	PROPERTY_OPACITY,
	PROPERTY_OVERFLOW,
	PROPERTY_OVERFLOW_X,
	PROPERTY_OVERFLOW_Y,
	PROPERTY_PADDING_LEFT,
	PROPERTY_POSITION,
	PROPERTY_RIGHT,
	PROPERTY_TEXT_INDENT,
	PROPERTY_TOP,
	PROPERTY_TRANSFORM,
	PROPERTY_WIDTH,
	PROPERTIES
};

/* Its case is no matter. */
static enum property
property_of(struct str name)
{
	static const struct str names[PROPERTIES] = {
		[PROPERTY_BACKGROUND] = STR_INIT("background"),
		[PROPERTY_BACKGROUND_COLOR] = STR_INIT("background-color"),
		[PROPERTY_BACKGROUND_IMAGE] = STR_INIT("background-image"),
		[PROPERTY_COLOR] = STR_INIT("color"),
		[PROPERTY_DISPLAY] = STR_INIT("display"),
		[PROPERTY_FONT] = STR_INIT("font"),
		[PROPERTY_FONT_SIZE] = STR_INIT("font-size"),
		[PROPERTY_VISIBILITY] = STR_INIT("visibility"),
		[PROPERTY_CLIP] = STR_INIT("clip"),
		[PROPERTY_CLIP_PATH] = STR_INIT("clip-path"),
		[PROPERTY_FILTER] = STR_INIT("filter"),
		[PROPERTY_HEIGHT] = STR_INIT("height"),
		[PROPERTY_LEFT] = STR_INIT("left"),
		[PROPERTY_MARGIN_LEFT] = STR_INIT("margin-left"),
		[PROPERTY_MARGIN_TOP] = STR_INIT("margin-top"),
		[PROPERTY_MAX_HEIGHT] = STR_INIT("max-height"),
		[PROPERTY_MAX_WIDTH] = STR_INIT("max-width"),
		[PROPERTY_OPACITY] = STR_INIT("opacity"),
		[PROPERTY_OVERFLOW] = STR_INIT("overflow"),
		[PROPERTY_OVERFLOW_X] = STR_INIT("overflow-x"),
		[PROPERTY_OVERFLOW_Y] = STR_INIT("overflow-y"),
		[PROPERTY_PADDING_LEFT] = STR_INIT("padding-left"),
		[PROPERTY_POSITION] = STR_INIT("position"),
		[PROPERTY_RIGHT] = STR_INIT("right"),
		[PROPERTY_TEXT_INDENT] = STR_INIT("text-indent"),
		[PROPERTY_TOP] = STR_INIT("top"),
		[PROPERTY_TRANSFORM] = STR_INIT("transform"),
		[PROPERTY_WIDTH] = STR_INIT("width"),
	};
	/* By three letters and the length; no two fall on one place. */
	static const uint8_t slots[64] = {
		[0] = PROPERTY_BACKGROUND,
		[1] = PROPERTY_MAX_HEIGHT,
		[2] = PROPERTY_MARGIN_LEFT,
		[4] = PROPERTY_FILTER,
		[6] = PROPERTY_CLIP_PATH,
		[7] = PROPERTY_TEXT_INDENT,
		[9] = PROPERTY_OVERFLOW_Y,
		[11] = PROPERTY_OVERFLOW,
		[13] = PROPERTY_MARGIN_TOP,
		[14] = PROPERTY_OPACITY,
		[18] = PROPERTY_BACKGROUND_COLOR,
		[19] = PROPERTY_RIGHT,
		[21] = PROPERTY_CLIP,
		[22] = PROPERTY_VISIBILITY,
		[26] = PROPERTY_WIDTH,
		[27] = PROPERTY_TRANSFORM,
		[28] = PROPERTY_POSITION,
		[30] = PROPERTY_FONT,
		[31] = PROPERTY_TOP,
		[32] = PROPERTY_PADDING_LEFT,
		[33] = PROPERTY_FONT_SIZE,
		[36] = PROPERTY_MAX_WIDTH,
		[42] = PROPERTY_COLOR,
		[45] = PROPERTY_DISPLAY,
		[51] = PROPERTY_OVERFLOW_X,
		[52] = PROPERTY_BACKGROUND_IMAGE,
		[56] = PROPERTY_LEFT,
		[58] = PROPERTY_HEIGHT,
	};
	enum property found;

	if (name.n == 0)
		return PROPERTY_NONE;
	found = (enum property)slots[((name.p[0] & 31U) * 31 +
	    (name.p[name.n - 1] & 31U) * 22 +
	    (name.p[name.n / 2] & 31U) * 4 + (unsigned)name.n * 29) & 63];
	return str_case_eq(name, names[found]) ? found : PROPERTY_NONE;
}

static enum style_seen
visibility_of(struct str value)
{
	if (str_starts(value, STR("visible")))
		return STYLE_SHOWS;
	return str_starts(value, STR("hidden")) ||
	    str_starts(value, STR("collapse")) ? STYLE_HIDES : STYLE_UNSET;
}

/* What is none of the others is one of boxes. */
static enum box_property
box_property_of(enum property property)
{
	static const uint8_t boxes[PROPERTIES] = {
		[PROPERTY_CLIP] = BOX_CLIP,
		[PROPERTY_CLIP_PATH] = BOX_CLIP_PATH,
		[PROPERTY_FILTER] = BOX_FILTER,
		[PROPERTY_HEIGHT] = BOX_HEIGHT,
		[PROPERTY_LEFT] = BOX_PLACE,
		[PROPERTY_MARGIN_LEFT] = BOX_MARGIN,
		[PROPERTY_MARGIN_TOP] = BOX_MARGIN,
		[PROPERTY_MAX_HEIGHT] = BOX_HEIGHT,
		[PROPERTY_MAX_WIDTH] = BOX_WIDTH,
		[PROPERTY_OPACITY] = BOX_OPACITY,
		[PROPERTY_OVERFLOW] = BOX_OVERFLOW,
		[PROPERTY_OVERFLOW_X] = BOX_OVERFLOW,
		[PROPERTY_OVERFLOW_Y] = BOX_OVERFLOW,
		[PROPERTY_PADDING_LEFT] = BOX_PADDING,
		[PROPERTY_POSITION] = BOX_POSITION,
		[PROPERTY_RIGHT] = BOX_PLACE,
		[PROPERTY_TEXT_INDENT] = BOX_TEXT_INDENT,
		[PROPERTY_TOP] = BOX_PLACE,
		[PROPERTY_TRANSFORM] = BOX_TRANSFORM,
		[PROPERTY_WIDTH] = BOX_WIDTH,
	};

	return (enum box_property)boxes[property];
}

enum {
	IMPORTANT_DISPLAY = 1,
	IMPORTANT_VISIBILITY = 2,
	IMPORTANT_SIZE = 4,
	IMPORTANT_COLOR = 8,
	IMPORTANT_GROUND = 16
};

static void
apply(struct style *out, enum property property, struct str value)
{
	switch (property) {
	case PROPERTY_COLOR:
		out->color = color_read(value);
		break;
	case PROPERTY_BACKGROUND_COLOR:
		out->ground = out->ground == COLOR_UNKNOWN ? COLOR_UNKNOWN
		    : color_read(value);
		break;
	case PROPERTY_BACKGROUND:
		out->ground = ground_of(value);
		break;
	case PROPERTY_BACKGROUND_IMAGE:
		if (!str_starts(value, STR("none")))
			out->ground = COLOR_UNKNOWN;
		break;
	case PROPERTY_DISPLAY:
		out->display = str_starts(value, STR("none")) ? STYLE_HIDES :
		    STYLE_SHOWS;
		break;
	case PROPERTY_VISIBILITY:
		out->visibility = visibility_of(value);
		break;
	case PROPERTY_FONT_SIZE:
		out->size = size_of(value);
		break;
	case PROPERTY_FONT:
		out->size = font_size_of(value);
		break;
	case PROPERTY_NONE:
	case PROPERTIES:
		break;
	default:
		style_box_apply(&out->box, box_property_of(property), value);
		break;
	}
}

static uint8_t
important_of(enum property property)
{
	switch (property) {
	case PROPERTY_COLOR:
		return IMPORTANT_COLOR;
	case PROPERTY_BACKGROUND:
	case PROPERTY_BACKGROUND_COLOR:
	case PROPERTY_BACKGROUND_IMAGE:
		return IMPORTANT_GROUND;
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

	apply(&one, property, str_trim(str_head(value, mark)));
	if (str_starts(str_trim(str_from(value, mark + 1)),
	    STR("important"))) {
		one.important = important_of(property);
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

static void
put(struct declaration *d, char c)
{
	if (d->n < d->room)
		d->text[d->n++] = ascii_lower(c);
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
		put(d, s.n == 0 ? ' ' : s.p[0]);
		return str_from(s, 1);
	}
	put(d, point < 0x80 ? (char)point : '?');
	if (n < s.n && ascii_is_space(s.p[n]))
		n++;
	return str_from(s, n);
}

/* Length of the quoted text or of what stands in parentheses at the front: a
 * ";" in there ends nothing. */
static size_t
nested_length(struct str s)
{
	char close = s.p[0] == '(' ? ')' : s.p[0];

	return 1 + str_find(str_from(s, 1), close);
}

/* Of what stands in parentheses only the numbers are kept of what has some to
 * tell: not of "url(...)". */
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

	if (d->room == 0)
		return;
	put(d, nested.p[0]);
	while (i < nitems(calls) && !str_ends(before, calls[i]))
		i++;
	if (i < nitems(calls))
		for (i = 1; i < nested.n && i < ROOM; i++)
			put(d, nested.p[i]);
}

/* What a byte may end, if only because it has a meaning of its own. */
enum { ENDS_NAME = 1, ENDS_RUN = 2 };

static const uint8_t classes[256] = {
	[':'] = ENDS_NAME, [';'] = ENDS_NAME | ENDS_RUN,
	['/'] = ENDS_NAME | ENDS_RUN, ['\\'] = ENDS_NAME | ENDS_RUN,
	['"'] = ENDS_NAME | ENDS_RUN, ['\''] = ENDS_NAME | ENDS_RUN,
	['('] = ENDS_NAME | ENDS_RUN,
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

/* Fills *d from the front of css; gives what follows the ";". */
static struct str
declaration_next(struct declaration *d, struct str css)
{
	while (css.n > 0) {
		size_t n = run_length(css, ENDS_RUN);
		char c;

		put_run(d, str_head(css, n));
		css = str_from(css, n);
		if (css.n == 0)
			break;
		c = css.p[0];
		if (c == '/' && str_skip(&css, STR("/*"))) {
			css = str_from(css, str_find_str(css, STR("*/")) + 2);
		} else if (c == '\\') {
			css = put_escape(d, str_from(css, 1));
		} else if (c == '"' || c == '\'' || c == '(') {
			n = nested_length(css);
			put_nested(d, str_head(css, n));
			css = str_from(css, n + 1);
		} else {
			css = str_from(css, 1);
			if (c == ';')
				break;
			put(d, c);
		}
	}
	return css;
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
	if (d.room != 0)
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

	*out = (struct style){ 0 };
	while (css.n > 0) {
		style_piece_read(&piece, css);
		css = str_from(css, read_plain(out, &piece,
		    piece.n == css.n));
		if (css.n > 0)
			take_odd(out, &css);
	}
}

void
style_merge(struct style *style, const struct style *over)
{
	const uint8_t kept = style->important & (uint8_t)~over->important;

	if (over->display != STYLE_UNSET && (kept & IMPORTANT_DISPLAY) == 0)
		style->display = over->display;
	if (over->visibility != STYLE_UNSET &&
	    (kept & IMPORTANT_VISIBILITY) == 0)
		style->visibility = over->visibility;
	if (over->size != STYLE_UNSET && (kept & IMPORTANT_SIZE) == 0)
		style->size = over->size;
	if (over->color != COLOR_UNSET && (kept & IMPORTANT_COLOR) == 0)
		style->color = over->color;
	if (over->ground != COLOR_UNSET && (kept & IMPORTANT_GROUND) == 0)
		style->ground = over->ground;
	style->important |= over->important;
	if (over->box.said != 0)
		style_box_merge(&style->box, &over->box);
}

bool
style_is_empty(const struct style *style)
{
	return style->display == STYLE_UNSET &&
	    style->visibility == STYLE_UNSET &&
	    style->size == STYLE_UNSET && style->color == COLOR_UNSET &&
	    style->ground == COLOR_UNSET;
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
