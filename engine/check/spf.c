/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A record's mechanisms are tried from left to right; include and redirect
 * go into other records.  Every path that may ask is counted, so no record
 * can send us around (RFC 7208 4.6.4).
 */
#include "check/spf.h"

#include "base/arena.h"
#include "check/alabel.h"
#include "check/names.h"
#include "check/spfmacro.h"
#include "check/spfrecord.h"
#include "net/dns.h"

/* RFC 7208 4.6.4 */
enum {
	LOOKUPS_MOST = 10, /* terms that ask */
	VOIDS_MOST = 2,    /* answers without records */
	HOSTS_MOST = 10    /* of one mx; names of one address */
};

struct spf {
	struct arena *arena;
	const struct names *names;
	const struct spf_query *query;
	struct spf_values values; /* domain is that of the record in hand */
	unsigned lookups, voids;
	unsigned void_term; /* the last that counts among voids */
	struct spf_verdict *out;
};

/* What trying a mechanism comes to. */
enum try { TRY_PENDING, TRY_NO, TRY_YES, TRY_TEMPERROR, TRY_PERMERROR };

static const char *const result_names[] = {
	[SPF_PENDING] = "pending",
	[SPF_NONE] = "none",
	[SPF_NEUTRAL] = "neutral",
	[SPF_PASS] = "pass",
	[SPF_FAIL] = "fail",
	[SPF_SOFTFAIL] = "softfail",
	[SPF_TEMPERROR] = "temperror",
	[SPF_PERMERROR] = "permerror",
};

const char *
spf_result_name(enum spf_result result)
{
	return result_names[result];
}

static enum try
broken(struct spf *s, struct str problem)
{
	s->out->problem = problem;
	return TRY_PERMERROR;
}

static enum try
unreachable(struct spf *s, struct str name)
{
	s->out->problem = str_cat(s->arena, STR("no answer for "), name);
	return TRY_TEMPERROR;
}

static const struct dns_answer *
find(struct spf *s, enum dns_type type, struct str name)
{
	return s->names->find(s->names->owner, type, name);
}

/* One more that asks. */
static bool
may_look_up(struct spf *s)
{
	return ++s->lookups <= LOOKUPS_MOST;
}

/* What we must not ask about is for a term as if it were not there: or a name
 * in some record would make its domain's mail undecided for good. */
static bool
is_void(const struct dns_answer *answer)
{
	return answer->result == DNS_EMPTY || answer->result == DNS_NO_NAME ||
	    answer->is_never;
}

/* Terms are counted: hosts of an mx that have no IPv6 are no attack. */
static bool
too_many_voids(struct spf *s, const struct dns_answer *answer)
{
	if (!is_void(answer) || s->void_term == s->lookups)
		return false;
	s->void_term = s->lookups;
	return ++s->voids > VOIDS_MOST;
}

static enum dns_type
address_type(const struct spf *s)
{
	return s->query->ip.family == 6 ? DNS_AAAA : DNS_A;
}

/* Whether one of the addresses is in the client's network of that size. */
static bool
has_client(const struct spf *s, const struct dns_answer *answer,
    const struct spf_term *t)
{
	struct addr_net net = { .addr = s->query->ip,
		.bits = s->query->ip.family == 6 ? t->bits6 : t->bits4 };

	for (size_t i = 0; i < answer->n; i++) {
		struct addr at = { .family = s->query->ip.family };

		memcpy(at.bytes, answer->at[i].p, answer->at[i].n);
		if (addr_net_has(&net, &at))
			return true;
	}
	return false;
}

static const struct spf_term whole_address = { .bits4 = 32, .bits6 = 128 };

/* 5.5: a name that the address has and that has the address; domain itself,
 * or one below it, or any, in this order. */
enum validated { VALIDATED_PENDING, VALIDATED_NONE, VALIDATED_FOUND };

static bool
is_below(struct str name, struct str domain)
{
	return str_case_ends(name, domain) && name.n > domain.n &&
	    name.p[name.n - domain.n - 1] == '.';
}

