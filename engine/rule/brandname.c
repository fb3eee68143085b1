/* SPDX-License-Identifier: Apache-2.0 */
/* Where the names of brands stand in a message, and words nearly like them. */
#include <string.h>

#include "base/utf8.h"
#include "mail/fold.h"
#include "mail/message.h"
#include "rule/brandlook.h"
#include "rule/disguise.h"
#include "rule/folds.h"
#include "rule/matcher.h"

enum {
	TEXT_MOST = 256 * 1024,    /* bytes of a text that are read */
	LINE_MOST = 4 * 1024,
	SKELETON_MOST = 16 * 1024, /* of places that look odd */
	NEAR_URLS = 256            /* links whose hosts are looked at */
};

static void
add_claim(struct look *l, uint32_t brand, enum claim where, struct str found,
    struct place place)
{
	struct suspect *s = look_suspect(l, brand);
	struct evidence e = { .found = found, .place = place,
		.is_quoted = l->is_report && where != CLAIM_NAME };
	const struct evidence *old;

	VEC_EACH(old, &s->finding->claims)
		if (old->place.kind == place.kind &&
		    str_eq(old->place.name, place.name))
			return;
	*VEC_ADD(l->arena, &s->finding->claims) = e;
	if (e.is_quoted)
		return;
	s->in_subject |= where == CLAIM_SUBJECT;
	s->in_text |= where == CLAIM_TEXT;
	if (where == CLAIM_NAME && !s->in_name) {
		s->in_name = true;
		s->name = e;
	}
}

/* What names are looked for in, and where it stands. */
struct piece {
	struct str text;
	enum claim where;
	struct place place;
};

static void
scan_names(struct look *l, struct matcher *matcher, struct folded f,
    const struct piece *piece)
{
	match_list matches = { 0 };
	const struct match *m;

	if (f.text.n == 0 || matcher_size(matcher) == 0)
		return;
	matcher_scan(matcher, f.text, &matches, l->arena);
	VEC_EACH(m, &matches) {
		struct place at = piece->place;

		at.offset += f.from[m->begin];
		add_claim(l, l->index->name_brand.at[m->id], piece->where,
		    fold_source(&f, piece->text, m->begin, m->end), at);
	}
}

/* Goes through the addresses in a text. */
struct addresses {
	struct str text;
	size_t scheme, www; /* where the next of each begins */
	size_t begin, end;
};

static size_t
find_from(struct str text, size_t from, struct str what)
{
	return from + str_find_str(str_from(text, from), what);
}

static bool
address_next(struct addresses *a)
{
	struct str text = a->text;

	if (a->end == 0 || a->scheme < a->end)
		a->scheme = find_from(text, a->end, STR("://"));
	if (a->end == 0 || a->www < a->end)
		a->www = find_from(text, a->end, STR("www."));
	a->begin = a->scheme < a->www ? a->scheme : a->www;
	a->end = a->begin;
	while (a->end < text.n && text.p[a->end] > ' ' &&
	    text.p[a->end] < 0x7f)
		a->end++;
	return a->begin < text.n;
}

/*
 * The same folded text with bars over the addresses in it: what stands in a
 * link is no name, brandlink.c looks at it.
 */
static struct folded
without_addresses(struct arena *a, struct folded f, struct str text)
{
	struct addresses addresses = { .text = text };
	size_t i = 0;
	char *p;

	if (!address_next(&addresses))
		return f;
	p = arena_take_raw(a, f.text.n);
	memcpy(p, f.text.p, f.text.n);
	do {
		while (i < f.text.n && f.from[i] < addresses.begin)
			i++;
		while (i < f.text.n && f.from[i] < addresses.end)
			p[i++] = '|';
	} while (address_next(&addresses));
	f.text.p = p;
	return f;
}

/* The same in the text itself. */
static struct str
bar_addresses(struct arena *a, struct str text)
{
	struct addresses addresses = { .text = text };
	char *p;

	if (!address_next(&addresses))
		return text;
	p = arena_take_raw(a, text.n);
	memcpy(p, text.p, text.n);
	do
		memset(p + addresses.begin, '|',
		    addresses.end - addresses.begin);
	while (address_next(&addresses));
	return (struct str){ p, text.n };
}

