/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_URLFIND_H
#define MAIL_URLFIND_H

/* A walk over a text, shared by the files that find links in it; it lives as
 * long as one call of urls_find. */

#include <stddef.h>

#include "base/str.h"
#include "mail/url.h"

struct urlfind {
	url_list *out;
	struct arena *arena;
	struct str text;
	size_t most;     /* of out */
	size_t defanged; /* links that nobody can follow */
	size_t from;     /* in text, behind what was taken last */
	size_t misses;   /* words with a slash that were no host */
	size_t beyond;   /* in text, up to where users were read */
	size_t beyond_misses; /* that led to no host */
	struct url read; /* what raw was read as, when a host was looked for */
};

/* Adds what was read of raw, a slice of the text; the link that was added may
 * be changed until the next is. */
struct url *urlfind_put(struct urlfind *f, const struct url *u,
    struct str raw);

#endif
