/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_HTMLNEST_H
#define MAIL_HTMLNEST_H

/*
 * What a start tag ends before it opens anything, and what an end tag closes:
 * the "tree construction" of WHATWG HTML 13.2.6, as far as it decides which
 * element a text is in.  SVG and MathML have none of this.
 */

#include "mail/htmlopen.h"

enum html_nest {
	HTML_NEST_IN,     /* it opens an element */
	HTML_NEST_EMPTY,  /* one that ends at once */
	HTML_NEST_IGNORED /* the tag might as well not be there */
};

/* Closes what a start tag ends. */
enum html_nest html_nest_start_any(struct html_open *o,
    const struct html_tag *tag);

/* The same; most tags end nothing. */
static inline enum html_nest
html_nest_start(struct html_open *o, const struct html_tag *tag)
{
	return tag->kin == KIN_NONE && tag->into == DEPTH_NONE &&
	    (tag->traits & TAG_CLOSES_P) == 0 &&
	    o->kin_count[KIN_SELECT] == 0 ? HTML_NEST_IN :
	    html_nest_start_any(o, tag);
}

/* What must be opened first for a tag that opens an element: the rows that a
 * row stands in, the row of a cell.  NULL: nothing. */
static inline const struct html_tag *
html_nest_implied(const struct html_open *o, const struct html_tag *tag)
{
	enum html_depth depth = html_open_last(o)->tag->depth;

	if (tag->into <= DEPTH_TABLE || depth >= tag->into)
		return NULL;
	return html_tag_of(depth == DEPTH_TABLE ? STR("tbody") : STR("tr"));
}

/* Is what was set aside opened anew around it? */
static inline bool
html_nest_runs(const struct html_tag *tag)
{
	return (tag->traits & (TAG_SPECIAL | TAG_RUNS)) != TAG_SPECIAL;
}

/* Closes what an end tag means; false when that is nothing. */
bool html_nest_end_any(struct html_open *o, const struct html_tag *tag,
    struct str name);

/* The same; most mean the innermost element. */
static inline bool
html_nest_end(struct html_open *o, const struct html_tag *tag,
    struct str name)
{
	if (html_open_last(o)->tag != tag || tag->name[0] == '\0' ||
	    tag->kin == KIN_FORM || o->n_aside != 0)
		return html_nest_end_any(o, tag, name);
	html_open_close_last(o);
	return true;
}

#endif
