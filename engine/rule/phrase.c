/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Phrases: text that may stand anywhere in a field.  Its pieces between
 * placeholders and masks are folded like the mail is.  A blank at the edge of
 * a piece is optional: folding drops it next to a Japanese character, and
 * nobody knows what stands in the gap.
 */
#include "rule/expand.h"

#include "base/vec.h"
#include "mail/fold.h"
#include "rule/refang.h"

struct phrase {
	struct expand e;
	struct str s;
	size_t piece;     /* where the piece of literal text begins */
	bool is_folded;
	bool has_begun;   /* something was added before */
};

static bool
is_blank_at(struct str s, size_t at, size_t *n)
{
	*n = 1;
	if (ascii_is_space(s.p[at]))
		return true;
	*n = 3;
	return str_starts(str_from(s, at), STR("\xe3\x80\x80"));
}

static struct str
skip_blanks(struct str s)
{
	size_t n;

	while (s.n > 0 && is_blank_at(s, 0, &n))
		s = str_from(s, n);
	return s;
}

static struct str
drop_blanks(struct str s)
{
	while (s.n > 0) {
		if (ascii_is_space(s.p[s.n - 1]))
			s.n--;
		else if (str_ends(s, STR("\xe3\x80\x80")))
			s.n -= 3;
		else
			break;
	}
	return s;
}

/* Adds the literal text up to at; more says that something follows. */
static void
flush(struct phrase *p, size_t at, bool more)
{
	struct str piece = str_sub(p->s, p->piece, at), inner;

	if (!p->is_folded) {
		expand_literal(&p->e, piece);
		p->has_begun = p->has_begun || piece.n != 0;
		return;
	}
	inner = skip_blanks(piece);
	if (inner.n != piece.n && p->has_begun)
		expand_regex(&p->e, " ?");
	piece = inner;
	inner = drop_blanks(inner);
	if (inner.n != 0)
		expand_literal(&p->e, fold(p->e.reader->arena, inner).text);
	if (inner.n != piece.n && more)
		expand_regex(&p->e, " ?");
	p->has_begun = p->has_begun || inner.n != 0;
}

/* A bullet: dropped at the edges, optional inside. */
static void
take_bullet(struct phrase *p, struct str bullet, bool is_last)
{
	if (!p->has_begun || is_last)
		return;
	expand_regex(&p->e, " ?(?:");
	buf_add_str(&p->e.regex, bullet);
	expand_regex(&p->e, ")? ?");
}

static bool
is_bullet(struct str mask)
{
	static const struct str bullets[] = {
		STR_INIT("●"), STR_INIT("○"), STR_INIT("◯"),
		STR_INIT("■"), STR_INIT("□"),
	};

	return str_is_any(mask, bullets, nitems(bullets));
}

/* The bytes taken at s[at]; 0: literal text. */
static size_t
take_mask(struct phrase *p, size_t at)
{
	size_t count, n = expand_mask_run(p->s, at, false, &count);
	struct str mask = str_sub(p->s, at, at + n);
	bool is_last = skip_blanks(str_from(p->s, at + n)).n == 0;

	if (n == 0 || (count == 1 && !is_bullet(mask)))
		return 0;
	flush(p, at, count > 1);
	if (count > 1)
		expand_wild(&p->e, ".{1,40}?");
	else
		take_bullet(p, mask, is_last);
	p->has_begun = p->has_begun || count > 1;
	return n;
}

static size_t
take_placeholder(struct phrase *p, size_t at)
{
	struct phrase before = *p;
	size_t n;

	if (p->s.p[at] != '<')
		return 0;
	/* The text before it comes first, if it is one. */
	flush(p, at, true);
	n = expand_placeholder(&p->e, p->s, at);
	if (n == 0)
		*p = before;
	else
		p->has_begun = true;
	return n;
}

static void
expand_phrase(struct phrase *p, bool has_masks)
{
	for (size_t at = 0; at < p->s.n;) {
		size_t n = take_placeholder(p, at);

		if (n == 0 && has_masks)
			n = take_mask(p, at);
		if (n != 0)
			p->piece = at + n;
		at += n != 0 ? n : 1;
	}
	flush(p, p->s.n, false);
}

bool
pattern_read_phrase(struct pattern_reader *r, struct str s, bool is_whole)
{
	struct phrase p = { .is_folded = r->field->kind != FIELD_SOURCE };
	bool is_open = !r->is_literal && expand_cut_tail(&s);

	if (!r->is_literal) {
		expand_note_wide(r, s);
		s = refang(r->arena, s);
	}
	expand_init(&p.e, r);
	p.s = s;
	if (is_whole)
		expand_regex(&p.e, "\\A");
	expand_phrase(&p, p.is_folded && !r->is_literal);
	if (is_whole && !is_open)
		expand_regex(&p.e, "\\z");
	r->out->form = p.is_folded ? FORM_FOLDED : FORM_PLAIN;
	r->out->is_whole = is_whole && !is_open;
	return expand_finish(&p.e);
}
