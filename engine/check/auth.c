/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One method after the other, each a pure function that begins anew while
 * answers are missing; what is settled is not looked at again.  DMARC comes
 * last: it rests on the others.
 */
#include "check/auth.h"

#include "base/arena.h"
#include "base/vec.h"
#include "check/arc.h"
#include "check/authreport.h"
#include "check/dkim.h"
#include "check/dmarc.h"
#include "check/lookups.h"
#include "check/signedmail.h"
#include "check/spf.h"
#include "check/srs.h"
#include "mail/url.h"
#include "scan/scan.h"

enum {
	FROMS_MOST = AUTH_FROMS_MOST,
	SENDER_FIRST = 10 /* questions about MAIL FROM before others wait */
};

enum { IP, HELO, MAIL_FROM, FROM_DOMAIN, USER };
static const char *const needs[] = {
	[IP] = "ip",
	[HELO] = "helo",
	[MAIL_FROM] = "mail_from",
	[FROM_DOMAIN] = "from.domain",
	[USER] = "user",
	NULL
};

/* The first four in the order of enum auth_method. */
enum { POLICY = AUTH_METHODS, LEFT, SEALER, TRUSTED, SAID_SPF, SAID_DKIM,
	SAID_DMARC, OVERRIDE, RESULTS };
static const struct fact_def gives[] = {
	[AUTH_SPF] = { .name = "auth.spf" },
	[AUTH_DKIM] = { .name = "auth.dkim" },
	[AUTH_DMARC] = { .name = "auth.dmarc" },
	[AUTH_ARC] = { .name = "auth.arc" },
	[POLICY] = { "auth.dmarc.policy", FACT_STR,
	    "what the domain in From wants done: none, quarantine, reject",
	    false },
	[LEFT] = { "auth.dkim.left", FACT_INT,
	    "DKIM signatures that were not looked at, as there are too many",
	    false },
	[SEALER] = { "auth.arc.sealer", FACT_STR,
	    "who sealed an ARC chain last that holds", false },
	[TRUSTED] = { "arc.trusted", FACT_BOOL,
	    "the ARC chain holds, and who sealed it last is trusted", false },
	[SAID_SPF] = { "auth.arc.spf", FACT_STR,
	    "result of SPF where the first trusted sealer in a row got it",
	    false },
	[SAID_DKIM] = { "auth.arc.dkim", FACT_STR,
	    "the same of DKIM", false },
	[SAID_DMARC] = { "auth.arc.dmarc", FACT_STR,
	    "the same of DMARC", false },
	[OVERRIDE] = { "auth.dmarc.override", FACT_STR,
	    "why a fail of DMARC counts as a pass", false },
	[RESULTS] = { "auth.results", FACT_STR,
	    "what an Authentication-Results field of ours says", false },
	{ 0 }
};

struct state {
	struct lookups lookups;
	struct signed_mail mail;
	bool is_read;
	bool has_begun;
	bool is_handed_over;  /* some of it a gateway has found out */
	struct str helo, sender; /* of whom SPF was about */
	unsigned sender_asked; /* questions about MAIL FROM */
	bool is_sender_ours;  /* MAIL FROM is of a host of ours, and not what
	                         whoever came to it has said */
	struct dkim_verdict dkim;
	struct str arc_chain; /* sealers, the latest first */
	struct str sealer;    /* the first in a row of trusted ones that ends
	                         with the last; or "" */
	struct auth said;     /* what that one found */
	struct str override;
};

struct job {
	struct check_run *run;
	struct state *state;
	struct names names;
	struct auth *auth;
};

static bool
is_settled(const struct job *j, unsigned give)
{
	return facts_get(&j->run->scan->facts, j->run->gives[give])->state !=
	    FACT_OPEN;
}

/* What a method came to: as a fact, and for the rules. */
static void
settle(struct job *j, enum auth_method m, enum auth_result result,
    struct str domain)
{
	j->auth->result[m] = result;
	j->auth->domain[m] = domain;
	j->auth->is_found_here[m] = true;
	check_give_str(j->run, m, str_of(auth_result_name(result)));
}

