/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_STYLEBOX_H
#define MAIL_STYLEBOX_H

/*
 * The box of an element as its style describes it: no size, cut away, moved
 * off the page or clear, so that nobody sees what is in it.  Most of these
 * hide only together with another declaration, wherever that stands.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

/* The properties of boxes; values are plain and in lower case, what stands in
 * parentheses without the last of them. */
enum box_property {
	BOX_CLIP,
	BOX_CLIP_PATH,
	BOX_FILTER,
	BOX_HEIGHT,
	BOX_MARGIN,
	BOX_OPACITY,
	BOX_OVERFLOW,
	BOX_PADDING,
	BOX_PLACE,
	BOX_POSITION,
	BOX_TEXT_INDENT,
	BOX_TRANSFORM,
	BOX_WIDTH
};

/* A bit for each property, 1 << enum box_property: what is said of it, and of
 * which a box may be hidden. */
struct style_box {
	uint16_t said;
	uint16_t hides;
	uint16_t important;
};

/* All in one block of declarations, whose order is no matter. */
void style_box_apply(struct style_box *box, enum box_property property,
    struct str value);

/* What over says takes the place of what box says. */
void style_box_merge(struct style_box *box, const struct style_box *over);
bool style_box_hides(const struct style_box *box);

/* A number at the front of s in thousandths, and the unit behind it. */
bool style_number(struct str s, int64_t *value, struct str *unit);

#endif
