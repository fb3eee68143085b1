/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_HTMLSTYLE_H
#define MAIL_HTMLSTYLE_H

/*
 * What a style attribute says about being seen.  Only what hides text is
 * read; colours are not.
 */

#include <stdbool.h>

#include "base/str.h"

enum style_seen { STYLE_UNSET, STYLE_HIDES, STYLE_SHOWS };

struct style {
	enum style_seen display;    /* no child can bring it back */
	enum style_seen visibility; /* these two a child can */
	enum style_seen size;
};

/* css has its character references undone. */
void style_read(struct style *out, struct str css);

/* What over says takes the place of what style says. */
void style_merge(struct style *style, const struct style *over);
bool style_is_empty(const struct style *style);

/* The next "url(...)" of css, without quotes; false when there is none. */
bool style_url(struct str *css, struct str *url);

#endif