static const struct signed_mail *
mail_of(struct job *j)
{
	if (!j->state->is_read)
		signed_mail_read(&j->state->mail, j->run->arena,
		    j->run->scan->raw);
	j->state->is_read = true;
	return &j->state->mail;
}

static const enum auth_result of_spf[] = {
	[SPF_PENDING] = AUTH_UNKNOWN,
	[SPF_NONE] = AUTH_NONE,
	[SPF_NEUTRAL] = AUTH_NEUTRAL,
	[SPF_PASS] = AUTH_PASS,
	[SPF_FAIL] = AUTH_FAIL,
	[SPF_SOFTFAIL] = AUTH_SOFTFAIL,
	[SPF_TEMPERROR] = AUTH_TEMPERROR,
	[SPF_PERMERROR] = AUTH_PERMERROR,
};

/* A client in a network of our own that nobody has named may be a relay or a
 * program here: of what does not pass nothing is known. */
static bool
says_nothing(const struct spf_query *q, enum spf_result result)
{
	return addr_is_private(&q->ip) && (result == SPF_FAIL ||
	    result == SPF_SOFTFAIL || result == SPF_NEUTRAL);
}

static enum spf_result
ask_spf(struct job *j, struct spf_query *q)
{
	size_t at = str_find_last(q->sender, '@');
	struct spf_verdict v;

	q->domain = at < q->sender.n ? str_from(q->sender, at + 1) : q->helo;
	q->now = j->run->scan->now;
	spf_check(&v, j->run->arena, &j->names, q);
	return v.result;
}

/*
 * Lists and forwarders among our hosts put a name of their own in place of
 * MAIL FROM, for which they pass, and whoever came to them does not.  SRS
 * tells the name he gave; of others nobody knows it.
 */
static enum spf_result
ask_behind(struct job *j, struct spf_query *q, enum spf_result result)
{
	const struct scan *s = j->run->scan;
	struct spf_query ours = { .ip = s->message.relay,
		.helo = s->envelope.helo, .sender = q->sender };
	enum spf_result here = ask_spf(j, &ours);

	if (here != SPF_PASS)
		return here == SPF_PENDING ? SPF_PENDING : result;
	if (srs_sender(&q->sender, j->run->arena, q->sender))
		return ask_spf(j, q);
	j->state->is_sender_ours = true;
	return SPF_FAIL;
}

/* Whether the peer may send for a domain in From. */
static enum spf_result
spf_of_from(struct job *j, struct str from)
{
	const struct fact *ip = check_need(j->run, IP);
	struct spf_query q = { .helo = check_need_str(j->run, HELO),
		.sender = str_cat(j->run->arena, STR("postmaster@"), from) };

	if (ip->state != FACT_KNOWN)
		return SPF_NONE;
	q.ip = *fact_addr(&ip->at[0]);
	return ask_spf(j, &q);
}

/* Behind a relay doubt() may come to ask this; who sends under the domain in
 * From, or owns the one above it, takes nothing from anybody else.  False:
 * answers are missing. */
static bool
is_from_asked(struct job *j, struct str sender)
{
	const struct fact *from = check_need(j->run, FROM_DOMAIN);
	struct str host = str_from(sender, str_find_last(sender, '@') + 1);
	bool is_asked = true;

	for (size_t i = 0; i < from->n && i < FROMS_MOST; i++) {
		struct str name = from->at[i].text;

		if (!host_is_below(host, name) && !host_is_below(name, host) &&
		    spf_of_from(j, name) == SPF_PENDING)
			is_asked = false;
	}
	return is_asked;
}

/*
 * The record of MAIL FROM may be a stranger's that is long enough to leave no
 * question for From, and that of From may wait for a server that is dead.  So
 * neither waits for the other's answers, and while From waits for its own
 * MAIL FROM has few questions.
 */
