/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_HTMLCASCADE_H
#define MAIL_HTMLCASCADE_H

/*
 * All that says how an element is shown, one over the other: its tag, old
 * attributes, the style sheets of the page, its style attribute.  What is
 * around the element is asked later (see html_open_settle).
 */

#include <stdbool.h>
#include <stddef.h>

#include "mail/htmlinline.h"
#include "mail/htmlopen.h"
#include "mail/htmlsheet.h"
#include "mail/htmltoken.h"

struct arena;

struct html_cascade {
	struct arena *arena;
	struct html_sheet sheet;
	struct html_inlines *inlines; /* of all pages */
	struct html_inline *said; /* by the start tag in hand, or NULL */
	size_t siblings; /* kept so far */
	bool is_cut;     /* there were more than are kept */
	bool is_stripped; /* as clients have it that strip styles */
};

/* For a page of so many bytes. */
void html_cascade_init(struct html_cascade *c, struct arena *a, size_t bytes,
    struct html_inlines *inlines);

/* Back to the front of the page, with all of its sheets known. */
void html_cascade_again(struct html_cascade *c);

/* A start tag comes in hand. */
static inline void
html_cascade_take(struct html_cascade *c, const struct html_token *token)
{
	c->said = (token->has & ATTR_BIT(ATTR_STYLE)) == 0 ? NULL :
	    html_inline_of(c->inlines, token);
}

/* Its style attribute, where that fetches nothing; or NULL. */
static inline const char *
html_cascade_dull(const struct html_cascade *c)
{
	return c->said != NULL && !c->said->may_link ? c->said->css.p : NULL;
}

/* What is said of e by itself; it is one more child of the one before it, and
 * open, or the next to be. */
void html_cascade_find(struct html_cascade *c, const struct html_open *open,
    struct html_element *e, const struct html_token *token);

/* May the sheets say something of an open element?  Most that stand in a body
 * stand at its front, and say nothing of it. */
bool html_cascade_may_be_of(const struct html_cascade *c,
    const struct html_element *e);

#endif
