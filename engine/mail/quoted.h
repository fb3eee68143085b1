/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_QUOTED_H
#define MAIL_QUOTED_H

/*
 * What of a text is somebody else's, earlier: lines behind ">", all that
 * follows "-----Original Message-----" or the headings of a forwarded mail,
 * what a page has in <blockquote>.  Only marked, never taken away: a sender
 * can put anything there.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "base/vec.h"

struct arena;

struct quoted {
	uint32_t begin, end; /* bytes of the visible text */
};

typedef VEC(struct quoted) quoted_list;

/* Adds the pieces of text in their order; marked are those that a page has
 * marked, in order too. */
void quoted_find(quoted_list *out, struct arena *a, struct str text,
    const quoted_list *marked);

/* The pieces as one text, and what stands around them. */
struct str quoted_text(struct arena *a, struct str text,
    const quoted_list *quoted);
struct str quoted_rest(struct arena *a, struct str text,
    const quoted_list *quoted);

#endif