static bool
is_turn_of_sender(struct job *j, struct str sender)
{
	return is_from_asked(j, sender) ||
	    j->state->sender_asked < SENDER_FIRST;
}

/* A Received line tells of a client in a network of our own that nobody has
 * named: it may hand on what anybody sends. */
static bool
is_inside(const struct message *m, const struct addr *ip)
{
	return (m->relay.family != 0 || m->peer_hop < m->hops.n) &&
	    addr_is_private(ip);
}

/* RFC 7208 2.4: of MAIL FROM, and of HELO where that is empty. */
static void
do_spf(struct job *j)
{
	struct check_run *r = j->run;
	const struct message *m = &r->scan->message;
	const struct fact *ip = check_need(r, IP);
	struct spf_query q = { .helo = check_need_str(r, HELO),
		.sender = check_need_str(r, MAIL_FROM) };
	enum spf_result result;

	/* Servers write one address: whoever has made two of it gains nothing
	 * by that, and passes for nobody. */
	if (m->is_peer_hidden) {
		settle(j, AUTH_SPF, AUTH_NONE, STR(""));
		return;
	}
	/* Who nobody saw may be anybody; a sender that nobody told us is not
	 * the null sender.  Who is, and has not greeted, passes for nobody. */
	if (ip->state != FACT_KNOWN ||
	    is_inside(m, fact_addr(&ip->at[0])) ||
	    check_need(r, MAIL_FROM)->state == FACT_FAILED ||
	    (q.helo.n == 0 && q.sender.n == 0 && !m->is_mail_from_ours)) {
		facts_give_failed(&r->scan->facts, r->gives[AUTH_SPF]);
		return;
	}
	if (m->relay.family != 0 && q.sender.n != 0 &&
	    !is_turn_of_sender(j, q.sender))
		return;
	q.ip = *fact_addr(&ip->at[0]);
	j->state->sender_asked -= r->asked;
	result = ask_spf(j, &q);
	j->state->sender_asked += r->asked;
	if (result != SPF_PENDING && result != SPF_PASS &&
	    m->relay.family != 0 && q.sender.n != 0)
		result = ask_behind(j, &q, result);
	j->state->helo = q.helo;
	j->state->sender = q.sender;
	if (j->state->is_sender_ours || says_nothing(&q, result))
		facts_give_failed(&r->scan->facts, r->gives[AUTH_SPF]);
	else if (result != SPF_PENDING)
		settle(j, AUTH_SPF, of_spf[result], q.domain);
}

/* Of several signatures any may be of the domain in From. */
static void
give_signers(struct auth *auth, const struct dkim_verdict *v)
{
	auth->n_signers = auth->n_silent = 0;
	for (size_t i = 0; i < v->n && i < AUTH_SIGNERS_MOST; i++) {
		if (v->at[i].result == AUTH_PASS)
			auth->signer[auth->n_signers++] = v->at[i].domain;
		else if (v->at[i].result == AUTH_TEMPERROR)
			auth->silent[auth->n_silent++] = v->at[i].domain;
	}
}

static void
do_dkim(struct job *j)
{
	struct dkim_verdict *v = &j->state->dkim;
	const struct dkim_query q = { .mail = mail_of(j),
		.from = check_need_str(j->run, FROM_DOMAIN),
		.now = j->run->scan->now };
	const struct dkim_result *best;

	if (!dkim_check(v, j->run->arena, &j->names, &q))
		return;
	if (v->left != 0)
		check_give_int(j->run, LEFT, (int64_t)v->left);
	else
		check_give_absent(j->run, LEFT);
	give_signers(j->auth, v);
	best = dkim_best(v, check_need_str(j->run, FROM_DOMAIN));
	settle(j, AUTH_DKIM, best == NULL ? AUTH_NONE : best->result,
	    best == NULL ? STR("") : best->domain);
}

