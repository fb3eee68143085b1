/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Brands held against a message: where their names stand, whose address it
 * comes from, what its links make of them; and from that the facts for
 * conditions and the signs with their points.
 */
#include "rule/brand.h"

#include <string.h>

#include "base/utf8.h"
#include "mail/auth.h"
#include "mail/fold.h"
#include "mail/message.h"
#include "rule/brandindex.h"
#include "rule/brandlink.h"
#include "rule/disguise.h"
#include "rule/folds.h"
#include "rule/matcher.h"

enum {
	POINTS_STRONG = 600, /* unless the brand says otherwise */
	POINTS_FORGED = 300,
	POINTS_UNSURE = 300,
	POINTS_HELO = 200,
	POINTS_HOST = 150,
	POINTS_HOST_DOMAIN = 300,
	POINTS_HOST_CLAIMED = 300,
	POINTS_PATH = 200,
	POINTS_LOOKALIKE = 300,
	TEXT_MOST = 256 * 1024,    /* bytes of a text that are read */
	LINE_MOST = 4 * 1024,
	SKELETON_MOST = 16 * 1024, /* of places that look odd */
	GENUINE_MOST = 32,
	NEAR_URLS = 256            /* links whose hosts are looked at */
};

const char *const brand_sign_names[SIGNS] = {
	[SIGN_NAME_AND_LINK] = "name_and_link",
	[SIGN_OFFICIAL_IN_FRONT] = "official_in_front",
	[SIGN_OFFICIAL_IN_PATH] = "official_in_path",
	[SIGN_SHOWN_OFFICIAL] = "shown_official",
	[SIGN_FORGED_FROM] = "forged_from",
	[SIGN_NEVER_SENDS] = "never_sends",
	[SIGN_HELO_FORGED] = "helo_forged",
	[SIGN_TOKEN_IN_HOST] = "token_in_host",
	[SIGN_TOKEN_IN_PATH] = "token_in_path",
	[SIGN_LOOKALIKE] = "lookalike",
};

/* What is known of one brand while a message is read. */
struct suspect {
	struct brand_finding *finding;
	uint32_t brand;
	struct evidence name;   /* of the display name */
	bool in_name;
	bool in_subject;
	bool in_text;
	enum realm from;        /* whose the From address is */
	enum truth authentic;   /* passing authentication, whoever sends */
	uint32_t foreign;       /* the first link that leaves, or URL_NONE */
	bool has_front;         /* an official name in front of a host */
	bool has_directory;
	struct evidence near;   /* of a word one letter off; its url, or
	                           URL_NONE */
	struct str meant;
	uint32_t near_url;
	bool is_near;
};

struct look {
	struct arena *arena;
	struct brand_index *index;
	const struct facts *facts;
	const struct message *message;
	struct folds *folds;
	bool is_report;
	struct brand_links links;
	struct suspect *suspects; /* one a brand; those without a finding
	                             have nothing to do with the message */
};

static struct suspect *
suspect_of(struct look *l, uint32_t brand)
{
	struct suspect *s = &l->suspects[brand];
	const struct brand_known *known = &l->index->brands.at[brand];

	if (s->finding != NULL)
		return s;
	s->finding = ARENA_ONE(l->arena, struct brand_finding);
	s->finding->brand = known->brand;
	s->finding->pack = known->pack;
	s->brand = brand;
	s->from = REALM_FOREIGN;
	s->authentic = TRUTH_FALSE;
	s->foreign = URL_NONE;
	return s;
}

/* Names */

enum claim { CLAIM_NAME, CLAIM_SUBJECT, CLAIM_TEXT };

static void
add_claim(struct look *l, uint32_t brand, enum claim where, struct str found,
    struct place place)
{
	struct suspect *s = suspect_of(l, brand);
	struct evidence e = { .found = found, .place = place,
		.is_quoted = l->is_report && where != CLAIM_NAME };
	const struct evidence *old;

	VEC_EACH (old, &s->finding->claims)
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

static void
scan_names(struct look *l, struct matcher *matcher, struct folded f,
    struct str text, enum claim where, struct place place)
{
	match_list matches = { 0 };
	const struct match *m;

