/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_HTMLTEXTS_H
#define MAIL_HTMLTEXTS_H

/*
 * The texts of a page while it is read: what is seen, what is hidden, the
 * title, and what stands in place of pictures.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "mail/htmlquotes.h"
#include "mail/lines.h"

struct arena;

struct html_texts {
	struct arena *arena;
	struct lines visible, hidden, title;
	struct lines alts; /* of pictures, to stand below the rest */
	struct html_quotes quotes; /* of visible */
	bool is_turned; /* some of visible was turned round */
};

/* For a page of so many bytes. */
void html_texts_init(struct html_texts *t, struct arena *a, size_t bytes);
void html_texts_empty(struct html_texts *t);

/* What clients show where they fetch no pictures.  It goes below the text, for
 * a picture between two letters must not part a word. */
void html_texts_add_alt(struct html_texts *t, struct str alt);

/* Some of it found no room. */
bool html_texts_are_cut(const struct html_texts *t);

/* What is seen or hidden, to stay when the page is over: once, for what has
 * grown beside the arena is given back. */
struct str html_texts_keep(struct html_texts *t, struct lines *l);

#endif
