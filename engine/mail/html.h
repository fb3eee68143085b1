/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_HTML_H
#define MAIL_HTML_H

/*
 * HTML as a person sees it: the visible text, the links with their anchor
 * text, and the title.  A tokenizer after the WHATWG rules feeds it; no tree
 * is built.  Never fails, whatever the mark-up.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "mail/quoted.h"
#include "mail/url.h"

struct arena;

struct html_page {
	struct str visible; /* blocks end lines, entities decoded; the "alt"
	                       of pictures that are no links comes last */
	size_t written;     /* bytes of visible in front of those */
	struct str hidden;  /* not shown: zero size, display:none, comments
	                       left out */
	struct str title;
	quoted_list quoted; /* <blockquote> and its kin, of visible */
	bool is_turned;     /* some of visible stands in the page from its
	                       other end: <bdo> */
	bool is_cut;        /* a limit was reached */
	bool hides_somewhere; /* some clients, or some pages as they are laid
	                         out, show more of it */
};

/* html is UTF-8.  Links are added with their offsets into html; part is
 * written into each. */
void html_read(struct html_page *page, url_list *links, struct arena *a,
    struct str html, uint32_t part, size_t most_links);

/* The same of a page that relative links of it may start from: base is a URL,
 * and the page's own <base> goes before it. */
struct html_source {
	struct str html;
	struct str base;
	uint32_t part;
	size_t most_links;
	bool is_file; /* a browser opens it, and runs its scripts */
	bool is_stripped; /* as clients show it that take out of styles what
	                     moves text away (see style_box_strip), all text
	                     outside of grounds that may not reach it */
	bool is_unhidden; /* as if nothing hid, but for what hides inside of
	                     that: letters between those of a lure */
};

void html_read_from(struct html_page *page, url_list *links, struct arena *a,
    const struct html_source *source);

/* Character references in a piece of text ("&#169;"), decoded. */
struct str html_unescape(struct arena *a, struct str s);

#endif
