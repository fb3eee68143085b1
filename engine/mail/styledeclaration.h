/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_STYLEDECLARATION_H
#define MAIL_STYLEDECLARATION_H

/*
 * A declaration of CSS made plain in a small room: comments out, escapes
 * undone, lower case.  What does not fit into the room is none of the
 * properties that matter here, or has a value that nobody knows.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

enum { STYLE_DECLARATION_MOST = 160 };

struct style_declaration {
	size_t n;
	size_t room; /* 0: nobody reads the text */
	bool is_bad; /* a string in it has no end on its line, or it is none */
	bool has_block; /* "{...}", which ends it */
	char text[STYLE_DECLARATION_MOST];
};

/* Reads the one at the front of css; gives what follows its ";", or a block of
 * rules that stands in its place (CSS Syntax 3, 5.5.5).  One of no
 * property that matters is passed over, with no room. */
struct str style_declaration_read(struct style_declaration *d,
    struct str css);

#endif
