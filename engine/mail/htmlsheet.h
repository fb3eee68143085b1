/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_HTMLSHEET_H
#define MAIL_HTMLSHEET_H

/*
 * The style sheets of a page, as far as they hide text.  What stands inside
 * "@media" or "@supports" counts where it holds for every screen (see
 * cssmedia.h); all other rules with an "@" are passed over.  A selector that
 * is not valid takes its whole rule with it, as the standard has it.
 */

#include <stdbool.h>

#include "base/map.h"
#include "base/vec.h"
#include "mail/htmlselector.h"
#include "mail/htmlstyle.h"
#include "mail/htmltoken.h"

struct html_rule {
	struct str selector;
	const struct html_selector *cut; /* NULL: it is no more than its key */
	struct style style;
	uint32_t weight;
	uint32_t order;
	uint32_t next;  /* with the same key, or 0 */
};

struct html_sheet {
	struct arena *arena;
	struct map rules; /* "p", ".x", "#x", "*": the last rule of each */
	VEC(struct html_rule) list;
	uint32_t order;
	size_t steps;     /* left to be taken for all elements together */
	struct html_marks keys; /* of all rules */
	bool is_cut;      /* there were more rules, or classes, than are read */
	bool has_universal;
	bool has_siblings; /* rules of what stands behind others */
	bool has_hidden_boxes;
	bool has_unread_colors; /* of selectors that were passed over */
	struct style unread;    /* what those say that may show text */
};

/* For a page of so many bytes, which may take that much more work. */
void html_sheet_init(struct html_sheet *s, struct arena *a, size_t size);
void html_sheet_read(struct html_sheet *s, struct str css);

/* Does the tag, a "style", begin a sheet of CSS that holds for screens? */
bool html_sheet_is_wanted(struct arena *a, const struct html_token *token);

/* Lays what the rules say of a start tag over style; names the element's
 * classes and id, its tag being named and marked. */
void html_sheet_find(struct html_sheet *s, struct style *style,
    struct html_named *element, const struct html_token *token,
    struct html_around around);

#endif
