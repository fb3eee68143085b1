/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_HTMLSHEET_H
#define MAIL_HTMLSHEET_H

/*
 * The style sheets of a page, as far as they hide text.  What stands inside
 * "@media" or "@supports" counts where it holds for every screen (see
 * cssmedia.h), and what shows text where it holds for one; all other rules
 * with an "@" are passed over.  A selector that is not valid takes its whole
 * rule with it, as the standard has it.
 */

#include <stdbool.h>

#include "base/map.h"
#include "base/vec.h"
#include "mail/htmlpassed.h"
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
	uint32_t order;   /* of the next rule */
	uint32_t added;   /* selectors so far */
	size_t steps;     /* left to be taken for all elements together */
	struct html_marks keys; /* of all rules */
	bool is_cut;      /* there were more rules, or classes, than are read */
	bool has_universal;
	bool has_escapes;  /* in selectors, which keep them */
	bool has_siblings; /* rules of what stands behind others */
	struct html_passed passed;
	bool has_unread_colors; /* of selectors that were passed over */
	bool is_unread_important;
	struct style unread;    /* what those say that may show text */
};

/* Whom a sheet is for: some have a screen that it holds for. */
enum html_sheet_for { HTML_SHEET_NONE, HTML_SHEET_SOME, HTML_SHEET_ALL };

/* For a page of so many bytes, which may take that much more work. */
void html_sheet_init(struct html_sheet *s, struct arena *a, size_t size);
void html_sheet_read(struct html_sheet *s, struct str css,
    enum html_sheet_for whom);

/* Whom the sheet is for that the tag, a "style", begins. */
enum html_sheet_for html_sheet_whom(struct arena *a,
    const struct html_token *token);

/* Of rules that go before a style attribute and were not read: what they may
 * show of what it hides. */
void html_sheet_overrule(const struct html_sheet *s, struct style *style);

/* Lays what the rules say of a start tag over style; names the element's
 * classes and id, its tag being named and marked. */
void html_sheet_find(struct html_sheet *s, struct style *style,
    struct html_named *element, const struct html_token *token,
    struct html_around around);

#endif
