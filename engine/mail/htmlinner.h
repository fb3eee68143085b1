/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_HTMLINNER_H
#define MAIL_HTMLINNER_H

/*
 * Pages inside a page: srcdoc, "data:text/html,", document.write, <noscript>
 * where scripts run, a file of XML.  They are read behind the page they are
 * found in, one after the other, so that none is read within another; how
 * deep they lie, how many there are and how much of them is bounded.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "base/vec.h"

struct arena;

enum { HTML_INNER_MOST = 128 }; /* pages inside one */

struct html_inner {
	struct str html;
	struct str base; /* of what is relative in it; told by the queue */
	uint32_t offset; /* of what holds it, in the outermost page */
	unsigned depth;  /* told by the queue too */
	bool is_shown;   /* in place, not after a click */
	bool is_kin;     /* what is relative in it starts where it does in
	                    the page around it */
};

/* Those of one page. */
struct html_inners {
	VEC(struct html_inner) list;
	size_t bytes; /* of those */
	size_t most;
	bool is_cut;  /* there were more */
};

void html_inners_empty(struct html_inners *in);

/* The page that stands at offset, shown and kin; NULL: it is empty, or there is
 * no room for it. */
struct html_inner *html_inners_add(struct html_inners *in, struct arena *a,
    struct str html, uint32_t offset);

/* That of a link, what stands behind "data:"; most are none. */
void html_inners_open(struct html_inners *in, struct arena *a,
    struct str data, uint32_t offset, bool is_shown);

/* Those that are to be read. */
struct html_inner_queue {
	struct html_inner at[HTML_INNER_MOST];
	size_t n;
	size_t left; /* bytes that may still be read */
};

/* Of an outermost page of so many bytes. */
void html_inner_queue_init(struct html_inner_queue *q, size_t bytes);

/* Those of the page that was read, which stands in outer, or in none.  False:
 * there is no room for all of them. */
bool html_inner_queue_add(struct html_inner_queue *q,
    const struct html_inners *in, struct str base,
    const struct html_inner *outer);

#endif