static bool
is_trusted(const struct job *j, struct str sealer)
{
	const struct auth_conf *conf = j->run->conf;
	const struct str *domain;

	if (conf == NULL)
		return false;
	VEC_EACH(domain, &conf->arc_trusted) {
		if (host_is_below(sealer, *domain))
			return true;
	}
	return false;
}

static struct str
chain_of(struct job *j, const struct arc_verdict *v)
{
	struct str names[ARC_SETS_MOST];

	for (size_t i = 0; i < v->n; i++)
		names[i] = v->sealer[v->n - 1 - i];
	return str_join(j->run->arena, names, v->n, STR(":"));
}

/*
 * RFC 8617 7.2.1: of a chain that holds, the last seals are believed as far
 * as they are of those we trust, one behind the other; what counts is what
 * the first of these saw, before any of them changed the mail.
 */
static void
give_trust(struct job *j, const struct arc_verdict *v)
{
	static const struct { enum auth_method method; unsigned give; } said[] =
	    { { AUTH_SPF, SAID_SPF }, { AUTH_DKIM, SAID_DKIM },
	    { AUTH_DMARC, SAID_DMARC } };
	struct state *st = j->state;
	struct auth *auth = &st->said;
	struct str host;
	size_t i = v->n;

	while (i > 0 && is_trusted(j, v->sealer[i - 1]))
		i--;
	facts_give_bool(&j->run->scan->facts, j->run->gives[TRUSTED],
	    i < v->n, nowhere);
	if (i == v->n || !auth_read(auth, j->run->arena, v->results[i],
	    &host))
		return;
	if (message_is_tricky(&j->run->scan->message, j->run->arena))
		auth_distrust(auth);
	st->sealer = v->sealer[i];
	if (auth->result[AUTH_DMARC] == AUTH_PASS)
		j->auth->sealed = auth->domain[AUTH_DMARC];
	for (size_t k = 0; k < nitems(said); k++) {
		if (auth->result[said[k].method] != AUTH_UNKNOWN)
			check_give_str(j->run, said[k].give, str_of(
			    auth_result_name(auth->result[said[k].method])));
	}
}

static void
do_arc(struct job *j)
{
	struct arc_verdict v;

	if (!arc_check(&v, j->run->arena, mail_of(j), &j->names,
	    j->run->scan->now))
		return;
	settle(j, AUTH_ARC, v.result, v.n == 0 ? STR("")
	    : v.sealer[v.n - 1]);
	j->state->arc_chain = chain_of(j, &v);
	if (v.result != AUTH_PASS) {
		check_give_absent(j->run, SEALER);
		check_give_absent(j->run, TRUSTED);
		return;
	}
	check_give_str(j->run, SEALER, v.sealer[v.n - 1]);
	give_trust(j, &v);
}

static void
add_signers(struct dmarc_query *q, const struct auth *said)
{
	for (size_t i = 0; i < said->n_signers &&
	    q->n_dkim < DMARC_DOMAINS_MOST; i++)
		q->dkim[q->n_dkim++] = said->signer[i];
}

/* Some gateways do not say for whom it passed: 2.4 does.  Empty: nobody can
 * tell. */
static struct str
spf_domain(const struct job *j)
{
	const struct fact *from = check_need(j->run, MAIL_FROM);
	struct str sender = check_need_str(j->run, MAIL_FROM);

	if (j->auth->domain[AUTH_SPF].n != 0)
		return j->auth->domain[AUTH_SPF];
	if (!j->run->scan->message.is_mail_from_ours)
		return STR("");
	if (from->state == FACT_ABSENT)
		return check_need_str(j->run, HELO);
	return str_has(sender, '@') ? str_from(sender,
	    str_find_last(sender, '@') + 1) : STR("");
}

