/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_HTMLQUOTES_H
#define MAIL_HTMLQUOTES_H

/*
 * What a page quotes, as pieces of its visible text: <blockquote>, and what
 * Gmail, Yahoo and Proton have in its place.  What is quoted within such a
 * piece says nothing more.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "mail/htmltag.h"
#include "mail/htmltoken.h"
#include "mail/lines.h"
#include "mail/quoted.h"

struct arena;

struct html_quotes {
	quoted_list list;
	size_t n_open; /* the outermost has the last piece */
};

void html_quotes_empty(struct html_quotes *q);

/* For html_quotes_is: of a tag that has a class. */
bool html_quotes_is_class(struct arena *a, const struct html_token *token);

/* Does the tag begin what is quoted?  Most classes are none of those by their
 * first letter. */
static inline bool
html_quotes_is(struct arena *a, const struct html_tag *tag,
    const struct html_token *token)
{
	const struct html_attr *class = html_attr(token, ATTR_CLASS);

	if (tag->is == NAME_BLOCKQUOTE)
		return true;
	return class != NULL && class->value.n != 0 &&
	    str_has(STR("gyp&"), class->value.p[0]) &&
	    html_quotes_is_class(a, token);
}

/* At so many bytes of the visible text. */
void html_quotes_begin(struct html_quotes *q, struct arena *a, size_t at);
void html_quotes_end(struct html_quotes *q, size_t at);

/* Is anything behind at quoted? */
static inline bool
html_quotes_reach(const struct html_quotes *q, size_t at)
{
	return q->list.n != 0 && q->list.at[q->list.n - 1].end > at;
}

/* The visible text was turned round from begin on: bounds in there come to
 * stand between two letters again. */
void html_quotes_turn(struct html_quotes *q, struct str visible,
    size_t begin);

/* No text goes on behind what is quoted last: of its end as of that of the
 * text blanks are left out, for other text may come to stand there. */
void html_quotes_done(struct html_quotes *q, const struct lines *visible);

#endif