static unsigned
closeness(struct str name, struct str domain)
{
	if (str_case_eq(name, domain))
		return 3;
	return is_below(name, domain) ? 2 : 1;
}

static enum validated
validate(struct spf *s, struct str domain, struct str *name)
{
	struct str reverse = dns_reverse(s->arena, &s->query->ip,
	    STR("in-addr.arpa"), STR("ip6.arpa"));
	const struct dns_answer *names = find(s, DNS_PTR, reverse), *back;
	bool is_pending = false;
	unsigned best = 0;

	*name = STR("");
	for (size_t i = 0; names != NULL && i < names->n && i < HOSTS_MOST;
	    i++) {
		back = find(s, address_type(s), names->at[i]);
		is_pending = is_pending || back == NULL;
		if (back == NULL || !has_client(s, back, &whole_address) ||
		    closeness(names->at[i], domain) <= best)
			continue;
		best = closeness(names->at[i], domain);
		*name = names->at[i];
	}
	if (names == NULL || is_pending)
		return VALIDATED_PENDING;
	return best == 0 ? VALIDATED_NONE : VALIDATED_FOUND;
}

/* The name a term is about.  Too long: labels go from the left (7.3). */
static enum try
target_of(struct spf *s, struct str spec, struct str *name)
{
	*name = s->values.domain;
	if (spec.n == 0)
		return TRY_YES;
	if (spf_macro_uses_validated(spec) && validate(s, s->values.domain,
	    &s->values.validated) == VALIDATED_PENDING)
		return TRY_PENDING;
	*name = spf_macro_expand(s->arena, spec, &s->values);
	if (str_ends(*name, STR(".")))
		name->n--;
	while (name->n > DNS_NAME_MOST)
		*name = str_from(*name, str_find(*name, '.') + 1);
	return dns_is_name(*name) ? TRY_YES : TRY_NO;
}

/* What a term asks for; anything but TRY_YES is what trying it comes to. */
static enum try
look_up(struct spf *s, enum dns_type type, struct str name,
    const struct dns_answer **answer)
{
	*answer = find(s, type, name);
	if (*answer == NULL)
		return TRY_PENDING;
	if ((*answer)->result == DNS_FAILED && !(*answer)->is_never)
		return unreachable(s, name);
	if (too_many_voids(s, *answer))
		return broken(s, STR("too many look-ups without an answer"));
	return TRY_YES;
}

static enum try
try_a(struct spf *s, const struct spf_term *t, struct str name)
{
	const struct dns_answer *answer;
	enum try asked = look_up(s, address_type(s), name, &answer);

	if (asked != TRY_YES)
		return asked;
	return has_client(s, answer, t) ? TRY_YES : TRY_NO;
}

/* All hosts are asked for before any is waited for. */
static enum try
try_mx(struct spf *s, const struct spf_term *t, struct str name)
{
	const struct dns_answer *hosts;
	enum try asked = look_up(s, DNS_MX, name, &hosts), worst = TRY_NO;

	if (asked != TRY_YES)
		return asked;
	if (hosts->n > HOSTS_MOST)
		return broken(s, STR("mx with more than 10 hosts"));
	for (size_t i = 0; i < hosts->n; i++) {
		enum try one = !dns_is_name(hosts->at[i]) ? TRY_NO
		    : try_a(s, t, hosts->at[i]);

		if (worst == TRY_PENDING || one == TRY_PENDING)
			worst = TRY_PENDING;
		else if (one != TRY_NO)
			return one;
	}
	return worst;
}

static enum try
try_ptr(struct spf *s, const struct spf_term *t, struct str name)
{
	struct str validated;

	(void)t;
	if (validate(s, name, &validated) == VALIDATED_PENDING)
		return TRY_PENDING;
	return validated.n != 0 && closeness(validated, name) > 1 ? TRY_YES
	    : TRY_NO;
}

