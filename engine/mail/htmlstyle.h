/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_HTMLSTYLE_H
#define MAIL_HTMLSTYLE_H

/*
 * What a style attribute says about being seen: what hides text, and the
 * colours of text and ground, for text in the colour of its ground is not
 * seen either.
 *
 * Text is hidden only where we are sure.  What CSS drops as invalid is dropped
 * here, and what is valid but not understood leaves text visible: a lure that
 * is taken for hidden is lost, a hidden word that is taken for visible is but
 * one word more.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "mail/stylebox.h"
#include "mail/stylesize.h"

enum style_direction { DIRECTION_UNSET, DIRECTION_LEFT, DIRECTION_RIGHT };
/* BIDI_APART: a text of its own, whatever runs around it */
enum style_bidi { BIDI_UNSET, BIDI_FREE, BIDI_APART, BIDI_FORCED };

struct style {
	uint8_t display;    /* enum style_seen; no child can bring it back */
	uint8_t flow;       /* of what shows: enum style_flow */
	uint8_t visibility; /* these two a child can */
	uint8_t size;       /* with size_by as in struct style_size */
	uint8_t important;  /* bits: of all but the box */
	bool is_painted;    /* by more than its colour: a shadow, a stroke */
	bool is_moved;      /* its box hides only where it is not stripped */
	bool is_aside;      /* it is beside the text or apart from it */
	uint8_t direction;  /* enum style_direction */
	uint8_t bidi;       /* enum style_bidi */
	uint32_t color;     /* these three as in htmlcolor.h */
	uint32_t fill;      /* goes before the colour */
	uint32_t ground;
	uint32_t size_by;
	struct style_box box;
};

/* css has its character references undone. */
void style_read(struct style *out, struct str css);

/* What over says takes the place of what style says, but for "!important". */
void style_merge(struct style *style, const struct style *over);

/* Leaves what may show text alone: of what holds on some screens. */
void style_keep_shown(struct style *style);

/* Its box aside. */
bool style_is_empty(const struct style *style);

/* By itself or by its box: no child can bring it back. */
static inline bool
style_is_gone(const struct style *style)
{
	return style->display == STYLE_HIDES ||
	    (style->box.tells != 0 && style_box_hides(&style->box));
}

/* Of letters, in thousandths of a pixel. */
static inline uint32_t
style_size_of(const struct style *style, uint32_t around)
{
	return style->size == STYLE_UNSET ? around : style_size_inside(
	    (struct style_size){ style->size, style->size_by }, around);
}

/* It says one that is read where letters have that of most pages. */
static inline bool
style_has_size(const struct style *style)
{
	return style->size != STYLE_UNSET &&
	    style_size_of(style, STYLE_SIZE_PAGE) > STYLE_SIZE_TINY;
}

#endif
