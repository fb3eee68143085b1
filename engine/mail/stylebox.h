/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_STYLEBOX_H
#define MAIL_STYLEBOX_H

/*
 * The box of an element as its style describes it: no size, cut away, moved
 * off the page or clear, so that nobody sees what is in it.  Most of these
 * hide only together with another declaration, wherever that stands.  Of each
 * property the last word counts; one that is not understood hides nothing.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "mail/styleproperty.h"

/* STYLE_UNSET: nothing is said, or nothing that is valid; STYLE_AROUND: that it
 * is as what is around it. */
enum style_seen { STYLE_UNSET, STYLE_HIDES, STYLE_SHOWS, STYLE_AROUND };

/* What kind of box an element has. */
enum style_flow {
	STYLE_FLOW_NONE, /* "display: contents" */
	STYLE_FLOW_LINE,
	STYLE_FLOW_BLOCK,
	STYLE_FLOW_TABLE,
	STYLE_FLOW_CELL, /* or a row, or a group of those */
	STYLE_FLOW_PAGE  /* the page cuts what its window cuts */
};

/* A bit for each property of boxes: what is said of it, and where that takes
 * part in hiding the box, or in showing it all the same (min-height). */
struct style_box {
	uint32_t said;
	uint32_t tells;
	uint32_t important;
};

/* The value is plain and in lower case.  False: it is none for the property,
 * and nothing is said. */
bool style_box_apply(struct style_box *box, enum property property,
    struct str value);

/* Leaves out what is nothing to such a box: sizes to a line of text, and
 * tables grow to what they hold. */
void style_box_flow(struct style_box *box, enum style_flow flow);

/* Of what a box tells: all that puts it elsewhere, cuts it or takes it out of
 * the text around it. */
extern const uint32_t style_box_moving;

/* Leaves out what Gmail takes out of styles, and most of it Outlook and Yahoo
 * too: places, moves, cuts by a shape, filters, margins below nothing.  False:
 * there was none. */
bool style_box_strip(struct style_box *box);

/* All is as it is without any style ("all: initial"). */
void style_box_reset(struct style_box *box);

/* Leaves what shows the box alone. */
void style_box_keep_shown(struct style_box *box);

/* What over says takes the place of what box says. */
void style_box_merge(struct style_box *box, const struct style_box *over);
bool style_box_hides(const struct style_box *box);

/* Of what it tells: all that hides it, alone or with more. */
uint32_t style_box_hiding(const struct style_box *box);

/* Its text may stand outside of it: a size is said. */
bool style_box_is_sized(const struct style_box *box);

/* It stands beside the text or apart from it. */
bool style_box_is_aside(const struct style_box *box);

/* A number at the front of s in thousandths, and the unit behind it. */
bool style_number(struct str s, int64_t *value, struct str *unit);

/* A number and nothing behind it but a unit of lengths, "%" or none: pages
 * without a DOCTYPE are read so. */
bool style_length(struct str s, int64_t *value, struct str *unit);

/* "none", "auto": a word that is no number. */
bool style_is_word(struct str s);

#endif
