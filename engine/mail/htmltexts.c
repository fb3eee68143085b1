/* SPDX-License-Identifier: Apache-2.0 */
/* Where the texts of a page grow, and where they stay. */
#include "mail/htmltexts.h"

#include "mail/entity.h"

enum { BESIDE_MOST = 256 * 1024 }; /* bytes of a page */

/* Much text grows where it stays: fresh memory for it twice costs more than
 * what it leaves behind. */
static void
text_init(struct html_texts *t, struct lines *l, size_t bytes)
{
	size_t most = bytes * ENTITY_GROWTH + 64;

	if (bytes < BESIDE_MOST)
		buf_init(&l->text, most);
	else
		buf_init_arena(&l->text, t->arena, most);
}

/* Beside the arena, room for most pages at once: an eighth is text. */
static void
visible_init(struct html_texts *t, size_t bytes)
{
	text_init(t, &t->visible, bytes);
	if (t->visible.text.arena == NULL)
		buf_reserve(&t->visible.text, bytes / 8 + 64);
}

void
html_texts_init(struct html_texts *t, struct arena *a, size_t bytes)
{
	size_t most = bytes * ENTITY_GROWTH + 64;

	*t = (struct html_texts){ .arena = a };
	visible_init(t, bytes);
	text_init(t, &t->hidden, bytes);
	buf_init_arena(&t->title.text, a, most);
	buf_init_arena(&t->alts.text, a, most);
}

void
html_texts_empty(struct html_texts *t)
{
	lines_empty(&t->visible);
	lines_empty(&t->hidden);
	lines_empty(&t->title);
	lines_empty(&t->alts);
	html_quotes_empty(&t->quotes);
}

void
html_texts_add_alt(struct html_texts *t, struct str alt)
{
	if (alt.n == 0)
		return;
	lines_block(&t->alts);
	lines_add(&t->alts, alt);
	lines_block(&t->alts);
}

bool
html_texts_are_cut(const struct html_texts *t)
{
	return t->visible.text.is_full || t->hidden.text.is_full ||
	    t->alts.text.is_full;
}

struct str
html_texts_keep(struct html_texts *t, struct lines *l)
{
	struct str text = lines_done(l);

	if (l->text.arena != NULL)
		return text;
	text = str_copy(t->arena, text);
	buf_release(&l->text);
	return text;
}
