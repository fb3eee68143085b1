/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_HTMLTOKEN_H
#define MAIL_HTMLTOKEN_H

/*
 * HTML cut into tokens by the WHATWG tokenization rules.  Nothing is copied
 * or decoded: a token is made of slices of the source and holds until the
 * next one.  Every byte is passed once, whatever is left open.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "mail/htmlattr.h"

struct arena;

/* Of a tag; from HTML_ATTRS_OTHER on only the first of each name that
 * something is read from. */
enum { HTML_ATTRS_MOST = 128, HTML_ATTRS_OTHER = 96 };

_Static_assert(HTML_ATTRS_MOST - HTML_ATTRS_OTHER >= ATTR_NAMES,
    "room for one of each name");

enum html_kind {
	HTML_TEXT,
	HTML_START,
	HTML_END,
	HTML_COMMENT,
	HTML_DOCTYPE
};

/* What text means that follows a start tag. */
enum html_mode {
	HTML_MODE_DATA,
	HTML_MODE_RCDATA, /* references, but no tags: title, textarea */
	HTML_MODE_RAW,    /* neither: style, xmp, iframe */
	HTML_MODE_SCRIPT,
	HTML_MODE_PLAIN,  /* to the end of the page */
	HTML_MODE_CDATA
};

struct html_attr {
	struct str name;  /* as written */
	struct str value; /* references not undone */
	enum html_attr_name is;
};

struct html_token {
	enum html_kind kind;
	struct str name;  /* of a tag, as written */
	struct str text;  /* of text or comment */
	size_t offset;    /* of the whole token */
	bool is_raw;      /* text: references are none */
	bool is_closed;   /* start tag that ends in "/>" */
	uint32_t has;     /* ATTR_BIT of each attribute that is there */
	uint8_t first[ATTR_NAMES]; /* of those, the number of the first */
	size_t n_attrs;
	struct html_attr attrs[HTML_ATTRS_MOST];
};

struct html_tokens {
	struct str html;
	size_t at;
	enum html_mode mode;
	struct str raw_name;  /* the element whose text is being read */
	bool has_cdata;       /* "<![CDATA[" is none but inside SVG, MathML */
};

void html_tokens_init(struct html_tokens *t, struct str html);

/* False: the page is over. */
bool html_tokens_next(struct html_tokens *t, struct html_token *token);

/* Reads what follows the start tag of name in that mode; data otherwise. */
void html_tokens_enter(struct html_tokens *t, struct str name,
    enum html_mode mode);

/*
 * A name, value or text of a token as the standard's input stream has it:
 * every line end is "\n", and NUL, but in text outside of raw elements, is
 * U+FFFD.  s itself when there is nothing to do; references are not undone.
 */
struct str html_clean(struct arena *a, struct str s, bool keeps_nul);

/* The first attribute of a name, or NULL. */
static inline const struct html_attr *
html_attr(const struct html_token *token, enum html_attr_name name)
{
	return (token->has & ATTR_BIT(name)) == 0 ? NULL :
	    &token->attrs[token->first[name]];
}

#endif
