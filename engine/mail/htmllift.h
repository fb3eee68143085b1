/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_HTMLLIFT_H
#define MAIL_HTMLLIFT_H

/*
 * Elements that the end of formatting around them takes out of an ordinary one
 * that hides (WHATWG HTML 13.2.6.4.7).  What stands in them is told before that
 * is known.  So they are noted by their number, and the page is read once more
 * with each of them standing at once where it comes to stand.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/vec.h"

struct arena;

enum { HTML_LIFT_PASSES = 4 }; /* one may show what another is lifted out of */

struct html_lift {
	uint32_t number; /* of an element: the first that is opened is 1 */
	uint32_t into;   /* the number of what it comes to stand in */
};

/* All zero: none. */
struct html_lifts {
	VEC(struct html_lift) list;
	size_t known; /* in front: of earlier passes, by number */
	size_t next;  /* of those, the first that is not opened yet */
	size_t passes;
	bool is_new;  /* one was noted or changed in this pass */
};

void html_lifts_empty(struct html_lifts *l);

/* Back to the front of the page. */
void html_lifts_again(struct html_lifts *l);

/* lift as html_lifts_of gave it or this did before; returns that of the
 * element. */
uint32_t html_lifts_note(struct html_lifts *l, struct arena *a, uint32_t lift,
    struct html_lift what);

/* Of an element that is opened, each in its turn; 0: it is not lifted. */
uint32_t html_lifts_take(struct html_lifts *l, uint32_t number);

static inline uint32_t
html_lifts_of(struct html_lifts *l, uint32_t number)
{
	return l->next == l->known ? 0 : html_lifts_take(l, number);
}

static inline uint32_t
html_lifts_into(const struct html_lifts *l, uint32_t lift)
{
	return l->list.at[lift - 1].into;
}

/* The page is to be read once more. */
static inline bool
html_lifts_want(const struct html_lifts *l)
{
	return l->is_new && l->passes < HTML_LIFT_PASSES;
}

/* Some element is told where it does not come to stand. */
static inline bool
html_lifts_are_cut(const struct html_lifts *l)
{
	return l->is_new && l->passes == HTML_LIFT_PASSES;
}

#endif
