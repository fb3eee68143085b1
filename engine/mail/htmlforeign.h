/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_HTMLFOREIGN_H
#define MAIL_HTMLFOREIGN_H

/*
 * SVG and MathML among the open elements of a page.  What stands in them is
 * none of HTML's, and they end where HTML begins that they cannot hold.
 */

#include <stdbool.h>

struct html_open;
struct html_tag;
struct html_token;

/* HTML that ends the SVG or MathML it stands in; all else belongs there (WHATWG
 * HTML 13.2.6.5). */
bool html_foreign_is_left(const struct html_token *token);

/* Out of all SVG and MathML that is open. */
void html_foreign_leave(struct html_open *o);

/* Out of the innermost SVG or MathML of a tag, whatever stands in it. */
void html_foreign_end(struct html_open *o, const struct html_tag *tag);

#endif