/* IPv4 addresses, whatever the client's: 5.7. */
static enum try
try_exists(struct spf *s, const struct spf_term *t, struct str name)
{
	const struct dns_answer *answer;
	enum try asked = look_up(s, DNS_A, name, &answer);

	(void)t;
	if (asked != TRY_YES)
		return asked;
	return answer->n != 0 ? TRY_YES : TRY_NO;
}

static enum spf_result check_host(struct spf *s, struct str domain,
    bool is_included);

/* 5.2: the table of what a result of the other record means here. */
static enum try
try_include(struct spf *s, const struct spf_term *t, struct str name)
{
	static const enum try tries[] = {
		[SPF_PENDING] = TRY_PENDING,
		[SPF_NONE] = TRY_PERMERROR,
		[SPF_NEUTRAL] = TRY_NO,
		[SPF_PASS] = TRY_YES,
		[SPF_FAIL] = TRY_NO,
		[SPF_SOFTFAIL] = TRY_NO,
		[SPF_TEMPERROR] = TRY_TEMPERROR,
		[SPF_PERMERROR] = TRY_PERMERROR,
	};
	struct str domain = s->values.domain;
	enum spf_result result = check_host(s, name, true);

	(void)t;
	s->values.domain = domain;
	if (result == SPF_NONE)
		return broken(s, str_cat(s->arena, name,
		    STR(" is included and has no record")));
	return tries[result];
}

static enum try
try_term(struct spf *s, const struct spf_term *t)
{
	static enum try (*const asking[])(struct spf *s,
	    const struct spf_term *t, struct str name) = {
		[SPF_INCLUDE] = try_include,
		[SPF_A] = try_a,
		[SPF_MX] = try_mx,
		[SPF_PTR] = try_ptr,
		[SPF_EXISTS] = try_exists,
	};
	struct str name;
	enum try has_name;

	if (t->kind == SPF_ALL)
		return TRY_YES;
	if (t->kind == SPF_IP4 || t->kind == SPF_IP6)
		return addr_net_has(&t->net, &s->query->ip) ? TRY_YES
		    : TRY_NO;
	if (!may_look_up(s))
		return broken(s, STR("more than 10 terms that ask"));
	has_name = target_of(s, t->domain, &name);
	/* 4.3 and 5.2: no name has no record. */
	if (has_name == TRY_NO && t->kind == SPF_INCLUDE)
		return broken(s, STR("include leads to no name"));
	return has_name == TRY_YES ? asking[t->kind](s, t, name) : has_name;
}

static enum spf_result
result_of(char qualifier)
{
	switch (qualifier) {
	case '-':
		return SPF_FAIL;
	case '~':
		return SPF_SOFTFAIL;
	case '?':
		return SPF_NEUTRAL;
	default:
		return SPF_PASS;
	}
}

/* 6.2: whatever goes wrong, there is just no explanation. */
static enum spf_result
explain(struct spf *s, struct str spec)
{
	const struct dns_answer *texts;
	struct str name;
	enum try has_name = spec.n == 0 ? TRY_NO : target_of(s, spec, &name);

	if (has_name != TRY_YES)
		return has_name == TRY_PENDING ? SPF_PENDING : SPF_FAIL;
	texts = find(s, DNS_TXT, name);
	if (texts == NULL)
		return SPF_PENDING;
	if (texts->n != 1 || !spf_is_macro_string(texts->at[0], true))
		return SPF_FAIL;
	if (spf_macro_uses_validated(texts->at[0]) && validate(s,
	    s->values.domain, &s->values.validated) == VALIDATED_PENDING)
		return SPF_PENDING;
	s->out->explanation = spf_macro_expand(s->arena, texts->at[0],
	    &s->values);
	return SPF_FAIL;
}

static enum spf_result
matched(struct spf *s, const struct spf_record *r, const struct spf_term *t,
    bool is_included)
{
	enum spf_result result = result_of(t->qualifier);

	if (!is_included) {
		s->out->term = t->text;
		s->out->domain = s->values.domain;
	}
	return result == SPF_FAIL && !is_included
	    ? explain(s, r->explanation) : result;
}

