/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_HTMLREADER_H
#define MAIL_HTMLREADER_H

/*
 * Reads one page from its front to its end, tag by tag; twice, where a style
 * sheet says something of what stands in front of it, or an end tag.
 */

#include <stdbool.h>

#include "base/buf.h"
#include "base/str.h"
#include "mail/htmlbuild.h"
#include "mail/htmlinline.h"
#include "mail/htmloffice.h"

struct arena;

/* Large, and most of it not written to by most pages. */
struct html_reader {
	struct html_build build; /* what the page comes to */
	struct html_office office;
	struct buf scratch;
	bool is_file;     /* opened in a browser, which runs scripts */
	bool is_noscript; /* the next text is what that leaves out */
	struct html_token token;
	struct html_inlines inlines;
	struct html_element room[HTML_OPEN_FIRST + HTML_ASIDE_MOST];
};

void html_reader_init(struct html_reader *r, bool is_file);

void html_reader_release(struct html_reader *r);

/* One page after the other; in between, what limits its links is told to
 * build.links, and where they start from. */
void html_reader_begin(struct html_reader *r, struct arena *a, struct str html);
void html_reader_read(struct html_reader *r);

#endif
