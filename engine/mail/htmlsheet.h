/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_HTMLSHEET_H
#define MAIL_HTMLSHEET_H

/*
 * The style sheets of a page, as far as they hide text: rules for a tag, a
 * class or an id.  What stands inside "@media" counts where it holds for every
 * screen; what asks for a size or a dark room is passed over.
 */

#include <stdbool.h>

#include "base/map.h"
#include "base/vec.h"
#include "mail/htmlstyle.h"
#include "mail/htmltoken.h"

struct html_sheet {
	struct arena *arena;
	struct map rules; /* "p", ".x", "p.x", "#x" */
	VEC(struct style) styles;
	uint64_t kinds; /* bits: of the keys of all rules */
	bool has_unread_colors; /* of selectors that were passed over */
};

void html_sheet_init(struct html_sheet *s, struct arena *a);
void html_sheet_read(struct html_sheet *s, struct str css);

/* What the rules say of a start tag. */
struct style html_sheet_find(const struct html_sheet *s,
    const struct html_token *token);

#endif
