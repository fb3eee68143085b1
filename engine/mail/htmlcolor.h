/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_HTMLCOLOR_H
#define MAIL_HTMLCOLOR_H

/*
 * Colours of text and of its ground, as far as they tell whether text is seen
 * at all.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

/* A colour is 0xff000000 and RGB, or one of these. */
enum {
	COLOR_UNSET = 0,
	COLOR_UNKNOWN = 1, /* there is one, or an image */
	COLOR_CLEAR = 2,   /* transparent */
	COLOR_AROUND = 3   /* of text: that of what is around it */
};

/* The colour of an old attribute, where nothing is invalid; COLOR_UNKNOWN when
 * it is none that is known. */
uint32_t color_read(struct str value);

/* The value of a property.  False: it is no colour, and nothing is said. */
bool color_read_style(uint32_t *color, struct str value);

/* No eye tells text of that colour from its ground. */
bool color_is_lost(uint32_t color, uint32_t ground);

#endif
