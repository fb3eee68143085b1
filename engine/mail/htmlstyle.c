/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The declarations of a style, one after the other, and what two styles come
 * to together.  Most declarations are plain as they stand; the others are made
 * so first.
 */
#include "mail/htmlstyle.h"

#include "mail/htmlcolor.h"
#include "mail/styledeclaration.h"
#include "mail/stylepiece.h"
#include "mail/stylevalue.h"

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
	if (!style_value_apply(&one, property, str_trim(str_head(value, mark))))
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
		style_value_apply(out, property, value);
}

/* Where some read one declaration and others none: what it may show. */
static void
apply_doubtful(struct style *out, enum property property, struct str value)
{
	struct style one = { .ground = out->ground };

	apply_any(&one, property, value);
	style_keep_shown(&one);
	style_merge(out, &one);
}

/*
 * Takes a declaration that is not plain off the front.  Behind "@x {}" the
 * next begins; behind "x {}", a rule in a rule, only for those who know such:
 * is_doubtful says so of what follows.
 */
static void
take_odd(struct style *out, struct str *css, bool *is_doubtful)
{
	struct str name, value, rest = *css;
	bool was_doubtful = *is_doubtful;
	struct style_declaration d;

	*css = style_declaration_read(&d, rest);
	*is_doubtful = d.has_block && (was_doubtful ||
	    !str_starts(str_trim_front(rest), STR("@")));
	if (d.room == 0 || d.is_bad || !str_cut((struct str){ d.text, d.n },
	    ':', &name, &value))
		return;
	(was_doubtful ? apply_doubtful : apply_any)(out,
	    property_of(str_trim(name)), str_trim(value));
}

/* A plain declaration, by where it stands in a piece. */
struct plain {
	size_t begin;
	size_t colon;  /* STYLE_PIECE: none */
	bool has_mark; /* a "!" is in it */
};

static void
declare_plain(struct style *out, const struct style_piece *p,
    struct plain d, size_t end)
{
	struct str name = { p->text + d.begin, d.colon - d.begin };
	struct str value = { p->text + d.colon + 1, end - d.colon - 1 };
	enum property property;

	if (d.colon >= end)
		return;
	property = property_of(str_trim(name));
	if (property == PROPERTY_NONE)
		return;
	if (d.has_mark || (out->important | out->box.important) != 0)
		apply_important(out, property, str_trim(value));
	else
		style_value_apply(out, property, str_trim(value));
}

/* The plain declarations at the front of the piece; gives where they end.  The
 * last one needs no ";". */
static size_t
read_plain(struct style *out, const struct style_piece *p, bool is_last)
{
	struct plain d = { .colon = STYLE_PIECE };
	size_t at;

	for (size_t row = 0; row < STYLE_ROWS; row++)
		for (uint64_t left = p->places[row]; left != 0;
		     left &= left - 1) {
			at = row * 64 + (unsigned)__builtin_ctzll(left);
			if (p->text[at] == ':') {
				d.colon = at < d.colon ? at : d.colon;
				continue;
			}
			if (p->text[at] == '!') {
				d.has_mark = true;
				continue;
			}
			if (p->text[at] != ';')
				return d.begin;
			declare_plain(out, p, d, at);
			d = (struct plain){ at + 1, STYLE_PIECE, false };
		}
	if (!is_last)
		return d.begin;
	declare_plain(out, p, d, p->n);
	return p->n;
}

void
style_read(struct style *out, struct str css)
{
	struct style_piece piece;
	bool is_doubtful = false;

	*out = (struct style){ 0 };
	while (css.n > 0) {
		if (!is_doubtful) {
			style_piece_read(&piece, css);
			css = str_from(css, read_plain(out, &piece,
			    piece.n == css.n));
		}
		if (css.n > 0)
			take_odd(out, &css, &is_doubtful);
	}
}

void
style_merge(struct style *style, const struct style *over)
{
	const uint8_t kept = style->important & (uint8_t)~over->important;

	if (over->display != STYLE_UNSET && (kept & IMPORTANT_DISPLAY) == 0) {
		style->display = over->display;
		style->flow = over->flow;
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
