/* SPDX-License-Identifier: Apache-2.0 */
/* Whose a message is, by its From field, its HELO and what authentication said
 * of them. */
#include "mail/auth.h"
#include "mail/message.h"
#include "rule/brandlook.h"

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
 * From.  Where nobody said for which domain one of them passed, it may be
 * anybody's, or the right one's.
 */
static enum truth
passes_aligned(const struct message *m, struct str from)
{
	struct str spf = m->auth.domain[AUTH_SPF];
	struct str dkim = m->auth.domain[AUTH_DKIM];

	for (size_t i = 0; i < m->auth.n_signers; i++) {
		if (is_aligned(m->auth.signer[i], from))
			return TRUTH_TRUE;
	}
	if (spf.n == 0 && m->is_mail_from_ours)
		spf = m->mail_from;
	if (is_aligned(spf, from) || is_aligned(dkim, from))
		return TRUTH_TRUE;
	return dkim.n == 0 || (spf.n == 0 && !m->is_mail_from_ours)
	    ? TRUTH_UNDECIDED : TRUTH_FALSE;
}

/* Is the domain in From what it says?  Undecided: nobody looked. */
enum truth
look_authentic(const struct look *l, struct str from)
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
		return passes_aligned(l->message, from);
	if (dmarc == AUTH_UNKNOWN)
		return spf_is_bad && dkim_is_bad
		    ? TRUTH_FALSE : TRUTH_UNDECIDED;
	return spf_is_bad || dkim_is_bad ? TRUTH_FALSE : TRUTH_UNDECIDED;
}

static bool
is_vendor_address(const struct brand *b, struct str addr)
{
	const struct vendor *v;

	VEC_EACH(v, &b->vendors)
		if (v->from.n != 0 && str_case_eq(v->from, addr))
			return true;
	return false;
}

/* Whose the From field is.  Of several mailboxes the strangest counts. */
enum realm
look_realm(const struct look *l, uint32_t brand)
{
	const struct brand *b = l->index->brands.at[brand].brand;
	const struct address *from;
	enum realm all = REALM_CUSTOMER;

	VEC_EACH(from, &l->message->from) {
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

const struct address *
look_official(const struct look *l, uint32_t brand)
{
	const struct address *from;

	VEC_EACH(from, &l->message->from) {
		if (brand_index_realm(l->index, brand, from->domain,
		    STR("")) == REALM_OFFICIAL)
			return from;
	}
	return NULL;
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
				look_suspect(l, d->brand);
	}
}

static void
touch_vendors(struct look *l, struct str addr)
{
	for (uint32_t i = 0; i < l->index->brands.n; i++)
		if (is_vendor_address(l->index->brands.at[i].brand, addr))
			look_suspect(l, i);
}

void
look_senders(struct look *l)
{
	const struct address *from;

	VEC_EACH(from, &l->message->from) {
		touch_host(l, from->domain);
		touch_vendors(l, from->addr);
	}
	touch_host(l, str_lower(l->arena, look_text(l, FACT_HELO)));
}

enum truth
look_helo(const struct look *l, const struct suspect *s)
{
	struct str helo = str_lower(l->arena, look_text(l, FACT_HELO));
	const struct fact *rdns = facts_get(l->facts, FACT_RDNS);

	if (brand_index_realm(l->index, s->brand, helo, STR("")) !=
	    REALM_OFFICIAL)
		return TRUTH_FALSE;
	if (rdns->state == FACT_ABSENT)
		return TRUTH_TRUE;
	if (rdns->state != FACT_KNOWN || rdns->n == 0)
		return TRUTH_UNDECIDED;
	return brand_index_realm(l->index, s->brand,
	    str_lower(l->arena, rdns->at[0].text), STR("")) !=
	    REALM_OFFICIAL ? TRUTH_TRUE : TRUTH_FALSE;
}
