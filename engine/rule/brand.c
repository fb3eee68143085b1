/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Brands held against a message: where their names stand, whose address it
 * comes from, what its links make of them; and from that the facts for
 * conditions and the signs with their points.
 */
#include "rule/brand.h"

#include "mail/message.h"
#include "rule/brandlook.h"

struct suspect *
look_suspect(struct look *l, uint32_t brand)
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

struct place
look_place(const struct look *l, uint32_t id, const char *header)
{
	const struct fact *f = facts_get(l->facts, id);

	if (f->state == FACT_KNOWN && f->n != 0)
		return f->at[0].place;
	return (struct place){ .kind = PLACE_HEADER, .name = str_of(header) };
}

struct str
look_text(const struct look *l, uint32_t id)
{
	const struct fact *f = facts_get(l->facts, id);

	return f->state == FACT_KNOWN && f->n != 0 ? f->at[0].text : STR("");
}

static enum truth
truth_of(bool is)
{
	return is ? TRUTH_TRUE : TRUTH_FALSE;
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

	VEC_EACH(hit, &l->links.hits) {
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
	if (look_official(l, s->brand) != NULL)
		facts[BRAND_FORGED_FROM] = not_truth(s->authentic);
	facts[BRAND_LOOKALIKE] = truth_of(is_lookalike(l, s));
	facts[BRAND_NEVER_SENDS] = truth_of(s->from == REALM_NEVER_SENDS);
	facts[BRAND_HELO_FORGED] = look_helo(l, s);
	facts[BRAND_AUTHENTIC] = truth_of(s->authentic == TRUTH_TRUE &&
	    (s->from == REALM_OFFICIAL || s->from == REALM_VENDOR) &&
	    l->message->from.n == 1 &&
	    s->finding->brand->basis != BASIS_UNVERIFIED);
}

static void
judge(const struct look *l, struct suspect *s)
{
	s->from = look_realm(l, s->brand);
	if (l->message->from.n != 0)
		s->authentic = look_authentic(l, s->brand);
	s->foreign = brand_links_first_foreign(&l->links, s->brand);
	read_hits(l, s);
	set_facts(l, s);
	if (s->finding->facts[BRAND_AUTHENTIC] == TRUTH_TRUE)
		return;
	look_signs(l, s);
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
	VEC_EACH(from, &l->message->from)
		look_names(l, from->name, CLAIM_NAME,
		    look_place(l, FACT_FROM, "From"));
	for (uint32_t i = 0; i < l->index->brands.n; i++) {
		struct suspect *s = &l->suspects[i];

		if (s->finding == NULL || !s->in_name)
			continue;
		s->from = look_realm(l, i);
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
		.suspects = ARENA_MANY(ground->arena, struct suspect,
		    index->brands.n),
	};
	const struct link_hit *hit;

	if (index->brands.n == 0)
		return;
	l.is_report = is_report(ground->facts);
	doubt_report(&l);
	look_claims(&l);
	look_senders(&l);
	brand_links_read(&l.links, l.arena, index, l.message,
	    l.is_report);
	VEC_EACH(hit, &l.links.hits)
		look_suspect(&l, hit->brand);
	look_near(&l);
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
