/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_HTMLHINT_H
#define MAIL_HTMLHINT_H

/*
 * What old attributes say of how a tag is shown ("presentational hints",
 * WHATWG HTML 15.1): bgcolor, background, color, text, dir; and that a link
 * without a target is none.  Style sheets come on top.
 */

#include <stdbool.h>

#include "mail/htmlstyle.h"
#include "mail/htmltag.h"
#include "mail/htmltoken.h"

struct arena;

/* Most tags have other attributes, if any. */
static inline bool
html_hint_may_be(const struct html_token *token, const struct html_tag *tag)
{
	const uint32_t read = ATTR_BIT(ATTR_BGCOLOR) |
	    ATTR_BIT(ATTR_BACKGROUND) | ATTR_BIT(ATTR_COLOR) |
	    ATTR_BIT(ATTR_DIR);

	return (token->has & read) != 0 || tag->is == NAME_BODY ||
	    (tag->kin == KIN_A && (token->has & ATTR_BIT(ATTR_HREF)) == 0);
}

/* How browsers show some tags whatever surrounds them (WHATWG HTML 15.3.4 and
 * 15.5): black on yellow, or a button.  out is empty. */
void html_hint_look(struct style *out, const struct html_tag *tag);

/* out holds no more than that. */
void html_hint_read(struct style *out, struct arena *a,
    const struct html_token *token, const struct html_tag *tag);

#endif