static void
add_passed(struct dmarc_query *q, const struct job *j)
{
	const struct dkim_verdict *v = &j->state->dkim;

	if (j->auth->result[AUTH_SPF] == AUTH_PASS)
		q->spf = spf_domain(j);
	for (size_t i = 0; i < v->n; i++) {
		if (v->at[i].result == AUTH_PASS)
			q->dkim[q->n_dkim++] = v->at[i].domain;
	}
	/* A gateway may have verified what we did not. */
	if (v->n == 0)
		add_signers(q, j->auth);
}

/* Nobody looked, or whoever did has not said for whom it passed.  Behind a
 * host of ours that put its own name there somebody did. */
static bool
is_half_known(const struct job *j)
{
	const struct auth *auth = j->auth;

	return (auth_is_open(auth, AUTH_SPF) && !j->state->is_sender_ours) ||
	    (auth->result[AUTH_SPF] == AUTH_PASS && spf_domain(j).n == 0) ||
	    (j->state->dkim.n == 0 && auth->n_signers == 0 &&
	    (auth->result[AUTH_DKIM] == AUTH_PASS ||
	    auth_is_open(auth, AUTH_DKIM)));
}

/*
 * What failed without an answer may pass tomorrow; but only of a domain that
 * would be aligned then, or anybody could choose one whose servers are silent
 * and be no forger.  False: answers are missing.
 */
static bool
doubt(struct job *j, struct str from, struct dmarc_verdict *v)
{
	const struct auth *auth = j->auth;
	const struct dkim_verdict *dkim = &j->state->dkim;
	struct dmarc_query q = { .from = from };
	struct dmarc_verdict then;
	enum spf_result unsaid;

	if (v->result != AUTH_FAIL)
		return true;
	/* Whoever came to a host of ours may have said that he is of the
	 * domain in From, and has passed then if its SPF names him.  Anybody
	 * may send in the name of our own domain: that alone does not make
	 * him unknown. */
	unsaid = j->state->is_sender_ours ? spf_of_from(j, from) : SPF_NONE;
	if (unsaid == SPF_PENDING)
		return false;
	if (is_half_known(j) || unsaid == SPF_PASS ||
	    unsaid == SPF_TEMPERROR) {
		v->result = AUTH_UNKNOWN;
		return true;
	}
	if (auth->result[AUTH_SPF] == AUTH_TEMPERROR)
		q.spf = auth->domain[AUTH_SPF];
	for (size_t i = 0; i < dkim->n; i++) {
		if (dkim->at[i].result == AUTH_TEMPERROR)
			q.dkim[q.n_dkim++] = dkim->at[i].domain;
	}
	for (size_t i = 0; dkim->n == 0 && i < auth->n_silent &&
	    q.n_dkim < DMARC_DOMAINS_MOST; i++)
		q.dkim[q.n_dkim++] = auth->silent[i];
	/* A gateway may have asked, and not said for whom. */
	if (dkim->n == 0 && auth->result[AUTH_DKIM] == AUTH_TEMPERROR &&
	    auth->domain[AUTH_DKIM].n == 0)
		q.dkim[q.n_dkim++] = from;
	if (auth->result[AUTH_SPF] == AUTH_TEMPERROR && q.spf.n == 0)
		q.spf = from;
	if (!dmarc_check(&then, j->run->arena, &j->names, &q))
		return false;
	if (then.result != AUTH_FAIL)
		v->result = AUTH_TEMPERROR;
	return true;
}

/*
 * What did not pass here may have passed at a sealer whom we trust, and
 * changed behind it.  False: answers are missing.
 */
