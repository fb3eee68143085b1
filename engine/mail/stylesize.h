/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_STYLESIZE_H
#define MAIL_STYLESIZE_H

/*
 * The size of letters.  "16em" is of the size around it, so that a value says
 * nothing alone: a pixel outside and sixteen times that inside is as large as
 * most text is.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

enum {
	STYLE_SIZE_PAGE = 16000, /* thousandths of a pixel, without a style */
	STYLE_SIZE_TINY = 1333,  /* a point is not read by anyone */
	STYLE_SIZE_SAME = 1000
};

struct style_size {
	uint8_t is;  /* enum style_seen: STYLE_AROUND for what is relative */
	uint32_t by; /* thousandths of a pixel, or of the size around; 0 of
	                what shows: as large as a page has it */
};

/* Of "font-size" and "font".  False: the value is none. */
bool style_size_read(struct style_size *out, struct str value);
bool style_size_read_font(struct style_size *out, struct str value);

/* In thousandths of a pixel, inside of what has letters of that size. */
uint32_t style_size_inside(struct style_size size, uint32_t around);

#endif
