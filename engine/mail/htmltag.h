/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_HTMLTAG_H
#define MAIL_HTMLTAG_H

/* What a tag means to one who reads the page. */

#include "base/str.h"
#include "mail/htmltoken.h"

enum html_trait {
	TAG_BLOCK = 1,     /* begins and ends lines */
	TAG_CLOSES_P = 2,  /* an open <p> ends where it begins */
	TAG_VOID = 4,      /* holds nothing, has no end tag */
	TAG_FORMAT = 8,    /* goes on behind the block it was opened in */
	TAG_SPECIAL = 16,  /* end tags of ordinary elements do not reach out */
	TAG_SCOPE = 32,    /* no end tag inside reaches out but of its kin */
	TAG_TABLE = 64,    /* that kin: ends what is open inside */
	TAG_CELL = 128,    /* a blank stands between */
	TAG_PRE = 256,     /* white space is kept */
	TAG_GONE = 512,    /* its text is never shown */
	TAG_FOREIGN = 1024, /* SVG, MathML: CDATA has a meaning */
	TAG_LIST = 2048,   /* no </li> inside ends an item outside */
	TAG_PAGE = 4096,   /* html, head, body: only the first counts */
	TAG_HEAD = 8192,   /* in front of the body it begins none */
	TAG_RUNS = 16384,  /* special, and yet it stands among text */
	TAG_IMPLIED = 32768, /* ends with what is around it */
	TAG_LOOSE = 65536, /* an item inside ends the one around it */
	TAG_LEAVES_SELECT = 131072,
	TAG_KEEPS = 262144, /* formatting inside does not go on outside */
	TAG_LOOK = 524288  /* browsers give it colours of its own */
};

/* Elements of which one ends the other: a "td" the "th" before it. */
enum html_kin {
	KIN_NONE,
	KIN_A,
	KIN_BUTTON,
	KIN_FORM,
	KIN_HEADING,
	KIN_ITEM,
	KIN_NOBR,
	KIN_OPTGROUP,
	KIN_OPTION,
	KIN_P,
	KIN_READING,
	KIN_RUBY_PART,
	KIN_SELECT,
	KIN_TABLE,
	KIN_TERM,
	KINS
};

/* Those that something is done for. */
enum html_name {
	NAME_OTHER,
	NAME_BDO,
	NAME_BLOCKQUOTE,
	NAME_BODY,
	NAME_BR,
	NAME_DETAILS,
	NAME_FIELDSET,
	NAME_FONT,
	NAME_HR,
	NAME_HTML,
	NAME_IMG,
	NAME_INPUT,
	NAME_MARK,
	NAME_OBJECT,
	NAME_RTC,
	NAME_RUBY,
	NAME_SCRIPT,
	NAME_STYLE,
	NAME_SUMMARY,
	NAME_TABLE,
	NAME_TEMPLATE,
	NAME_TITLE
};

/* How far inside its table something stands, and with it all that is in it. */
enum html_depth {
	DEPTH_NONE,
	DEPTH_TABLE,
	DEPTH_ROWS,
	DEPTH_ROW,
	DEPTH_CELL /* a caption too */
};

enum { HTML_TAGS_MOST = 128 };

struct html_tag {
	const char *name;
	size_t n; /* bytes of it */
	unsigned traits;
	enum html_mode mode;
	enum html_kin kin;
	enum html_name is;
	enum html_depth depth;
	enum html_depth into; /* what a part of a table must stand in */
};

/* Never NULL: what has no meaning of its own is one and the same tag. */
const struct html_tag *html_tag_of(struct str name);

/* No style brings it back: it is no part of the page, or is read as code.
 * <rp> and <datalist> are but hidden by a style of the browser. */
static inline bool
html_tag_stays_gone(const struct html_tag *tag)
{
	return (tag->traits & TAG_GONE) != 0 &&
	    (tag->mode != HTML_MODE_DATA || tag->is == NAME_TEMPLATE);
}

/* All there are. */
extern const struct html_tag html_tags[];

/* Below HTML_TAGS_MOST. */
static inline size_t
html_tag_number(const struct html_tag *tag)
{
	return (size_t)(tag - html_tags);
}

#endif
