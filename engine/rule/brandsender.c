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
	return f->state == FACT_KNOWN && f->n != 0 &&
	    auth_result_of(f->at[0].text, &result) ? result : AUTH_UNKNOWN;
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

static bool
has_aligned(const struct str *at, size_t n, struct str from)
{
	for (size_t i = 0; i < n; i++) {
		if (is_aligned(at[i], from))
			return true;
	}
	return false;
}

/* What nobody found out since the sender is not to be believed is none. */
static enum auth_result
method_result(const struct look *l, uint32_t id, enum auth_method method)
{
	enum auth_result result = auth_result(l, id);

	return result == AUTH_UNKNOWN &&
	    facts_get(l->facts, id)->state != FACT_OPEN &&
	    l->message->auth.is_for_nobody[method] ? AUTH_NONE : result;
}

/*
 * A method, as far as it may speak for a domain in From.  Where nobody said
 * for which domain it passed, it may be anybody's, or the right one's; and
 * what failed without an answer may pass tomorrow, but only for its own
 * domain, or anybody could choose one whose servers are silent and be no
 * forger.
 */
struct voucher {
	enum auth_result result;
	enum truth own; /* it passes for that domain */
};

static enum truth
speaks_for(enum auth_result result, struct str whose, struct str from)
{
	if (result == AUTH_UNKNOWN)
		return TRUTH_UNDECIDED;
	if (result != AUTH_PASS && result != AUTH_TEMPERROR)
		return TRUTH_FALSE;
	if (whose.n == 0)
		return TRUTH_UNDECIDED;
	if (!is_aligned(whose, from))
		return TRUTH_FALSE;
	return result == AUTH_PASS ? TRUTH_TRUE : TRUTH_UNDECIDED;
}

static struct voucher
spf_for(const struct look *l, struct str from)
{
	const struct message *m = l->message;
	struct voucher v = { .result = method_result(l, FACT_AUTH_SPF,
	    AUTH_SPF) };
	struct str whose = m->auth.domain[AUTH_SPF];

	if (whose.n == 0 && m->is_mail_from_ours)
		whose = m->mail_from.n != 0 ? m->mail_from
		    : look_text(l, FACT_HELO);
	v.own = speaks_for(v.result, whose, from);
	return v;
}

/* Of several signatures one is enough. */
static struct voucher
dkim_for(const struct look *l, struct str from)
{
	const struct auth *auth = &l->message->auth;
	struct voucher v = { .result = method_result(l, FACT_AUTH_DKIM,
	    AUTH_DKIM) };

	v.own = speaks_for(v.result, auth->domain[AUTH_DKIM], from);
	if (has_aligned(auth->signer, auth->n_signers, from))
		v.own = TRUTH_TRUE;
	else if (v.own == TRUTH_FALSE &&
	    has_aligned(auth->silent, auth->n_silent, from))
		v.own = TRUTH_UNDECIDED;
	return v;
}

/* Of several domains in From it is about one. */
static enum auth_result
dmarc_for(const struct look *l, struct str from)
{
	const struct auth *auth = &l->message->auth;
	enum auth_result result = auth_result(l, FACT_AUTH_DMARC);
	struct str whose = auth->domain[AUTH_DMARC];

	if (result == AUTH_PASS && (whose.n == 0 ? l->message->from.n > 1
	    : !str_case_eq(whose, from) && !is_aligned(whose, from)))
		return AUTH_UNKNOWN;
	if (result != AUTH_TEMPERROR && result != AUTH_UNKNOWN)
		return result;
	for (size_t i = 0; i < auth->n_settled; i++) {
		if (str_case_eq(auth->settled[i], from))
			return AUTH_NONE;
	}
	return AUTH_UNKNOWN;
}

/* It did not pass, and will not; an error of a stranger's is nobody's matter
 * unless the other method speaks for From. */
static bool
has_failed(const struct voucher *v, const struct voucher *other)
{
	if (v->result == AUTH_TEMPERROR)
		return v->own == TRUTH_FALSE && other->own != TRUTH_TRUE;
	return v->result != AUTH_PASS && v->result != AUTH_UNKNOWN;
}

/* SPF and DKIM both pass: enough, where one of them speaks for the domain in
 * From.  Without DMARC neither alone is. */
static enum truth
is_authentic(const struct look *l, struct str from)
{
	struct voucher spf = spf_for(l, from), dkim = dkim_for(l, from);
	enum auth_result dmarc = dmarc_for(l, from);
	enum truth own = spf.own > dkim.own ? spf.own : dkim.own;

	if (dmarc == AUTH_PASS)
		return TRUTH_TRUE;
	if (dmarc == AUTH_FAIL)
		return TRUTH_FALSE;
	if (dmarc == AUTH_UNKNOWN && own == TRUTH_FALSE &&
	    str_case_eq(l->message->auth.sealed, from))
		return TRUTH_UNDECIDED;
	if (own == TRUTH_FALSE || (spf.result == AUTH_PASS &&
	    dkim.result == AUTH_PASS))
		return own;
	return dmarc != AUTH_UNKNOWN && (has_failed(&spf, &dkim) ||
	    has_failed(&dkim, &spf)) ? TRUTH_FALSE : TRUTH_UNDECIDED;
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

enum truth
look_authentic(const struct look *l, uint32_t brand)
{
	const struct address *from;
	enum truth worst = TRUTH_TRUE, one;

	if (look_official(l, brand) == NULL)
		return is_authentic(l, l->message->from.at[0].domain);
	VEC_EACH(from, &l->message->from) {
		if (brand_index_realm(l->index, brand, from->domain,
		    STR("")) != REALM_OFFICIAL)
			continue;
		one = is_authentic(l, from->domain);
		if (one < worst)
			worst = one;
	}
	return worst;
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

static bool
is_official(const struct look *l, uint32_t brand, struct str host)
{
	return brand_index_realm(l->index, brand, str_lower(l->arena, host),
	    STR("")) == REALM_OFFICIAL;
}

/* Nobody could say which of its names the address has: as long as one of them
 * is the brand's it may be that. */
static enum truth
look_claimed(const struct look *l, uint32_t brand)
{
	const struct fact *claimed = facts_find(l->facts,
	    STR("rdns.claimed"));

	if (claimed == NULL || claimed->state != FACT_KNOWN)
		return TRUTH_UNDECIDED;
	for (size_t i = 0; i < claimed->n; i++) {
		if (is_official(l, brand, claimed->at[i].text))
			return TRUTH_UNDECIDED;
	}
	return TRUTH_TRUE;
}

enum truth
look_helo(const struct look *l, const struct suspect *s)
{
	const struct fact *rdns = facts_get(l->facts, FACT_RDNS);

	if (!is_official(l, s->brand, look_text(l, FACT_HELO)))
		return TRUTH_FALSE;
	if (rdns->state == FACT_ABSENT)
		return TRUTH_TRUE;
	if (rdns->state != FACT_KNOWN || rdns->n == 0)
		return look_claimed(l, s->brand);
	return is_official(l, s->brand, rdns->at[0].text) ? TRUTH_FALSE
	    : TRUTH_TRUE;
}
