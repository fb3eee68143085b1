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

#include "base/str.h"

enum css_holds { CSS_NOWHERE, CSS_SOMEWHERE, CSS_EVERYWHERE };

/* "screen and (min-width: 1px), print": of "@media" or an attribute. */
enum css_holds css_media_holds(struct str queries);

/* "(display: block)": of "@supports". */
enum css_holds css_support_holds(struct str condition);

#endif