	if (f.text.n == 0 || matcher_size(matcher) == 0)
		return;
	matcher_scan(matcher, f.text, &matches, l->arena);
	VEC_EACH (m, &matches) {
		struct place at = place;

		at.offset += f.from[m->begin];
		add_claim(l, l->index->name_brand.at[m->id], where,
		    fold_source(&f, text, m->begin, m->end), at);
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
	struct str piece;
	size_t at = 0, read = 0;

	while (read < SKELETON_MOST && disguise_next(text, &at, &piece)) {
		struct place there = place;

		there.offset = (uint32_t)(piece.p - text.p);
		scan_names(l, l->index->skeletons,
		    fold_skeleton(l->arena, piece), piece, where, there);
		read += piece.n;
	}
}

static void
find_names(struct look *l, struct str text, enum claim where,
    struct place place)
{
	struct str head = utf8_head(text, TEXT_MOST);
	struct folded folded;

	if (head.n == 0 || matcher_size(l->index->names) == 0)
		return;
	place.offset = 0;
	folded = folds_get(l->folds, l->arena, head);
	scan_names(l, l->index->names,
	    without_addresses(l->arena, folded, head), text, where, place);
	head = bar_addresses(l->arena, head);
	if (where == CLAIM_TEXT)
		find_disguised(l, head, where, place);
	else
		scan_names(l, l->index->skeletons,
		    fold_skeleton(l->arena, utf8_head(head, LINE_MOST)),
		    head, where, place);
}

static struct place
place_of_fact(const struct look *l, uint32_t id, const char *header)
{
	const struct fact *f = facts_get(l->facts, id);

	if (f->state == FACT_KNOWN && f->n != 0)
		return f->at[0].place;
	return (struct place){ .kind = PLACE_HEADER, .name = str_of(header) };
}

static struct str
subject_of(const struct look *l)
{
	const struct fact *f = facts_get(l->facts, FACT_SUBJECT);

	if (f->state == FACT_KNOWN && f->n != 0)
		return f->at[0].text;
	return l->message->subject;
}

static void
find_claims(struct look *l)
{
	const struct message *m = l->message;
	const struct address *from;
	const struct text *text;

	VEC_EACH (from, &m->from)
		find_names(l, from->name, CLAIM_NAME,
		    place_of_fact(l, FACT_FROM, "From"));
	find_names(l, subject_of(l), CLAIM_SUBJECT,
	    place_of_fact(l, FACT_SUBJECT, "Subject"));
	VEC_EACH (text, &m->texts) {
		struct place place = { .kind = PLACE_PART };

		if (text->part < m->parts.n)
			place.name = m->parts.at[text->part].number;
		find_names(l, text->visible, CLAIM_TEXT, place);
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
	s = suspect_of(l, brand);
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

static void
find_near(struct look *l)
{
	const struct message *m = l->message;
	const struct address *from;

	for (uint32_t i = 0; i < m->urls.n && i < NEAR_URLS; i++)
		if (l->links.views[i].navigates &&
		    !l->links.views[i].is_quoted)
			near_words(l, m->urls.at[i].host,
			    &(struct evidence){ .found = m->urls.at[i].raw,
			        .place = { .kind = PLACE_URL, .index = i,
			        .offset = m->urls.at[i].offset } }, i);
	VEC_EACH (from, &m->from) {
		struct evidence e = { .found = from->addr,
			.place = place_of_fact(l, FACT_FROM, "From") };

		near_words(l, from->domain, &e, URL_NONE);
		e.found = from->name;
		near_words(l, fold(l->arena, utf8_head(from->name,
		    LINE_MOST)).text, &e, URL_NONE);
	}
}

/* Sender */

static enum auth_result
auth_result(const struct look *l, uint32_t id)
{
	const struct fact *f = facts_get(l->facts, id);
	enum auth_result result;

	if (f->state == FACT_ABSENT)
		return AUTH_NONE;
	if (f->state != FACT_KNOWN || f->n == 0 ||
	    !auth_result_of(f->at[0].text, &result) ||
	    result == AUTH_TEMPERROR)
		return AUTH_UNKNOWN;
	return result;
}

/* The part of an address behind "@", or all of a domain. */
static struct str
domain_part(struct str s)
{
	size_t at = str_find_last(s, '@');

	return at == s.n ? s : str_from(s, at + 1);
}

static bool
is_aligned(struct str passed, struct str from)
{
	struct str own = host_registrable(from);

	passed = domain_part(passed);
	return own.n != 0 && str_case_eq(host_registrable(passed), own);
}

/*
 * SPF and DKIM both pass: enough, where one of them speaks for the domain in
 * From or nobody said for which domain they passed.
 */
static bool
passes_aligned(const struct message *m, struct str from)
{
	struct str spf = m->auth.domain[AUTH_SPF];
	struct str dkim = m->auth.domain[AUTH_DKIM];

	if (spf.n == 0 && m->has_mail_from)
		spf = m->mail_from;
	if (dkim.n == 0)
		return true;
	return is_aligned(spf, from) || is_aligned(dkim, from);
}

/* Is the domain in From what it says?  Undecided: nobody looked. */
static enum truth
authenticated(const struct look *l, struct str from)
{
	enum auth_result spf = auth_result(l, FACT_AUTH_SPF);
	enum auth_result dkim = auth_result(l, FACT_AUTH_DKIM);
	enum auth_result dmarc = auth_result(l, FACT_AUTH_DMARC);
	bool spf_is_bad = spf != AUTH_PASS && spf != AUTH_UNKNOWN;
	bool dkim_is_bad = dkim != AUTH_PASS && dkim != AUTH_UNKNOWN;

	if (dmarc == AUTH_PASS)
		return TRUTH_TRUE;
	if (dmarc == AUTH_FAIL)
		return TRUTH_FALSE;
	if (spf == AUTH_PASS && dkim == AUTH_PASS)
		return passes_aligned(l->message, from)
		    ? TRUTH_TRUE : TRUTH_FALSE;
	if (dmarc == AUTH_UNKNOWN)
		return spf_is_bad && dkim_is_bad
		    ? TRUTH_FALSE : TRUTH_UNDECIDED;
	return spf_is_bad || dkim_is_bad ? TRUTH_FALSE : TRUTH_UNDECIDED;
}

static bool
is_vendor_address(const struct brand *b, struct str addr)
{
	const struct vendor *v;

	VEC_EACH (v, &b->vendors)
		if (v->from.n != 0 && str_case_eq(v->from, addr))
			return true;
	return false;
}

/* Whose the From field is.  Of several mailboxes the strangest counts. */
static enum realm
sender_realm(const struct look *l, uint32_t brand)
{
	const struct brand *b = l->index->brands.at[brand].brand;
	const struct address *from;
	enum realm all = REALM_CUSTOMER;

	VEC_EACH (from, &l->message->from) {
		enum realm realm = brand_index_realm(l->index, brand,
		    from->domain, STR(""));

		if (realm == REALM_FOREIGN && is_vendor_address(b,
		    from->addr))
			realm = REALM_VENDOR;
		if (realm > all)
			all = realm;
	}
	return l->message->from.n == 0 ? REALM_FOREIGN : all;
}

/* Brands that a host belongs to have to do with the message. */
static void
touch_host(struct look *l, struct str host)
{
	struct str name = { NULL, 0 };

	while (brand_index_up(host, &name)) {
		const struct brand_domain *d = brand_index_domain(l->index,
		    name);

		for (; d != NULL; d = brand_index_next(l->index, d))
			if (d->realm != REALM_RELATED &&
			    (!d->is_exact || name.n == host.n))
				suspect_of(l, d->brand);
	}
}

static void
touch_vendors(struct look *l, struct str addr)
{
	for (uint32_t i = 0; i < l->index->brands.n; i++)
		if (is_vendor_address(l->index->brands.at[i].brand, addr))
			suspect_of(l, i);
}

static struct str
known_text(const struct look *l, uint32_t id)
{
	const struct fact *f = facts_get(l->facts, id);

	return f->state == FACT_KNOWN && f->n != 0 ? f->at[0].text : STR("");
}

static void
find_senders(struct look *l)
{
	const struct address *from;

	VEC_EACH (from, &l->message->from) {
		touch_host(l, from->domain);
		touch_vendors(l, from->addr);
	}
	touch_host(l, str_lower(l->arena, known_text(l, FACT_HELO)));
}

/* Facts */

static enum truth
truth_of(bool is)
{
	return is ? TRUTH_TRUE : TRUTH_FALSE;
}

static enum truth
helo_forged(const struct look *l, const struct suspect *s)
{
	struct str helo = str_lower(l->arena, known_text(l, FACT_HELO));
	const struct fact *rdns = facts_get(l->facts, FACT_RDNS);

	if (brand_index_realm(l->index, s->brand, helo, STR("")) !=
	    REALM_OFFICIAL)
		return TRUTH_FALSE;
	if (rdns->state == FACT_ABSENT)
		return TRUTH_TRUE;
	if (rdns->state != FACT_KNOWN || rdns->n == 0)
		return TRUTH_UNDECIDED;
	return truth_of(brand_index_realm(l->index, s->brand,
	    str_lower(l->arena, rdns->at[0].text), STR("")) !=
	    REALM_OFFICIAL);
}

static enum truth
not_truth(enum truth t)
{
	return t == TRUTH_TRUE ? TRUTH_FALSE :
	    t == TRUTH_FALSE ? TRUTH_TRUE : TRUTH_UNDECIDED;
}

/* What links to foreign places are made of. */
static void
read_hits(const struct look *l, struct suspect *s)
{
	const struct link_hit *hit;

	VEC_EACH (hit, &l->links.hits) {
		if (hit->brand != s->brand ||
		    hit->kind == SIGN_SHOWN_OFFICIAL ||
		    !brand_links_foreign(&l->links, s->brand, hit->url))
			continue;
		s->finding->facts[BRAND_IN_URL] = TRUTH_TRUE;
		s->has_front |= hit->kind == SIGN_OFFICIAL_IN_FRONT;
		s->has_directory |= hit->kind == SIGN_OFFICIAL_IN_PATH;
	}
}

/* A link to the brand itself, or its own sender, is none. */
static bool
is_lookalike(const struct look *l, const struct suspect *s)
{
	if (!s->is_near)
		return false;
	return s->near_url != URL_NONE
	    ? brand_links_foreign(&l->links, s->brand, s->near_url)
	    : s->from == REALM_FOREIGN;
}

static void
set_facts(const struct look *l, struct suspect *s)
{
	enum truth *facts = s->finding->facts;
	bool is_claimed = s->in_name || s->in_subject || s->in_text;

	facts[BRAND_CLAIMED] = truth_of(is_claimed);
	facts[BRAND_OFFSITE_LINK] =
	    truth_of(is_claimed && s->foreign != URL_NONE);
	if (s->from == REALM_OFFICIAL)
		facts[BRAND_FORGED_FROM] = not_truth(s->authentic);
	facts[BRAND_LOOKALIKE] = truth_of(is_lookalike(l, s));
	facts[BRAND_NEVER_SENDS] = truth_of(s->from == REALM_NEVER_SENDS);
	facts[BRAND_HELO_FORGED] = helo_forged(l, s);
	facts[BRAND_AUTHENTIC] = truth_of(s->authentic == TRUTH_TRUE &&
	    (s->from == REALM_OFFICIAL || s->from == REALM_VENDOR) &&
	    l->message->from.n == 1 &&
	    s->finding->brand->basis != BASIS_UNVERIFIED);
}

/* Signs */

static int32_t
strong(const struct suspect *s)
{
	int32_t points = s->finding->brand->points;

	return points > 0 ? points : POINTS_STRONG;
}

/* Of each kind only the best counts: one link shown thrice is one sign. */
static void
add_sign(const struct look *l, struct suspect *s, enum brand_sign_kind kind,
    int32_t points, struct evidence evidence, struct str detail)
{
	struct brand_sign *sign;

	if (points <= 0)
		return;
	VEC_EACH (sign, &s->finding->signs)
		if (sign->kind == kind)
			break;
	if (sign == NULL || sign == s->finding->signs.at +
	    s->finding->signs.n)
		sign = VEC_ADD(l->arena, &s->finding->signs);
	else if (sign->points >= points)
		return;
	*sign = (struct brand_sign){ kind, points, evidence, detail };
}

static struct evidence
evidence_of_url(const struct look *l, uint32_t i)
{
	return (struct evidence){
		.found = l->message->urls.at[i].raw,
		.place = { .kind = PLACE_URL, .index = i,
		    .offset = l->message->urls.at[i].offset },
	};
}

static struct evidence
evidence_of_fact(const struct look *l, uint32_t id, const char *header)
{
	struct evidence e = { .found = known_text(l, id),
		.place = place_of_fact(l, id, header) };

	if (e.found.n == 0 && l->message->from.n != 0)
		e.found = l->message->from.at[0].addr;
	return e;
}

/* The whole display name that the brand's stands in. */
static struct evidence
evidence_of_name(const struct look *l, const struct suspect *s)
{
	struct evidence e = s->name;
	const struct address *from;

	VEC_EACH (from, &l->message->from)
		if (e.found.p >= from->name.p &&
		    e.found.p < from->name.p + from->name.n)
			e.found = from->name;
	return e;
}

static bool
is_foreign_sender(const struct suspect *s)
{
	if (s->from == REALM_VENDOR)
		return s->authentic == TRUTH_FALSE;
	return s->from == REALM_FOREIGN || s->from == REALM_RELATED;
}

static bool
is_senders_own(const struct look *l, const struct url *u)
{
	const struct address *from;

	VEC_EACH (from, &l->message->from)
		if (u->registrable.n != 0 && str_eq(u->registrable,
		    host_registrable(from->domain)))
			return true;
	return false;
}

/*
 * A mailing list puts its own address into From and keeps who wrote in the
 * display name: "'Example' via Users".  Only one whose List-Id lies in the
 * domain of From, since anyone may write such a field.
 */
static bool
is_list_via(const struct look *l)
{
	const struct header *h = headers_find(&l->message->headers, "List-Id");
	const struct address *from = l->message->from.at;
	struct str own, id;
	size_t at;

	if (h == NULL || l->message->from.n != 1 ||
	    str_case_find_str(from->name, STR(" via ")) >= from->name.n)
		return false;
	own = host_registrable(from->domain);
	id = str_from(h->value, str_find_last(h->value, '<'));
	str_skip(&id, STR("<"));
	at = str_find(id, '>');
	id = host_registrable(str_lower(l->arena, str_head(id, at)));
	return own.n != 0 && str_case_eq(own, id);
}

/* Does a link leave that does not go to where the sender is at home? */
static bool
leaves_sender(const struct look *l, const struct suspect *s)
{
	for (uint32_t i = 0; i < l->message->urls.n; i++)
		if (brand_links_foreign(&l->links, s->brand, i) &&
		    !is_senders_own(l, &l->message->urls.at[i]))
			return true;
	return false;
}

static int32_t
name_points(const struct look *l, const struct suspect *s)
{
	if (!is_list_via(l))
		return strong(s);
	return leaves_sender(l, s) ? POINTS_UNSURE : 0;
}

static void
sign_sender(const struct look *l, struct suspect *s)
{
	const enum truth *facts = s->finding->facts;
	bool leaves = s->foreign != URL_NONE;
	struct str goes = leaves
	    ? l->message->urls.at[s->foreign].host : STR("");

	if (s->in_name && l->message->from.n != 0 && is_foreign_sender(s) &&
	    leaves)
		add_sign(l, s, SIGN_NAME_AND_LINK, name_points(l, s),
		    evidence_of_name(l, s),
		    str_cat(l->arena, l->message->from.at[0].addr,
		        STR(" | "), goes));
	if (facts[BRAND_FORGED_FROM] == TRUTH_TRUE)
		add_sign(l, s, SIGN_FORGED_FROM,
		    leaves ? strong(s) : POINTS_FORGED,
		    evidence_of_fact(l, FACT_FROM, "From"), goes);
	if (facts[BRAND_NEVER_SENDS] == TRUTH_TRUE)
		add_sign(l, s, SIGN_NEVER_SENDS,
		    leaves || facts[BRAND_CLAIMED] == TRUTH_TRUE
		        ? strong(s) : POINTS_FORGED,
		    evidence_of_fact(l, FACT_FROM, "From"),
		    l->message->from.at[0].domain);
	if (facts[BRAND_HELO_FORGED] == TRUTH_TRUE)
		add_sign(l, s, SIGN_HELO_FORGED, POINTS_HELO,
		    evidence_of_fact(l, FACT_HELO, "Received"),
		    known_text(l, FACT_RDNS));
}

/* Ordinary words are a letter away from a brand's too: only where the message
 * speaks of the brand by its right name, and leads away from it. */
static void
sign_lookalike(const struct look *l, struct suspect *s)
{
	const enum truth *facts = s->finding->facts;

	if (facts[BRAND_LOOKALIKE] == TRUTH_TRUE &&
	    facts[BRAND_OFFSITE_LINK] == TRUTH_TRUE)
		add_sign(l, s, SIGN_LOOKALIKE, POINTS_LOOKALIKE, s->near,
		    s->meant);
}

/* A token in a link tells nothing new beside the whole official name. */
static bool
is_told_better(const struct suspect *s, enum brand_sign_kind kind)
{
	return (kind == SIGN_TOKEN_IN_HOST && s->has_front) ||
	    (kind == SIGN_TOKEN_IN_PATH && s->has_directory);
}

static int32_t
link_points(const struct look *l, const struct suspect *s,
    const struct link_hit *hit)
{
	const struct url *u = &l->message->urls.at[hit->url];
	bool is_claimed = s->finding->facts[BRAND_CLAIMED] == TRUTH_TRUE;

	if (hit->kind == SIGN_SHOWN_OFFICIAL)
		return hit->is_unsure ? POINTS_UNSURE : strong(s);
	if (!brand_links_foreign(&l->links, s->brand, hit->url) ||
	    is_told_better(s, hit->kind))
		return 0;
	if (hit->kind == SIGN_TOKEN_IN_HOST && hit->is_strong)
		return is_claimed ? POINTS_HOST_DOMAIN + POINTS_HOST
		    : POINTS_HOST_DOMAIN;
	if (hit->kind == SIGN_TOKEN_IN_HOST)
		return is_claimed ? POINTS_HOST_CLAIMED : POINTS_HOST;
	if (hit->kind == SIGN_TOKEN_IN_PATH)
		return is_claimed && !is_senders_own(l, u) ? POINTS_PATH : 0;
	return strong(s);
}

static void
sign_links(const struct look *l, struct suspect *s)
{
	const struct link_hit *hit;

	VEC_EACH (hit, &l->links.hits)
		if (hit->brand == s->brand)
			add_sign(l, s, hit->kind, link_points(l, s, hit),
			    evidence_of_url(l, hit->url), hit->detail);
}

/* Genuine links in a message that is not genuine: camouflage. */
static void
find_genuine(const struct look *l, struct suspect *s)
{
	evidence_list *genuine = &s->finding->genuine;

	for (uint32_t i = 0; i < l->message->urls.n &&
	    genuine->n < GENUINE_MOST; i++) {
		const struct url *u = &l->message->urls.at[i];
		enum realm realm = brand_index_realm(l->index, s->brand,
		    u->host, u->path);

		if (l->links.views[i].navigates && u->source != URL_NESTED &&
		    (realm == REALM_OFFICIAL || realm == REALM_RELATED))
			*VEC_ADD(l->arena, genuine) = evidence_of_url(l, i);
	}
}

static void
judge(const struct look *l, struct suspect *s)
{
	s->from = sender_realm(l, s->brand);
	if (l->message->from.n != 0)
		s->authentic = authenticated(l, l->message->from.at[0].domain);
	s->foreign = brand_links_first_foreign(&l->links, s->brand);
	read_hits(l, s);
	set_facts(l, s);
	if (s->finding->facts[BRAND_AUTHENTIC] == TRUTH_TRUE)
		return;
	sign_sender(l, s);
	sign_links(l, s);
	sign_lookalike(l, s);
	find_genuine(l, s);
}

static bool
is_report(const struct facts *facts)
{
	const struct fact *f = facts_get(facts, FACT_REPORT);

	return f->state == FACT_KNOWN && f->n != 0 && f->at[0].number != 0;
}

/* Who writes about a brand does not call himself by its name. */
static void
doubt_report(struct look *l)
{
	const struct address *from;

	if (!l->is_report)
		return;
	VEC_EACH (from, &l->message->from)
		find_names(l, from->name, CLAIM_NAME,
		    place_of_fact(l, FACT_FROM, "From"));
	for (uint32_t i = 0; i < l->index->brands.n; i++) {
		struct suspect *s = &l->suspects[i];

		if (s->finding == NULL || !s->in_name)
			continue;
		s->from = sender_realm(l, i);
		if (s->from == REALM_FOREIGN)
			l->is_report = false;
	}
}

void
brand_index_match(brand_findings *out, struct brand_index *index,
    const struct brand_ground *ground)
{
	struct look l = {
		.arena = ground->arena, .index = index,
		.facts = ground->facts, .message = ground->message,
		.folds = ground->folds,
		.is_report = is_report(ground->facts),
		.suspects = ARENA_MANY(ground->arena, struct suspect,
		    index->brands.n),
	};
	const struct link_hit *hit;

	doubt_report(&l);
	find_claims(&l);
	find_senders(&l);
	brand_links_read(&l.links, l.arena, index, l.message,
	    l.is_report);
	VEC_EACH (hit, &l.links.hits)
		suspect_of(&l, hit->brand);
	find_near(&l);
	for (uint32_t i = 0; i < index->brands.n; i++) {
		if (l.suspects[i].finding == NULL)
			continue;
		judge(&l, &l.suspects[i]);
		*VEC_ADD(l.arena, out) = l.suspects[i].finding;
	}
}

const struct brand_finding *
brand_index_finding(const brand_findings *findings, const struct brand *brand)
{
	for (size_t i = 0; i < findings->n; i++)
		if (findings->at[i]->brand == brand)
			return findings->at[i];
	return NULL;
}
