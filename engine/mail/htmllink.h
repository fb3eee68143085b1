/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_HTMLLINK_H
#define MAIL_HTMLLINK_H

/*
 * The links of a page, as its tags name them.  They are kept until the page
 * has been read, for the <base> that they are relative to may come last.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "base/vec.h"
#include "mail/htmlinner.h"
#include "mail/htmltoken.h"
#include "mail/url.h"

#define HTML_LINK_NONE SIZE_MAX

struct html_link {
	struct str href; /* references undone */
	struct str text;
	enum url_source source;
	uint32_t offset; /* of the attribute's value */
};

struct html_links {
	struct arena *arena;
	struct str html;
	struct str base; /* where the page is said to come from, or ""; once
	                    links are resolved, what they started from */
	VEC(struct html_link) found;
	size_t most;
	struct html_inners inner;
	bool is_cut; /* a script had more to it than is read */
};

/* Takes the links of a start tag, whose style is known to have none if it is
 * at dull; that may be NULL.  The index of that of an anchor, whose text
 * is still to come, or HTML_LINK_NONE. */
size_t html_links_tag(struct html_links *l, const struct html_token *token,
    const char *dull);

/* Those of a script: value lies in the page, script is what it says. */
void html_links_script(struct html_links *l, struct str value,
    struct str script);

/* And those of a style sheet, which lies in the page. */
void html_links_css(struct html_links *l, struct str css);

/* Adds what is a URL to out: links to follow first, then what is loaded. */
void html_links_resolve(struct html_links *l, url_list *out,
    uint32_t part, size_t most);

/* The value of an attribute with references undone, or "". */
struct str html_attr_text(struct arena *a, const struct html_token *token,
    enum html_attr_name name);

#endif
