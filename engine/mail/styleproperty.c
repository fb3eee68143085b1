/* SPDX-License-Identifier: Apache-2.0 */
/* Names of properties to numbers: one look, one comparison. */
#include "mail/styleproperty.h"

#define SLOT(id, text) { STR_INIT(text), PROPERTY_##id }

struct slot {
	struct str name;
	enum property property;
};

/* The factor is one of those by which no two names fall on one place. */
enum { SLOT_BITS = 7 };
#define SLOT_FACTOR 0x96e4b349U

static const struct slot slots[1 << SLOT_BITS] = {
	[0] = SLOT(OVERFLOW, "overflow"),
	[1] = SLOT(OVERFLOW_X, "overflow-x"),
	[2] = SLOT(LEFT, "left"),
	[3] = SLOT(PADDING_TOP, "padding-top"),
	[4] = SLOT(BACKGROUND, "background"),
	[6] = SLOT(BOX_SHADOW, "box-shadow"),
	[8] = SLOT(BACKGROUND_IMAGE, "background-image"),
	[16] = SLOT(INSET, "inset"),
	[18] = SLOT(OPACITY, "opacity"),
	[20] = SLOT(PADDING_RIGHT, "padding-right"),
	[21] = SLOT(FONT_SIZE, "font-size"),
	[29] = SLOT(TOP, "top"),
	[31] = SLOT(WIDTH, "width"),
	[34] = SLOT(BACKGROUND_COLOR, "background-color"),
	[37] = SLOT(HEIGHT, "height"),
	[38] = SLOT(RIGHT, "right"),
	[39] = SLOT(TEXT_STROKE, "-webkit-text-stroke"),
	[43] = SLOT(TEXT_FILL_COLOR, "-webkit-text-fill-color"),
	[46] = SLOT(PADDING, "padding"),
	[48] = SLOT(MAX_WIDTH, "max-width"),
	[49] = SLOT(FILTER, "filter"),
	[50] = SLOT(TEXT_INDENT, "text-indent"),
	[51] = SLOT(VISIBILITY, "visibility"),
	[53] = SLOT(CLIP, "clip"),
	[58] = SLOT(BACKGROUND_CLIP, "-webkit-background-clip"),
	[60] = SLOT(DISPLAY, "display"),
	[62] = SLOT(MIN_WIDTH, "min-width"),
	[64] = SLOT(FONT, "font"),
	[68] = SLOT(POSITION, "position"),
	[69] = SLOT(DIRECTION, "direction"),
	[72] = SLOT(BACKGROUND_CLIP, "background-clip"),
	[75] = SLOT(UNICODE_BIDI, "unicode-bidi"),
	[91] = SLOT(TEXT_SHADOW, "text-shadow"),
	[92] = SLOT(MARGIN_LEFT, "margin-left"),
	[95] = SLOT(MAX_HEIGHT, "max-height"),
	[98] = SLOT(MARGIN, "margin"),
	[102] = SLOT(CLIP_PATH, "clip-path"),
	[103] = SLOT(PADDING_LEFT, "padding-left"),
	[107] = SLOT(TRANSFORM, "transform"),
	[109] = SLOT(MIN_HEIGHT, "min-height"),
	[110] = SLOT(ALL, "all"),
	[111] = SLOT(OVERFLOW_Y, "overflow-y"),
	[114] = SLOT(TEXT_STROKE_WIDTH, "-webkit-text-stroke-width"),
	[115] = SLOT(MIX_BLEND_MODE, "mix-blend-mode"),
	[117] = SLOT(PADDING_BOTTOM, "padding-bottom"),
	[118] = SLOT(MARGIN_TOP, "margin-top"),
	[125] = SLOT(COLOR, "color"),
};

/* By three of its letters and its length. */
static unsigned
slot_of(struct str name)
{
	uint32_t key = name.p[name.n / 4] & 31U;

	key |= (name.p[name.n - 1] & 31U) << 5;
	key |= (name.p[name.n / 2] & 31U) << 10;
	key |= (uint32_t)name.n << 15;
	return key * SLOT_FACTOR >> (32 - SLOT_BITS);
}

enum property
property_of(struct str name)
{
	const struct slot *slot;

	if (name.n == 0)
		return PROPERTY_NONE;
	slot = &slots[slot_of(name)];
	return str_case_eq(name, slot->name) ? slot->property : PROPERTY_NONE;
}
