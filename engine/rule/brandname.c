/* SPDX-License-Identifier: Apache-2.0 */
/* Where the names of brands stand in a message, and words nearly like them. */
#include <string.h>

#include "base/utf8.h"
#include "mail/fold.h"
#include "mail/idna.h"
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

/* A place where words are looked at; a link's, or URL_NONE. */
struct near_place {
	struct evidence evidence;
	uint32_t url;
	bool is_name;
	bool is_part;      /* of a longer word: near is not enough */
};

static void
try_near(struct look *l, struct str word, const struct near_place *place)
{
	struct suspect *s;
	struct near_hit hit;

	if (!near_find(&l->index->near, l->arena, word, &hit) ||
	    (place->is_part && !hit.is_alike))
		return;
	s = look_suspect(l, hit.brand);
	s->is_name_alike |= hit.is_alike && place->is_name;
	if (s->is_near)
		return;
	s->is_near = true;
	s->near = place->evidence;
	s->near_url = place->url;
	s->meant = hit.meant;
}

static bool
is_gap(struct str text, size_t at)
{
	return at + 1 < text.n && (text.p[at] == '-' || text.p[at] == ' ') &&
	    ascii_is_alnum(text.p[at + 1]);
}

/*
 * The letters and digits between other signs, each run by itself, and what
 * only single dashes or blanks part: two of them, and all ("my-bank").
 */
static void
near_words(struct look *l, struct str text, const struct near_place *place)
{
	size_t at = 0, first = 0, last = 0;

	while (at < text.n) {
		size_t begin = at;

		while (at < text.n && ascii_is_alnum(text.p[at]))
			at++;
		if (at > begin)
			try_near(l, str_sub(text, begin, at), place);
		if (begin > first)
			try_near(l, str_sub(text, last, at), place);
		if (last > first)
			try_near(l, str_sub(text, first, at), place);
		last = begin;
		if (at == begin || !is_gap(text, at))
			first = last = at + 1;
		at++;
	}
}

/* One script of several: "アマゾソ" of "アマゾソ株式会社". */
static void
near_scripts(struct look *l, struct str word, struct near_place place)
{
	enum near_script script = NEAR_NONE;
	size_t begin = 0, at = 0;

	place.is_part = true;
	while (at < word.n) {
		size_t before = at;
		enum near_script next = near_script_of(utf8_next(word, &at));

		if (next == script)
			continue;
		if (before > begin && script != NEAR_KANJI)
			try_near(l, str_sub(word, begin, before), &place);
		begin = before;
		script = next;
	}
	if (begin > 0 && script != NEAR_KANJI)
		try_near(l, str_from(word, begin), &place);
}

static size_t
letters_end(struct str text, size_t at)
{
	while (at < text.n) {
		size_t next = at;

		if (near_script_of(utf8_next(text, &next)) == NEAR_NONE)
			break;
		at = next;
	}
	return at;
}

/* Runs of letters of any script. */
static void
near_letters(struct look *l, struct str text, const struct near_place *place)
{
	size_t at = 0;

	while (at < text.n) {
		size_t end = letters_end(text, at);

		if (end == at) {
			utf8_next(text, &at);
			continue;
		}
		try_near(l, str_sub(text, at, end), place);
		near_scripts(l, str_sub(text, at, end), *place);
		at = end;
	}
}

/* Up to a blank, an ASCII or an ideographic one. */
static struct str
next_word(struct str *rest)
{
	static const struct str wide = STR_INIT("\xe3\x80\x80");
	size_t blank = str_find(*rest, ' '), end = str_find_str(*rest, wide);
	struct str word = str_head(*rest, blank < end ? blank : end);

	*rest = blank < end ? str_from(*rest, blank + 1)
	    : str_from(*rest, end + wide.n);
	return word;
}

/* Where not all of it is ASCII the words are taken apart before they are
 * folded, which drops blanks next to Japanese. */
static void
near_name(struct look *l, struct str name, const struct near_place *place)
{
	name = utf8_head(name, LINE_MOST);
	if (utf8_is_ascii(name)) {
		near_words(l, fold(l->arena, name).text, place);
		return;
	}
	while (name.n != 0)
		near_letters(l, fold(l->arena, next_word(&name)).text, place);
}

static void
near_domain(struct look *l, struct str domain, const struct near_place *place)
{
	struct str shown = domain;

	if (str_case_find_str(domain, STR("xn--")) < domain.n)
		shown = idna_shown(l->arena, str_lower(l->arena, domain));
	if (utf8_is_ascii(shown))
		near_words(l, shown, place);
	else if (utf8_is_valid(shown))
		near_letters(l, fold(l->arena, shown).text, place);
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
			    &(struct near_place){ .url = i, .evidence = {
			        .found = m->urls.at[i].raw,
			        .place = { .kind = PLACE_URL, .index = i } } });
	VEC_EACH(from, &m->from) {
		struct near_place place = { .url = URL_NONE, .evidence = {
			.found = from->addr,
			.place = look_place(l, FACT_FROM, "From") } };

		near_domain(l, from->domain, &place);
		place.evidence.found = from->name;
		place.is_name = true;
		near_name(l, from->name, &place);
	}
}
