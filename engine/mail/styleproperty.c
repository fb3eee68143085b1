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
#define SLOT_FACTOR 0xf1c0435bU

static const struct slot slots[1 << SLOT_BITS] = {
	[0] = SLOT(TEXT_STROKE, "-webkit-text-stroke"),
	[1] = SLOT(ALL, "all"),
	[5] = SLOT(BOX_SHADOW, "box-shadow"),
	[6] = SLOT(TRANSFORM, "transform"),
	[9] = SLOT(BACKGROUND_CLIP, "-webkit-background-clip"),
	[12] = SLOT(BACKGROUND, "background"),
	[16] = SLOT(FONT, "font"),
	[18] = SLOT(POSITION, "position"),
	[28] = SLOT(TEXT_SHADOW, "text-shadow"),
	[32] = SLOT(MIN_WIDTH, "min-width"),
	[33] = SLOT(DIRECTION, "direction"),
	[34] = SLOT(MIX_BLEND_MODE, "mix-blend-mode"),
	[39] = SLOT(FILTER, "filter"),
	[42] = SLOT(INSET, "inset"),
	[43] = SLOT(OVERFLOW_X, "overflow-x"),
	[48] = SLOT(MAX_HEIGHT, "max-height"),
	[50] = SLOT(CLIP, "clip"),
	[51] = SLOT(UNICODE_BIDI, "unicode-bidi"),
	[52] = SLOT(PADDING, "padding"),
	[54] = SLOT(FLOAT, "float"),
	[62] = SLOT(CLIP_PATH, "clip-path"),
	[65] = SLOT(OPACITY, "opacity"),
	[66] = SLOT(PADDING_BOTTOM, "padding-bottom"),
	[67] = SLOT(TEXT_INDENT, "text-indent"),
	[69] = SLOT(TEXT_FILL_COLOR, "-webkit-text-fill-color"),
	[70] = SLOT(FONT_SIZE, "font-size"),
	[71] = SLOT(OVERFLOW_Y, "overflow-y"),
	[72] = SLOT(RIGHT, "right"),
	[83] = SLOT(LEFT, "left"),
	[88] = SLOT(MAX_WIDTH, "max-width"),
	[91] = SLOT(BACKGROUND_COLOR, "background-color"),
	[97] = SLOT(PADDING_LEFT, "padding-left"),
	[98] = SLOT(VISIBILITY, "visibility"),
	[100] = SLOT(PADDING_TOP, "padding-top"),
	[103] = SLOT(COLOR, "color"),
	[105] = SLOT(MARGIN, "margin"),
	[106] = SLOT(OVERFLOW, "overflow"),
	[108] = SLOT(TOP, "top"),
	[110] = SLOT(BACKGROUND_IMAGE, "background-image"),
	[111] = SLOT(MARGIN_TOP, "margin-top"),
	[112] = SLOT(MARGIN_LEFT, "margin-left"),
	[114] = SLOT(PADDING_RIGHT, "padding-right"),
	[117] = SLOT(HEIGHT, "height"),
	[118] = SLOT(WIDTH, "width"),
	[119] = SLOT(MIN_HEIGHT, "min-height"),
	[121] = SLOT(BACKGROUND_CLIP, "background-clip"),
	[122] = SLOT(DISPLAY, "display"),
	[125] = SLOT(TEXT_STROKE_WIDTH, "-webkit-text-stroke-width"),
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
