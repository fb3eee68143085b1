/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_CSSMEDIA_H
#define MAIL_CSSMEDIA_H

/*
 * Conditions of style sheets (Media Queries 4, CSS Conditional 3).  One holds
 * where it is met on a desk, on a phone and on one with a dark page: what hides
 * on one of them alone is seen on the others, and so is what it shows on that
 * one.  What nobody knows is not met, and neither is its opposite; what differs
 * from screen to screen is met on some.
 */

#include <stdbool.h>

#include "base/str.h"

/* "screen and (min-width: 1px), print": of "@media" or an attribute. */
bool css_media_holds(struct str queries);

/* On one of them at least. */
bool css_media_holds_somewhere(struct str queries);

/* "(display: block)": of "@supports". */
bool css_support_holds(struct str condition);

/* In some client. */
bool css_support_holds_somewhere(struct str condition);

#endif
