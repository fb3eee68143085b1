/* SPDX-License-Identifier: Apache-2.0 */
/* What speaks against a brand's mail, with points. */
#include "mail/message.h"
#include "rule/brandlook.h"

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
	GENUINE_MOST = 32
};

static int32_t
strong(const struct suspect *s)
{
	int32_t points = s->finding->brand->points;

	return points > 0 ? points : POINTS_STRONG;
}

/* Of each kind only the best counts: one link shown thrice is one sign. */
static void
add_sign(const struct look *l, struct suspect *s, struct brand_sign seen)
{
	struct brand_sign *sign;

	if (seen.points <= 0)
		return;
	VEC_EACH(sign, &s->finding->signs)
		if (sign->kind == seen.kind)
			break;
	if (sign == NULL || sign == s->finding->signs.at +
	    s->finding->signs.n)
		sign = VEC_ADD(l->arena, &s->finding->signs);
	else if (sign->points >= seen.points)
		return;
	*sign = seen;
}

static struct evidence
evidence_of_url(const struct look *l, uint32_t i)
{
	return (struct evidence){
		.found = l->message->urls.at[i].raw,
		.place = { .kind = PLACE_URL, .index = i },
	};
}

static struct evidence
evidence_of_fact(const struct look *l, uint32_t id, const char *header)
{
	struct evidence e = { .found = look_text(l, id),
		.place = look_place(l, id, header) };

	if (e.found.n == 0 && l->message->from.n != 0)
		e.found = l->message->from.at[0].addr;
	return e;
}

/* Of several mailboxes the one that is the brand's. */
static struct evidence
evidence_of_forged(const struct look *l, const struct suspect *s)
{
	struct evidence e = evidence_of_fact(l, FACT_FROM, "From");

	e.found = look_official(l, s->brand)->addr;
	return e;
}

/* The whole display name that the brand's stands in. */
static struct evidence
evidence_of_name(const struct look *l, const struct suspect *s)
{
	struct evidence e = s->name;
	const struct address *from;

	VEC_EACH(from, &l->message->from)
		if (from->name.n != 0 && e.found.p >= from->name.p &&
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

	VEC_EACH(from, &l->message->from)
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
		add_sign(l, s, (struct brand_sign){ SIGN_NAME_AND_LINK,
		    name_points(l, s), evidence_of_name(l, s),
		    str_cat(l->arena, l->message->from.at[0].addr,
		        STR(" | "), goes) });
	if (facts[BRAND_FORGED_FROM] == TRUTH_TRUE)
		add_sign(l, s, (struct brand_sign){ SIGN_FORGED_FROM,
		    leaves ? strong(s) : POINTS_FORGED,
		    evidence_of_forged(l, s), goes });
	if (facts[BRAND_NEVER_SENDS] == TRUTH_TRUE)
		add_sign(l, s, (struct brand_sign){ SIGN_NEVER_SENDS,
		    leaves || facts[BRAND_CLAIMED] == TRUTH_TRUE
		        ? strong(s) : POINTS_FORGED,
		    evidence_of_fact(l, FACT_FROM, "From"),
		    l->message->from.at[0].domain });
	if (facts[BRAND_HELO_FORGED] == TRUTH_TRUE)
		add_sign(l, s, (struct brand_sign){ SIGN_HELO_FORGED,
		    POINTS_HELO, evidence_of_fact(l, FACT_HELO, "Received"),
		    look_text(l, FACT_RDNS) });
}

/* Ordinary words are a letter away from a brand's too: only where the message
 * speaks of the brand by its right name, or the sender by one that is the
 * same to the eye, and it leads away from the brand. */
static void
sign_lookalike(const struct look *l, struct suspect *s)
{
	const enum truth *facts = s->finding->facts;

	if (facts[BRAND_LOOKALIKE] == TRUTH_TRUE &&
	    (facts[BRAND_OFFSITE_LINK] == TRUTH_TRUE ||
	    (s->is_name_alike && s->foreign != URL_NONE &&
	    s->from == REALM_FOREIGN)))
		add_sign(l, s, (struct brand_sign){ SIGN_LOOKALIKE,
		    POINTS_LOOKALIKE, s->near, s->meant });
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

	VEC_EACH(hit, &l->links.hits)
		if (hit->brand == s->brand)
			add_sign(l, s, (struct brand_sign){ hit->kind,
			    link_points(l, s, hit),
			    evidence_of_url(l, hit->url), hit->detail });
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

void
look_signs(const struct look *l, struct suspect *s)
{
	sign_sender(l, s);
	sign_links(l, s);
	sign_lookalike(l, s);
	find_genuine(l, s);
}