/* The skeleton costs: it is made of the places that need it. */
static void
find_disguised(struct look *l, struct str text, enum claim where,
    struct place place)
{
	struct piece piece = { .where = where, .place = place };
	size_t at = 0, read = 0;

	while (read < SKELETON_MOST &&
	    disguise_next(text, &at, &piece.text)) {
		piece.place.offset = (uint32_t)(piece.text.p - text.p);
		scan_names(l, l->index->skeletons,
		    fold_skeleton(l->arena, piece.text), &piece);
		read += piece.text.n;
	}
}

void
look_names(struct look *l, struct str text, enum claim where,
    struct place place)
{
	struct str head = utf8_head(text, TEXT_MOST);
	struct piece piece = { text, where, place };
	struct folded folded;

	if (head.n == 0 || matcher_size(l->index->names) == 0)
		return;
	piece.place.offset = 0;
	folded = folds_get(l->folds, l->arena, head);
	scan_names(l, l->index->names,
	    without_addresses(l->arena, folded, head), &piece);
	piece.text = head = bar_addresses(l->arena, head);
	if (where == CLAIM_TEXT)
		find_disguised(l, head, where, piece.place);
	else
		scan_names(l, l->index->skeletons,
		    fold_skeleton(l->arena, utf8_head(head, LINE_MOST)),
		    &piece);
}

static void
look_subjects(struct look *l)
{
	const struct fact *f = facts_get(l->facts, FACT_SUBJECT);
	struct place place = look_place(l, FACT_SUBJECT, "Subject");
	const struct subject *subject;

	for (size_t i = 0; i < f->n; i++)
		look_names(l, f->at[i].text, CLAIM_SUBJECT,
		    f->at[i].place);
	if (f->n != 0)
		return;
	VEC_EACH(subject, &l->message->subjects)
		look_names(l, subject->text, CLAIM_SUBJECT, place);
}

void
look_claims(struct look *l)
{
	const struct message *m = l->message;
	const struct address *from;
	const struct text *text;

	VEC_EACH(from, &m->from)
		look_names(l, from->name, CLAIM_NAME,
		    look_place(l, FACT_FROM, "From"));
	look_subjects(l);
	VEC_EACH(text, &m->texts) {
		struct place place = { .kind = PLACE_PART };

		if (text->part < m->parts.n)
			place.name = m->parts.at[text->part].number;
		look_names(l, text->visible, CLAIM_TEXT, place);
	}
}

/* Words that are nearly a brand's: in links, senders, display names */

static void
try_near(struct look *l, struct str word, const struct evidence *e,
    uint32_t url)
{
	struct suspect *s;
	struct str meant;
	uint32_t brand;

	if (!near_find(&l->index->near, l->arena, word, &brand, &meant))
		return;
	s = look_suspect(l, brand);
	if (s->is_near)
		return;
	s->is_near = true;
	s->near = *e;
	s->near_url = url;
	s->meant = meant;
}

/* The letters and digits between other signs, each by itself. */
static void
near_words(struct look *l, struct str text, const struct evidence *e,
    uint32_t url)
{
	for (size_t at = 0; at < text.n; at++) {
		size_t begin = at;

		while (at < text.n && ascii_is_alnum(text.p[at]))
			at++;
		if (at > begin)
			try_near(l, str_sub(text, begin, at), e, url);
	}
}

void
look_near(struct look *l)
{
	const struct message *m = l->message;
	const struct address *from;

	for (uint32_t i = 0; i < m->urls.n && i < NEAR_URLS; i++)
		if (l->links.views[i].navigates &&
		    !l->links.views[i].is_quoted)
			near_words(l, m->urls.at[i].host,
			    &(struct evidence){ .found = m->urls.at[i].raw,
			        .place = { .kind = PLACE_URL, .index = i } },
			    i);
	VEC_EACH(from, &m->from) {
		struct evidence e = { .found = from->addr,
			.place = look_place(l, FACT_FROM, "From") };

		near_words(l, from->domain, &e, URL_NONE);
		e.found = from->name;
		near_words(l, fold(l->arena, utf8_head(from->name,
		    LINE_MOST)).text, &e, URL_NONE);
	}
}
