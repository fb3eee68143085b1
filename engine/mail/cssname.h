/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_CSSNAME_H
#define MAIL_CSSNAME_H

/*
 * Names with escapes: ".sm\:hidden" is of the class "sm:hidden".  A sign that
 * is escaped must not be taken for one that parts names, so it is kept in two
 * bytes that no text has (the overlong form of UTF-8) until names are compared.
 */

#include <stdbool.h>

#include "base/str.h"

struct arena;

/* Of two signs without a blank between them: would they be of one name? */
static inline bool
css_name_goes_on(char before, char after)
{
	return (ascii_is_alnum(before) || before == '-' || before == '_' ||
	    before == '#' || (unsigned char)before >= 0x80) &&
	    (ascii_is_alnum(after) || after == '-' || after == '_' ||
	    after == '\\' || (unsigned char)after >= 0x80);
}

/* Selectors without escapes, but for what stands in brackets or strings. */
struct str css_name_keep(struct arena *a, struct str selectors);

/* The name as it stands in a page; most have no sign that was escaped. */
struct str css_name_plain_slowly(struct arena *a, struct str kept);

static inline struct str
css_name_plain(struct arena *a, struct str kept)
{
	for (size_t i = 0; i < kept.n; i++)
		if (((unsigned char)kept.p[i] & 0xfe) == 0xc0)
			return css_name_plain_slowly(a, kept);
	return kept;
}

/* Are they the same, which they are not byte by byte? */
bool css_name_is_slowly(struct str kept, struct str plain);

/* Is that the name of a page? */
static inline bool
css_name_is(struct str kept, struct str plain)
{
	return str_eq(kept, plain) ||
	    (kept.n > plain.n && css_name_is_slowly(kept, plain));
}

/* The same, in any case. */
bool css_name_case_is(struct str kept, struct str plain);

#endif
