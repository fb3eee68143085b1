/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names that belong to somebody innocent: they tell something only where
 * their owner did not send the message.  A sender is the owner when DMARC
 * passes, or DKIM and SPF do; a HELO when the reverse name agrees.
 */
#include "mail/message.h"
#include "mail/url.h"
#include "rule/ruleset_parts.h"

static struct str
site_of(struct str host)
{
	struct str site = host_registrable(host);

	return site.n == 0 ? host : site;
}

/* Known to have passed, and for this very site where it is said for whom. */
static enum truth
has_passed(const struct match_run *run, uint32_t fact, enum auth_method method,
    struct str site)
{
	const struct fact *f = facts_get(run->facts, fact);
	struct str whose = run->message->auth.domain[method];

	if (f->state == FACT_ABSENT)
		return TRUTH_FALSE;
	if (f->state != FACT_KNOWN || f->n == 0)
		return TRUTH_UNDECIDED;
	if (!str_case_is(f->at[0].text, "pass"))
		return TRUTH_FALSE;
	if (whose.n == 0 || site.n == 0)
		return TRUTH_TRUE;
	for (size_t i = 0; method == AUTH_DKIM &&
	    i < run->message->auth.n_signers; i++) {
		if (str_case_eq(site_of(run->message->auth.signer[i]), site))
			return TRUTH_TRUE;
	}
	whose = str_from(whose, str_find_last(whose, '@') == whose.n ? 0
	    : str_find_last(whose, '@') + 1);
	return str_case_eq(site_of(whose), site) ? TRUTH_TRUE : TRUTH_FALSE;
}

static enum truth
lesser(enum truth a, enum truth b)
{
	return a < b ? a : b;
}

static enum truth
greater(enum truth a, enum truth b)
{
	return a > b ? a : b;
}

static enum truth
not(enum truth t)
{
	return t == TRUTH_TRUE ? TRUTH_FALSE
	    : t == TRUTH_FALSE ? TRUTH_TRUE : TRUTH_UNDECIDED;
}

/* Nobody knows: say which results were missing. */
static enum truth
undecided(struct match_run *run)
{
	static const enum fact_id ids[] = { FACT_AUTH_SPF, FACT_AUTH_DKIM,
		FACT_AUTH_DMARC };

	for (size_t i = 0; i < nitems(ids); i++)
		run->asked_in_vain[ids[i]] |= has_passed(run, ids[i],
		    AUTH_SPF, STR("")) == TRUTH_UNDECIDED;
	return TRUTH_UNDECIDED;
}

static enum truth
spoof_sender(struct match_run *run, uint32_t fact, struct str sender)
{
	size_t at = str_find_last(sender, '@');
	struct str host = at == sender.n ? sender : str_from(sender, at + 1);
	struct str site = str_has(host, '.') ? site_of(host) : STR("");
	enum truth dmarc = has_passed(run, FACT_AUTH_DMARC, AUTH_DMARC, site);
	enum truth both = lesser(
	    has_passed(run, FACT_AUTH_DKIM, AUTH_DKIM, site),
	    has_passed(run, FACT_AUTH_SPF, AUTH_SPF, site));
	enum truth is_owner = greater(dmarc, both);

	/* SPF is about the envelope, and alone proves who its owner is. */
	if ((fact == FACT_MAIL_FROM || fact == FACT_MAIL_FROM_DOMAIN) &&
	    run->message->auth.domain[AUTH_SPF].n != 0 &&
	    has_passed(run, FACT_AUTH_SPF, AUTH_SPF, site) == TRUTH_TRUE)
		return TRUTH_FALSE;
	return is_owner == TRUTH_UNDECIDED ? undecided(run) : not(is_owner);
}

/* A host of the same site may speak for another: the owner of the reverse
 * name and the owner of the name it gives are one. */
static bool
is_one_owner(struct match_run *run, struct str name, struct str helo)
{
	name = probe_key(run->arena, FACT_RDNS, name);
	helo = probe_key(run->arena, FACT_HELO, helo);
	return host_is_below(name, helo) ||
	    str_eq(site_of(name), site_of(helo));
}

/* None of the names that the address may have is of that owner. */
static bool
is_claimed_by_others(struct match_run *run, struct str helo)
{
	const struct fact *claimed = facts_find(run->facts,
	    STR("rdns.claimed"));

	if (claimed == NULL || claimed->state != FACT_KNOWN)
		return false;
	for (size_t i = 0; i < claimed->n; i++) {
		if (is_one_owner(run, claimed->at[i].text, helo))
			return false;
	}
	return true;
}

static enum truth
spoof_helo(struct match_run *run, struct str helo)
{
	const struct fact *rdns = facts_get(run->facts, FACT_RDNS);

	if (rdns->state == FACT_ABSENT)
		return TRUTH_TRUE;
	if (rdns->state == FACT_KNOWN && rdns->n != 0)
		return is_one_owner(run, rdns->at[0].text, helo) ? TRUTH_FALSE
		    : TRUTH_TRUE;
	if (is_claimed_by_others(run, helo))
		return TRUTH_TRUE;
	run->asked_in_vain[FACT_RDNS] = true;
	return TRUTH_UNDECIDED;
}

enum truth
spoof_judge(struct match_run *run, uint32_t fact, struct str found)
{
	const struct fact *from = facts_get(run->facts, FACT_FROM_DOMAIN);

	switch (fact) {
	case FACT_HELO:
		return spoof_helo(run, found);
	case FACT_FROM:
	case FACT_FROM_DOMAIN:
	case FACT_MAIL_FROM:
	case FACT_MAIL_FROM_DOMAIN:
	case FACT_REPLY_TO:
	case FACT_REPLY_TO_DOMAIN:
		return spoof_sender(run, fact, found);
	default:
		/* A name or a link: for what it is worth, the sender. */
		return spoof_sender(run, fact, from->n == 0 ? STR("")
		    : from->at[0].text);
	}
}
