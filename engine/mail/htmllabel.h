/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_HTMLLABEL_H
#define MAIL_HTMLLABEL_H

/*
 * What a page shows of its links: the text of an anchor, or the picture in it,
 * or its title; the button of a form; the "alt" of an area.
 */

#include <stdbool.h>
#include <stddef.h>

#include "mail/htmllink.h"
#include "mail/htmltexts.h"

enum { HTML_LABEL_MOST = 4096 }; /* bytes of what is shown of one link */

struct html_label {
	struct html_links *links; /* these two are the page's */
	struct html_texts *texts;
	size_t anchor;       /* link whose text is being read */
	size_t begin;        /* of it, in what is visible */
	struct str alt, title;
	size_t form;         /* link whose button is still to come */
	size_t button_begin; /* of the open one, in what is visible */
};

void html_label_init(struct html_label *l, struct html_links *links,
    struct html_texts *texts);

/* Is the text of a link being read? */
static inline bool
html_label_is_open(const struct html_label *l)
{
	return l->anchor != HTML_LINK_NONE;
}

/* What follows the tag is what the link shows. */
void html_label_begin(struct html_label *l, size_t link,
    const struct html_token *token);

/* The text of the open link is over, if there is one; is_turned: it stands in
 * the page from its other end. */
void html_label_end(struct html_label *l, bool is_turned);

/* The visible text was turned round from begin on: a link that goes on behind
 * it has all of that. */
void html_label_turn(struct html_label *l, size_t begin);

/* A picture: of a link its title goes before that of the link's tag where that
 * has none. */
void html_label_title(struct html_label *l, const struct html_token *token);

/* What is shown in its place is shown, in a link or not. */
void html_label_alt(struct html_label *l, struct str alt);

/* A button begins and ends; what it says is what the link of its form shows. */
void html_label_button(struct html_label *l);
void html_label_button_end(struct html_label *l);
void html_label_form(struct html_label *l, struct str text);

/* Links that are no anchors: from the first of those that the tag gave. */
void html_label_others(struct html_label *l, const struct html_token *token,
    size_t first);

#endif
