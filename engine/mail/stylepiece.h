/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_STYLEPIECE_H
#define MAIL_STYLEPIECE_H

/*
 * A piece of a style in lower case, and where in it stands what parts its
 * declarations or begins what is not plain text: found in one go, many bytes
 * at a time.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

enum {
	STYLE_PIECE = 128,
	STYLE_ROWS = STYLE_PIECE / 64
};

struct style_piece {
	size_t n;
	uint64_t places[STYLE_ROWS]; /* of ":;!'/\"([{\\\v", a bit each */
	char text[STYLE_PIECE];
};

/* The front of css, as much as there is room for. */
void style_piece_read(struct style_piece *p, struct str css);

#endif
