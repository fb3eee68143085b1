/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_HTMLINLINE_H
#define MAIL_HTMLINLINE_H

/*
 * Style attributes that were read before: pages say the same of every cell.
 * What falls on the place of another is read anew, so nothing here decides
 * more than how long reading takes.
 */

#include <stdbool.h>

#include "base/str.h"
#include "mail/htmlstyle.h"

struct arena;
struct html_token;

enum { HTML_INLINES = 128 }; /* a power of two */

struct html_inline {
	struct str css;     /* as it stands in the last tag */
	struct style style; /* once it is read */
	bool is_read;
	bool may_link;      /* a "url(...)" may be in it */
};

struct html_inlines {
	struct html_inline at[HTML_INLINES];
};

void html_inlines_init(struct html_inlines *all);

/* That of the tag's style attribute, which it has.  Valid until the next
 * call. */
struct html_inline *html_inline_of(struct html_inlines *all,
    const struct html_token *token);

const struct style *html_inline_style(struct html_inline *one,
    struct arena *a, const struct html_token *token);

#endif
