/* SPDX-License-Identifier: Apache-2.0 */
/* What rules change, and how recipients agree. */
#include "scan/policy.h"

#include <string.h>

#include "base/arena.h"
#include "scan/scan.h"

const struct policy policy_default = {
	.lang = STR_INIT("en"),
	.measures = {
		[ACTION_NONE] = MEASURE_NONE,
		[ACTION_GREYLIST] = MEASURE_GREYLIST,
		[ACTION_ADD_HEADER] = MEASURE_ADD_HEADER,
		[ACTION_REWRITE_SUBJECT] = MEASURE_REWRITE_SUBJECT,
		[ACTION_SOFT_REJECT] = MEASURE_SOFT_REJECT,
		[ACTION_REJECT] = MEASURE_REJECT
	},
	.reject_text =
	    STR_INIT("Message refused: recognised as phishing ({id})"),
	.soft_reject_text = STR_INIT("Try again later ({id})"),
	.quarantine_text =
	    STR_INIT("recognised as phishing: {symbols} ({id})"),
	.subject_tag = STR_INIT("[PHISHING] "),
	.headers = POLICY_HEADERS_FULL,
	.foreign = POLICY_FOREIGN_UNTRUSTED
};

struct policy
policy_copy(const struct policy *p, struct arena *a)
{
	struct policy copy = *p;

	copy.lang = str_copy(a, p->lang);
	copy.reject_text = str_copy(a, p->reject_text);
	copy.soft_reject_text = str_copy(a, p->soft_reject_text);
	copy.quarantine_text = str_copy(a, p->quarantine_text);
	copy.subject_tag = str_copy(a, p->subject_tag);
	return copy;
}

void
policy_settle(struct policy *p)
{
	struct verdict_conf *v = &p->verdict;
	const int32_t thresholds[ACTIONS] = {
		[ACTION_NONE] = INT32_MAX,
		[ACTION_GREYLIST] = v->greylist,
		[ACTION_ADD_HEADER] = v->add_header,
		[ACTION_REWRITE_SUBJECT] = v->rewrite,
		[ACTION_SOFT_REJECT] = v->soft_reject,
		[ACTION_REJECT] = v->reject,
	};

	v->refuse = INT32_MAX;
	for (int i = 0; i < ACTIONS; i++) {
		if (p->measures[i] >= MEASURE_SOFT_REJECT &&
		    thresholds[i] < v->refuse)
			v->refuse = thresholds[i];
	}
}

/* Rules. */

/* A recipient as rules look for him: in lower case. */
struct rcpt {
	struct str address;   /* "" for a message that names none */
	struct str domain;
	struct str dotted;    /* the domain behind a dot */
};

static struct rcpt
rcpt_of(struct arena *a, struct str address)
{
	struct rcpt r = { .address = str_lower(a, address) };

	r.domain = str_from(r.address, str_find_last(r.address, '@') + 1);
	r.dotted = str_cat(a, STR("."), r.domain);
	return r;
}

/* "user@a.b.jp" is under itself, "a.b.jp", ".a.b.jp", ".b.jp", ".jp", "*". */
static bool
has_rcpt(const struct map *rcpt, const struct rcpt *r)
{
	if (r->address.n == 0)
		return false;
	if (map_get(rcpt, r->address) != NULL ||
	    map_get(rcpt, r->domain) != NULL ||
	    map_get(rcpt, STR("*")) != NULL)
		return true;
	for (size_t i = 0; i < r->dotted.n; i++) {
		if (r->dotted.p[i] == '.' &&
		    map_get(rcpt, str_from(r->dotted, i)) != NULL)
			return true;
	}
	return false;
}

static bool
is_ours(const struct scan *s, const struct addr *addr)
{
	const struct generation_conf *c = &s->generation->conf;

	return addr_net_list_has(c->trusted.at, c->trusted.n, addr);
}

/* A relay of ours that hands on what strangers sent is no sender. */
static bool
is_outbound(const struct scan *s)
{
	const struct hop *hop;

	if (s->envelope.user.n != 0)
		return true;
	if (!is_ours(s, &s->message.peer_ip))
		return false;
	VEC_EACH(hop, &s->message.hops) {
		if (hop->ip.family != 0 && !is_ours(s, &hop->ip) &&
		    !addr_is_private(&hop->ip))
			return false;
	}
	return true;
}

static bool
has_user(const struct policy_rule *r, struct str user)
{
	if (r->users.n == 0)
		return true;
	return user.n != 0 && (str_case_is_any(user, r->users.at, r->users.n) ||
	    str_case_is_any(STR("*"), r->users.at, r->users.n));
}

/* All but the recipient. */
static bool
does_fit(const struct policy_rule *r, const struct scan *s)
{
	return has_user(r, s->envelope.user) &&
	    (r->networks.n == 0 || addr_net_list_has(r->networks.at,
		r->networks.n, &s->envelope.ip)) &&
	    (r->listeners.n == 0 || str_case_is_any(s->listener,
		r->listeners.at, r->listeners.n)) &&
	    (r->ids.n == 0 || str_case_is_any(s->asked, r->ids.at, r->ids.n)) &&
	    (r->direction == POLICY_BOTH ||
		(r->direction == POLICY_OUTBOUND) == is_outbound(s));
}

static void
change(struct policy *p, const struct policy_rule *r)
{
	const struct policy_piece *piece;

	VEC_EACH(piece, &r->said)
		memcpy((char *)p + piece->offset,
		    (const char *)&r->policy + piece->offset, piece->size);
}

