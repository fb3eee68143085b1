/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The values of properties, each made plain before.  A value that CSS knows no
 * meaning of is none, and leaves what was said before it.
 */
#include "mail/stylevalue.h"

#include "base/vec.h"
#include "mail/htmlcolor.h"

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
		STR_INIT("table-footer-group"), STR_INIT("table-caption"),
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

static enum style_flow
flow_of(struct str value)
{
	if (str_is(value, "contents"))
		return STYLE_FLOW_NONE;
	if (str_is(value, "initial") || str_is(value, "unset") ||
	    str_is(value, "inline") || str_starts(value, STR("inline ")) ||
	    str_ends(value, STR(" inline")) || str_starts(value, STR("ruby")))
		return STYLE_FLOW_LINE;
	if (str_is(value, "table-caption"))
		return STYLE_FLOW_BLOCK;
	if (str_starts(value, STR("table-")))
		return STYLE_FLOW_CELL;
	return str_find_str(value, STR("table")) < value.n ?
	    STYLE_FLOW_TABLE : STYLE_FLOW_BLOCK;
}

/* All values show the text but "none" and those of columns, which hold none. */
static bool
apply_display(struct style *out, struct str value)
{
	bool is_none = str_is(value, "none") ||
	    str_starts(value, STR("table-column"));

	if (!is_none && !is_display(value))
		return false;
	out->display = is_none ? STYLE_HIDES : STYLE_SHOWS;
	out->flow = flow_of(value);
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
	out->flow = STYLE_FLOW_LINE;
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

bool
style_value_apply(struct style *out, enum property property, struct str value)
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
