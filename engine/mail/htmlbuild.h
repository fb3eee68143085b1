/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_HTMLBUILD_H
#define MAIL_HTMLBUILD_H

/*
 * A page as its tags build it: which elements begin and end, those among them
 * that nobody wrote the tag of, and what their beginning and their end does to
 * the texts and links of the page.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "mail/htmlcascade.h"
#include "mail/htmllabel.h"
#include "mail/htmllink.h"
#include "mail/htmlnest.h"
#include "mail/htmlopen.h"
#include "mail/htmltag.h"
#include "mail/htmltexts.h"
#include "mail/htmltoken.h"

struct arena;

/* It stays where it is: parts of it point to one another. */
struct html_build {
	struct arena *arena;
	struct html_tokens tokens;
	struct html_links links;
	struct html_open open;
	struct html_cascade cascade;
	struct html_texts texts;
	struct html_label label;
	bool has_body;   /* it was begun, by its tag or without */
	bool is_cut;     /* a limit was reached */
	bool hides_somewhere; /* clients that strip styles show more */
	bool is_unhidden; /* what hides does not, but for that inside of it */
	size_t undone_at; /* the text that was visible when what hides was last
	                     undone */
	enum html_sheet_for sheet_for; /* whom the <style> is for that is
	                                  open */
	size_t sheets;       /* that came so far */
	size_t sheets_known; /* read so far, some of them in an earlier pass */
	size_t passed;       /* bytes of the page, in passes that were broken
	                        off */
	bool is_sheet_late;  /* one says something of what was read before:
	                        the page is read anew */
};

/* room is as html_open_init has it; it and the inlines may do for many pages,
 * one after the other. */
void html_build_init(struct html_build *b, struct html_element *room);
void html_build_begin(struct html_build *b, struct arena *a, struct str html,
    struct html_inlines *inlines);
void html_build_release(struct html_build *b);

/* Back to the front of the page, with the sheets known that were read. */
void html_build_again(struct html_build *b);

/* The page is over. */
void html_build_end(struct html_build *b);

/* More of the page was there than is read. */
bool html_build_is_cut(const struct html_build *b);

static inline bool
html_build_hides(const struct html_build *b, const struct html_element *e)
{
	return html_open_hides(e) &&
	    (!b->cascade.is_stripped || html_open_hides_surely(&b->open, e));
}

/* Text comes to stand in an element, in vain for some of its readers. */
static inline void
html_build_note(struct html_build *b, const struct html_element *e)
{
	if (!b->hides_somewhere && html_build_hides(b, e) &&
	    !html_open_hides_surely(&b->open, e))
		b->hides_somewhere = true;
}

/* Those that the text of an element belongs to. */
static inline struct lines *
html_build_lines(struct html_build *b, const struct html_element *e)
{
	return html_build_hides(b, e) ? &b->texts.hidden : &b->texts.visible;
}

/* Those of text that comes next. */
static inline struct lines *
html_build_here(struct html_build *b)
{
	return html_build_lines(b, html_open_place(&b->open));
}

static inline bool
html_build_is_in_template(const struct html_build *b)
{
	return html_open_count(&b->open, html_tag_of(STR("template"))) != 0;
}

/* The text of the link is over that is open, if one is. */
void html_build_end_link(struct html_build *b);

/* Begins the body, by its tag or NULL, and all that is around it. */
void html_build_body(struct html_build *b, const struct html_token *token);

/* For html_build_start: of any tag. */
enum html_nest html_build_start_any(struct html_build *b,
    const struct html_tag *tag, const struct html_token *token);

/* Begins what a start tag begins, and ends what it ends, but for its own
 * element.  Most do neither. */
static inline enum html_nest
html_build_start(struct html_build *b, const struct html_tag *tag,
    const struct html_token *token)
{
	if (b->open.foreign != 0)
		return HTML_NEST_IN;
	if ((tag->traits & TAG_PAGE) != 0 || !b->has_body ||
	    tag->into != DEPTH_NONE)
		return html_build_start_any(b, tag, token);
	return html_nest_start(&b->open, tag);
}

/* Opens anew what was set aside. */
void html_build_resume(struct html_build *b);

/* Opens the element of a start tag. */
void html_build_open(struct html_build *b, const struct html_tag *tag,
    const struct html_token *token);

/* Whether an element would be seen that holds nothing and is not opened; it
 * may have a text in its attributes. */
bool html_build_shows(struct html_build *b, const struct html_tag *tag,
    const struct html_token *token, bool has_text);

/* What the <style> holds that is open: it is for all of the page, also for
 * what stands in front of it. */
void html_build_sheet(struct html_build *b, struct str css);

#endif
