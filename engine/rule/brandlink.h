/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_BRANDLINK_H
#define RULE_BRANDLINK_H

/*
 * The links of a message seen as a person would: where a click leads, and
 * which brand's name or domain has been worked into a link.  Read once for
 * all brands; what counts against one of them depends on whose host it is.
 */

#include "rule/brandindex.h"

struct message;

struct link_hit {
	uint32_t brand;
	uint32_t url;              /* index into the message's urls */
	enum brand_sign_kind kind; /* one of the four about links */
	struct str detail;
	bool is_strong;            /* of a token: a whole official domain */
	bool is_unsure;            /* the shown address is inside the target */
};

struct link_view {
	bool navigates;  /* a click or the page itself leads there */
	bool is_passage; /* a click counter whose real target is known */
	bool is_quoted;  /* stands in a report about phishing */
	uint32_t nested; /* the next URL inside the same outermost one */
};

struct brand_links {
	struct arena *arena;
	const struct brand_index *index;
	const struct message *message;
	struct link_view *views; /* one a URL */
	VEC(struct link_hit) hits;
};

void brand_links_read(struct brand_links *links, struct arena *a,
    const struct brand_index *index, const struct message *m,
    bool is_report);

/* A click on this URL leaves everything that is the brand's. */
bool brand_links_foreign(const struct brand_links *links, uint32_t brand,
    uint32_t url);

/* The first URL that does, or URL_NONE. */
uint32_t brand_links_first_foreign(const struct brand_links *links,
    uint32_t brand);

#endif