static bool
look_at_arc(struct job *j, struct str from, struct dmarc_verdict *v)
{
	struct state *st = j->state;
	const struct auth *said = &st->said;
	struct dmarc_query q = { .from = from };
	struct dmarc_verdict there;

	/* Its own DMARC saw more than what it wrote of the others. */
	if ((v->result != AUTH_FAIL && v->result != AUTH_UNKNOWN) ||
	    st->sealer.n == 0 || said->result[AUTH_DMARC] == AUTH_FAIL)
		return true;
	if (said->result[AUTH_SPF] == AUTH_PASS)
		q.spf = said->domain[AUTH_SPF];
	add_signers(&q, said);
	if (!dmarc_check(&there, j->run->arena, &j->names, &q))
		return false;
	if (there.result != AUTH_PASS &&
	    (said->result[AUTH_DMARC] != AUTH_PASS ||
	    !str_case_eq(said->domain[AUTH_DMARC], from)))
		return true;
	v->result = AUTH_PASS;
	st->override = str_cat(j->run->arena, STR("local policy: passed at "),
	    st->sealer, STR(", whose ARC seal is trusted"));
	check_give_str(j->run, OVERRIDE, st->override);
	return true;
}

/* False: answers are missing. */
static bool
judge_from(struct job *j, struct str from, struct dmarc_verdict *v)
{
	struct dmarc_query q = { .from = from };

	add_passed(&q, j);
	return dmarc_check(v, j->run->arena, &j->names, &q) &&
	    doubt(j, from, v) && look_at_arc(j, from, v);
}

/* Which of two verdicts on domains of one From field weighs more. */
static bool
is_worse(const struct dmarc_verdict *v, const struct dmarc_verdict *than)
{
	static const unsigned weight[] = { [AUTH_FAIL] = 3,
		[AUTH_UNKNOWN] = 2, [AUTH_TEMPERROR] = 1,
		[AUTH_PERMERROR] = 0 };

	if (weight[v->result] != weight[than->result])
		return weight[v->result] > weight[than->result];
	return v->result == AUTH_FAIL && v->policy > than->policy;
}

static size_t
distinct_domains(const struct fact *from, struct str *domains)
{
	size_t n = 0;

	for (size_t i = 0; i < from->n && n < FROMS_MOST; i++) {
		size_t k = 0;

		while (k < n && !str_case_eq(domains[k], from->at[i].text))
			k++;
		if (k == n)
			domains[n++] = from->at[i].text;
	}
	return n;
}

static void
settle_dmarc(struct job *j, const struct dmarc_verdict *v, struct str from)
{
	/* What nobody found out is failed, and not a fail. */
	if (v->result == AUTH_UNKNOWN)
		facts_give_failed(&j->run->scan->facts,
		    j->run->gives[AUTH_DMARC]);
	else
		settle(j, AUTH_DMARC, v->result, from);
	if (v->record.n != 0)
		check_give_str(j->run, POLICY,
		    str_of(dmarc_policy_name(v->policy)));
	else
		check_give_absent(j->run, POLICY);
}

/*
 * RFC 7489 6.6.1: several domains in From are each looked at, or a second
 * author would hide that the first is forged; the worst counts, and none
 * passes.
 */
static void
do_dmarc(struct job *j)
{
	const struct fact *from = check_need(j->run, FROM_DOMAIN);
	struct dmarc_verdict worst = { .result = AUTH_PERMERROR }, v;
	struct str domains[FROMS_MOST], whose = STR("");
	size_t n = from->state != FACT_KNOWN ? 0
	    : distinct_domains(from, domains);
	bool is_whole = true;

	j->auth->n_settled = 0;
	for (size_t i = 0; i < n; i++) {
		if (!judge_from(j, domains[i], &v)) {
			is_whole = false;
			continue;
		}
		if (n > 1 && (v.result == AUTH_PASS || v.result == AUTH_NONE))
			v.result = AUTH_PERMERROR;
		if (v.result == AUTH_PERMERROR)
			j->auth->settled[j->auth->n_settled++] = domains[i];
		if (n == 1 || is_worse(&v, &worst)) {
			worst = v;
			whose = domains[i];
		}
	}
	if (is_whole)
		settle_dmarc(j, &worst, whose);
}

/* Our own users and hosts prove who they are in other ways; behind a relay of
 * ours the peer is whoever came to it from outside, if somebody did.  Where a
 * stranger connects he wrote all lines. */