static enum spf_result
redirect(struct spf *s, struct str spec, bool is_included)
{
	struct str name;
	enum try has_name;
	enum spf_result result;

	if (!may_look_up(s)) {
		broken(s, STR("more than 10 terms that ask"));
		return SPF_PERMERROR;
	}
	has_name = target_of(s, spec, &name);
	if (has_name == TRY_PENDING)
		return SPF_PENDING;
	result = has_name == TRY_YES ? check_host(s, name, is_included)
	    : SPF_NONE;
	if (result != SPF_NONE)
		return result;
	broken(s, str_cat(s->arena, STR("redirect leads to no record: "),
	    name));
	return SPF_PERMERROR;
}

static enum spf_result
try_record(struct spf *s, const struct spf_record *r, bool is_included)
{
	const struct spf_term *t;

	VEC_EACH(t, &r->terms) {
		switch (try_term(s, t)) {
		case TRY_PENDING:
			return SPF_PENDING;
		case TRY_NO:
			break;
		case TRY_YES:
			return matched(s, r, t, is_included);
		case TRY_TEMPERROR:
			return SPF_TEMPERROR;
		case TRY_PERMERROR:
			return SPF_PERMERROR;
		}
	}
	return r->redirect.n == 0 ? SPF_NEUTRAL
	    : redirect(s, r->redirect, is_included);
}

/* The one record among the texts: 4.5.  How many there are. */
static size_t
pick_record(const struct dns_answer *texts, struct str *record)
{
	size_t n = 0;

	for (size_t i = 0; i < texts->n; i++) {
		if (spf_is_record(texts->at[i])) {
			*record = texts->at[i];
			n++;
		}
	}
	return n;
}

static enum spf_result
check_host(struct spf *s, struct str domain, bool is_included)
{
	const struct dns_answer *texts = find(s, DNS_TXT, domain);
	struct spf_record record;
	struct str text;
	size_t n;

	if (texts == NULL)
		return SPF_PENDING;
	if (texts->result == DNS_FAILED) {
		unreachable(s, domain);
		return SPF_TEMPERROR;
	}
	n = pick_record(texts, &text);
	if (n == 0)
		return SPF_NONE;
	s->values.domain = domain;
	if (n > 1) {
		broken(s, str_cat(s->arena, domain,
		    STR(" has more than one record")));
		return SPF_PERMERROR;
	}
	if (!spf_record_read(&record, s->arena, text)) {
		broken(s, str_cat(s->arena, STR("syntax error: "),
		    record.wrong));
		return SPF_PERMERROR;
	}
	return try_record(s, &record, is_included);
}

/* 2.4, 4.3: without a local part it is the postmaster's. */
static void
read_sender(struct spf_values *v, struct arena *a, const struct spf_query *q)
{
	size_t at = str_find_last(q->sender, '@');

	v->sender_domain = alabel_name(a, at < q->sender.n
	    ? str_from(q->sender, at + 1)
	    : q->sender.n != 0 ? q->sender : q->helo);
	v->local = at < q->sender.n && at > 0 ? str_head(q->sender, at)
	    : STR("postmaster");
}

/* Labels of a name on the Internet: "localhost" is none. */
static bool
is_domain(struct str domain)
{
	return dns_is_name(domain) && str_has(domain, '.');
}

void
spf_check(struct spf_verdict *out, struct arena *a, const struct names *names,
    const struct spf_query *query)
{
	struct spf s = { .arena = a, .names = names, .query = query,
		.out = out };
	struct str domain = alabel_name(a, query->domain);

	*out = (struct spf_verdict){ .result = SPF_NONE };
	if (str_ends(domain, STR(".")))
		domain.n--;
	if (!is_domain(domain) || query->ip.family == 0)
		return;
	s.values = (struct spf_values){ .domain = domain, .ip = query->ip,
		.helo = alabel_name(a, query->helo),
		.receiver = query->receiver, .now = query->now };
	read_sender(&s.values, a, query);
	out->domain = domain;
	out->result = check_host(&s, domain, false);
}