/* For one recipient; "" for a message that names none. */
static struct policy
policy_for(const struct scan *s, const struct policy_rule *const *fitting,
    size_t n, struct str address)
{
	struct policy p = s->generation->conf.policy;
	struct rcpt rcpt = rcpt_of(s->arena, address);

	for (size_t i = 0; i < n; i++) {
		if (fitting[i]->rcpt.n == 0 ||
		    has_rcpt(&fitting[i]->rcpt, &rcpt))
			change(&p, fitting[i]);
	}
	return p;
}

/* Recipients. */

/* From the mildest; from the first that marks on, all do. */
static const unsigned ranks[MEASURES] = {
	[MEASURE_NONE] = 0,
	[MEASURE_GREYLIST] = 1,
	[MEASURE_ADD_HEADER] = 2,
	[MEASURE_REWRITE_SUBJECT] = 3,
	[MEASURE_QUARANTINE] = 4,
	[MEASURE_SOFT_REJECT] = 5,
	[MEASURE_REJECT] = 6,
	[MEASURE_DISCARD] = 7
};

static int
milder(int a, int b)
{
	int mild = ranks[a] < ranks[b] ? a : b, hard = mild == a ? b : a;

	if (ranks[mild] < ranks[MEASURE_ADD_HEADER] &&
	    ranks[hard] >= ranks[MEASURE_ADD_HEADER])
		return MEASURE_ADD_HEADER;
	return mild;
}

static int32_t
lower(int32_t a, int32_t b)
{
	return a < b ? a : b;
}

static int32_t
higher(int32_t a, int32_t b)
{
	return a > b ? a : b;
}

/*
 * From the lower of two marks on a message is marked.  Where one of them does
 * more than that, quarantine say, the other has not asked for it there.
 */
static void
agree_mark(int32_t *mark, int *measure, int32_t other)
{
	if (*mark != other && ranks[*measure] > ranks[MEASURE_REWRITE_SUBJECT])
		*measure = MEASURE_ADD_HEADER;
	*mark = lower(*mark, other);
}

/* The first recipient's texts and language stay. */
static void
agree(struct policy *p, const struct policy *other)
{
	struct verdict_conf *v = &p->verdict;
	const struct verdict_conf *w = &other->verdict;

	v->greylist = higher(v->greylist, w->greylist);
	v->soft_reject = higher(v->soft_reject, w->soft_reject);
	v->reject = higher(v->reject, w->reject);
	v->ceiling = higher(v->ceiling, w->ceiling);
	v->reputation = lower(v->reputation, w->reputation);
	for (int i = 0; i < ACTIONS; i++)
		p->measures[i] = milder(p->measures[i], other->measures[i]);
	agree_mark(&v->add_header, &p->measures[ACTION_ADD_HEADER],
	    w->add_header);
	agree_mark(&v->rewrite, &p->measures[ACTION_REWRITE_SUBJECT],
	    w->rewrite);
	p->headers = higher(p->headers, other->headers);
	p->foreign = higher(p->foreign, other->foreign);
}

/* Lists of one rule, or the same two, are the same pieces of memory. */
static bool
has_packs_of(const struct policy *p, const struct policy *other)
{
	for (; p != NULL; p = p->also) {
		if (p->packs.at == other->packs.at &&
		    p->without.at == other->without.at)
			return true;
	}
	return false;
}

/* A pack that one of them lets score does. */
static void
agree_packs(struct policy *p, const struct policy *other, struct arena *a)
{
	struct policy *copy;

	if (has_packs_of(p, other))
		return;
	copy = ARENA_ONE(a, struct policy);
	*copy = *other;
	copy->also = p->also;
	p->also = copy;
}

const struct policy *
policy_choose(const struct scan *s)
{
	const policy_rule_list *rules = &s->generation->conf.rules;
	const struct policy_rule **fitting, *r;
	const struct envelope *env = &s->envelope;
	struct policy *p, other;
	size_t n = 0;

	if (rules->n == 0 && s->wish == NULL)
		return &s->generation->conf.policy;
	fitting = ARENA_MANY(s->arena, const struct policy_rule *,
	    rules->n + 1);
	VEC_EACH(r, rules) {
		if (does_fit(r, s))
			fitting[n++] = r;
	}
	if (s->wish != NULL)
		fitting[n++] = s->wish;
	p = ARENA_ONE(s->arena, struct policy);
	*p = policy_for(s, fitting, n, env->rcpt.n != 0 ? env->rcpt.at[0] :
	    STR(""));
	for (size_t i = 1; i < env->rcpt.n && n != 0; i++) {
		other = policy_for(s, fitting, n, env->rcpt.at[i]);
		agree(p, &other);
		agree_packs(p, &other, s->arena);
	}
	policy_settle(p);
	return p;
}

/* Packs. */

static bool
does_score(const struct policy *p, const struct pack *pack)
{
	for (; p != NULL; p = p->also) {
		if ((p->packs.n == 0 ||
			str_case_is_any(pack->id, p->packs.at, p->packs.n)) &&
		    !str_case_is_any(pack->id, p->without.at, p->without.n))
			return true;
	}
	return false;
}

void
policy_weigh(const struct policy *p, struct hits *hits)
{
	struct rule_hit *rule;
	size_t n = 0;

	if (p->packs.n == 0 && p->without.n == 0)
		return;
	VEC_EACH(rule, &hits->rules) {
		if (rule->effect != EFFECT_NONE && !does_score(p, rule->pack))
			rule->effect = EFFECT_OBSERVE;
	}
	for (size_t i = 0; i < hits->brands.n; i++) {
		if (does_score(p, hits->brands.at[i]->pack))
			hits->brands.at[n++] = hits->brands.at[i];
	}
	hits->brands.n = n;
}
