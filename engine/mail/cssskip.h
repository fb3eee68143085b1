/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_CSSSKIP_H
#define MAIL_CSSSKIP_H

/*
 * How far a piece of CSS goes: strings with their escapes, what stands in
 * brackets, comments (CSS Syntax 3).  What is left open goes to the end.
 */

#include <stdbool.h>

#include "base/str.h"

/* Of the comment, escape, string, bracket or byte at the front of s, which is
 * not empty.  A line end ends a string; *is_bad tells that one did. */
size_t css_piece_length(struct str s, bool *is_bad);

/* Of what stands in the parenthesis at the front of s, behind "url". */
size_t css_url_length(struct str s);

/* Up to the first of two stops outside of strings, brackets and comments; s.n
 * if there is none. */
size_t css_find(struct str s, char stop, char other);

#endif
