/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHECK_NAMEBOOK_H
#define CHECK_NAMEBOOK_H

/*
 * What reputation must know of a name of DNS before it may keep anything
 * under it: its registrable domain, and why it must never be learnt of.
 * Senders and links name the same few again and again, so the last ones are
 * kept, as long as the packs they were judged by.
 */

#include "base/str.h"

struct namebook;
struct ruleset;

struct named {
	struct str site;      /* its registrable domain, or "" */
	unsigned never;       /* bits of enum reputation_never */
};

struct namebook *namebook_new(void);
void namebook_free(struct namebook *b);

/* Of a name in lower case.  b: of this ruleset, or NULL.  site: its
 * registrable domain, "" for whoever does not know it.  The site found is a
 * part of one of the two. */
struct named namebook_find(struct namebook *b, const struct ruleset *r,
    struct str host, struct str site);

#endif