static bool
is_ours(const struct check_run *r)
{
	const struct generation_conf *c = &r->scan->generation->conf;
	const struct message *m = &r->scan->message;
	const struct fact *ip = check_need(r, IP);

	if (check_need(r, USER)->state == FACT_KNOWN)
		return true;
	if (m->peer_hop < m->hops.n &&
	    hop_is_of_user(&m->hops.at[m->peer_hop]))
		return true;
	return ip->state == FACT_KNOWN && addr_net_list_has(c->trusted.at,
	    c->trusted.n, fact_addr(&ip->at[0]));
}

/* Before anything is found out here. */
static void
begin(struct job *j)
{
	const struct fact *from = check_need(j->run, FROM_DOMAIN);

	if (j->state->has_begun)
		return;
	j->state->has_begun = true;
	j->state->is_handed_over = auth_is_known(j->auth);
	for (size_t i = 0; !is_settled(j, AUTH_DMARC) && i < from->n &&
	    i < FROMS_MOST; i++)
		dmarc_ask(j->run->arena, &j->names, from->at[i].text);
}

static void
give_results(struct job *j)
{
	const struct fact *policy = facts_get(&j->run->scan->facts,
	    j->run->gives[POLICY]);
	struct auth_report report = { .auth = j->auth,
		.mail_from = j->state->sender, .helo = j->state->helo,
		.dkim = &j->state->dkim, .arc_chain = j->state->arc_chain,
		.from = j->auth->domain[AUTH_DMARC],
		.override = j->state->override };

	if (policy->state == FACT_KNOWN)
		report.policy = policy->at[0].text;
	if (j->state->is_handed_over ||
	    j->run->scan->generation->conf.authserv_id.n == 0)
		check_give_absent(j->run, RESULTS);
	else
		check_give_str(j->run, RESULTS, auth_report_write(
		    j->run->arena, &report));
}

/* What nobody trusted has said, nobody said. */
static void
close_said(struct job *j)
{
	for (unsigned give = TRUSTED; give <= OVERRIDE; give++) {
		if (!is_settled(j, give) && is_settled(j, AUTH_ARC))
			check_give_absent(j->run, give);
	}
}

/* All that DMARC rests on. */
static bool
is_all_settled(const struct job *j)
{
	return is_settled(j, AUTH_SPF) && is_settled(j, AUTH_DKIM) &&
	    is_settled(j, AUTH_ARC);
}

static enum check_next
run(struct check_run *r)
{
	static void (*const methods[])(struct job *j) = {
		[AUTH_SPF] = do_spf,
		[AUTH_DKIM] = do_dkim,
		[AUTH_ARC] = do_arc,
	};
	struct state *st = r->state;
	struct job j = { r, st, lookups_names(&st->lookups, r),
		&r->scan->message.auth };

	if (is_ours(r))
		return CHECK_DONE;
	/* Behind a relay there is no answer that all have to wait for. */
	r->is_eager = r->is_pressing = r->scan->message.relay.family != 0;
	begin(&j);
	for (unsigned m = 0; m < nitems(methods); m++) {
		/* SPF asks again and again: not to be held up by keys whose
		 * servers the sender chose. */
		r->is_pressing = m == AUTH_SPF || r->is_eager;
		if (methods[m] != NULL && !is_settled(&j, m))
			methods[m](&j);
	}
	r->is_pressing = r->is_eager;
	/* What may still be open then nobody needs: SPF of From. */
	if (r->open != 0 && !is_all_settled(&j))
		return CHECK_WAIT;
	if (!is_settled(&j, AUTH_DMARC))
		do_dmarc(&j);
	if (r->open != 0 && !is_settled(&j, AUTH_DMARC))
		return CHECK_WAIT;
	close_said(&j);
	give_results(&j);
	return CHECK_DONE;
}

const struct check check_auth = {
	.name = "auth",
	.needs = needs,
	.gives = gives,
	.state_size = sizeof(struct state),
	.run = run
};
