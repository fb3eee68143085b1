/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_HTMLOPEN_H
#define MAIL_HTMLOPEN_H

/*
 * The open elements of a page, in place of a tree.  They are closed by the
 * rules that matter for what is shown: an end tag reaches no further out than
 * the standard lets it, and bold or a link that was not closed goes on behind
 * the block it was opened in.
 *
 * The first element is the page itself, which nothing closes.  The rest are
 * at most HTML_OPEN_MOST; few pages need more than HTML_OPEN_FIRST.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "mail/htmlselector.h"
#include "mail/htmlstyle.h"
#include "mail/htmltag.h"

struct arena;
struct html_token;

enum {
	HTML_OPEN_APART = 64, /* counts of elements without a meaning; a
	                         power of two */
	HTML_OPEN_FIRST = 32,
	HTML_OPEN_MOST = 256,
	HTML_TURNS_MOST = 4 /* each goes over its text once more */
};

struct html_element {
	const struct html_tag *tag;
	struct html_named named;
	uint32_t key; /* of the tag */
	uint32_t children; /* begun so far */
	const struct html_named *youngest; /* of them, where a sheet asks */
	struct style own;
	bool is_gone, is_invisible, is_tiny, is_pre; /* with all around it */
	bool is_lost; /* in the colour of its ground, if both are known */
	bool is_painted;  /* by more than its colour */
	bool is_filled;   /* in one that goes before its colour */
	uint32_t color, ground;                      /* of the text in it */
	uint32_t size; /* of its letters, in thousandths of a pixel */
	bool is_quote;
	bool is_reading;  /* small above the text, which goes on behind it */
	bool is_right;    /* text runs to the left */
	bool is_turned;   /* and is forced to */
	bool turns;       /* as what is around it is not, or the reverse */
	uint8_t turned;   /* how often that is so, with all around it */
	uint32_t begin;   /* of its text, among what is visible */
	bool is_shut;     /* details that show their summary alone */
	bool is_gone_shut; /* gone as that summary is */
};

/* Told of each element that is closed, still with all it holds. */
typedef void (*html_open_gone)(void *reader, const struct html_element *e);

struct html_open {
	struct html_element *at;
	size_t n;
	size_t room;
	size_t foreign;       /* open SVG and MathML */
	struct arena *beside; /* holds them where they are many, and texts
	                         for a while; nothing kept points there */
	html_open_gone gone;
	void *reader;
	/* by tag, those without a meaning by their key; and by kin */
	uint16_t count[HTML_TAGS_MOST + HTML_OPEN_APART];
	uint16_t kin_count[KINS];
};

/* first has room for HTML_OPEN_FIRST. */
void html_open_init(struct html_open *o, struct html_element *first);

/* Back to the page alone. */
void html_open_empty(struct html_open *o);
void html_open_release(struct html_open *o);
struct arena *html_open_beside(struct html_open *o);

static inline struct html_element *
html_open_last(const struct html_open *o)
{
	return &o->at[o->n - 1];
}

/* How many elements of a tag that has a meaning are open. */
static inline size_t
html_open_count(const struct html_open *o, const struct html_tag *tag)
{
	return o->count[html_tag_number(tag)];
}

/* Room for one more, which there is as long as they are not too many; it is
 * filled in and then pushed. */
struct html_element *html_open_new(struct html_open *o,
    const struct html_tag *tag, struct str name);
void html_open_push(struct html_open *o);

/* How the element is shown, from what surrounds it. */
void html_element_settle(struct html_element *e,
    const struct html_element *around);

/* HTML that ends the SVG or MathML it stands in; all else belongs there (WHATWG
 * HTML 13.2.6.5). */
bool html_open_is_left(const struct html_token *token);

/* Out of the SVG or MathML that is open. */
void html_open_leave(struct html_open *o);

/* Closes what a start tag ends, of those that end something. */
void html_open_close_kin(struct html_open *o, const struct html_tag *tag);

static inline void
html_open_begin(struct html_open *o, const struct html_tag *tag)
{
	if (tag->kin != KIN_NONE || (tag->traits & TAG_CLOSES_P) != 0)
		html_open_close_kin(o, tag);
}

/* Closes what an end tag means; false when that is nothing. */
bool html_open_end(struct html_open *o, const struct html_tag *tag,
    struct str name);

#endif
