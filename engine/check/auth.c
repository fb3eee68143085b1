/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One method after the other, each a pure function that begins anew while
 * answers are missing; what is settled is not looked at again.  DMARC comes
 * last: it rests on the others.
 */
#include "check/auth.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/vec.h"
#include "check/arc.h"
#include "check/dkim.h"
#include "check/dmarc.h"
#include "check/lookups.h"
#include "check/signedmail.h"
#include "check/spf.h"
#include "scan/scan.h"

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
enum { POLICY = AUTH_METHODS, SEALER };
static const struct fact_def gives[] = {
	[AUTH_SPF] = { .name = "auth.spf" },
	[AUTH_DKIM] = { .name = "auth.dkim" },
	[AUTH_DMARC] = { .name = "auth.dmarc" },
	[AUTH_ARC] = { .name = "auth.arc" },
	[POLICY] = { "auth.dmarc.policy", FACT_STR,
	    "what the domain in From wants done: none, quarantine, reject",
	    false },
	[SEALER] = { "auth.arc.sealer", FACT_STR,
	    "who sealed an ARC chain last that holds", false },
	{ 0 }
};


struct state {
	struct lookups lookups;
	struct signed_mail mail;
	bool is_read;
	struct dkim_verdict dkim;
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

/* RFC 7208 2.4: of MAIL FROM, and of HELO where that is empty. */
static void
do_spf(struct job *j)
{
	struct check_run *r = j->run;
	const struct fact *ip = check_need(r, IP);
	struct spf_query q = { .helo = check_need_str(r, HELO),
		.sender = check_need_str(r, MAIL_FROM), .now = clock_wall() };
	size_t at = str_find_last(q.sender, '@');
	struct spf_verdict v;

	/* Who nobody saw may be anybody; who sent is not said either. */
	if (ip->state != FACT_KNOWN || (q.helo.n == 0 && q.sender.n == 0)) {
		facts_give_failed(&r->scan->facts, r->gives[AUTH_SPF]);
		return;
	}
	q.ip = *fact_addr(&ip->at[0]);
	q.domain = at < q.sender.n ? str_from(q.sender, at + 1) : q.helo;
	spf_check(&v, r->arena, &j->names, &q);
	if (v.result != SPF_PENDING)
		settle(j, AUTH_SPF, of_spf[v.result], q.domain);
}

static void
do_dkim(struct job *j)
{
	struct dkim_verdict *v = &j->state->dkim;
	const struct dkim_result *best;

	if (!dkim_check(v, j->run->arena, mail_of(j), &j->names,
	    clock_wall()))
		return;
	best = dkim_best(v, check_need_str(j->run, FROM_DOMAIN));
	settle(j, AUTH_DKIM, best == NULL ? AUTH_NONE : best->result,
	    best == NULL ? STR("") : best->domain);
}

static void
do_arc(struct job *j)
{
	struct arc_verdict v;

	if (!arc_check(&v, j->run->arena, mail_of(j), &j->names,
	    clock_wall()))
		return;
	settle(j, AUTH_ARC, v.result, v.n == 0 ? STR("")
	    : v.sealer[v.n - 1]);
	if (v.result == AUTH_PASS)
		check_give_str(j->run, SEALER, v.sealer[v.n - 1]);
	else
		check_give_absent(j->run, SEALER);
}

static void
add_passed(struct dmarc_query *q, const struct job *j)
{
	const struct dkim_verdict *v = &j->state->dkim;

	if (j->auth->result[AUTH_SPF] == AUTH_PASS)
		q->spf = j->auth->domain[AUTH_SPF];
	for (size_t i = 0; i < v->n; i++) {
		if (v->at[i].result == AUTH_PASS)
			q->dkim[q->n_dkim++] = v->at[i].domain;
	}
	/* A gateway may have verified what we did not. */
	if (v->n == 0 && j->auth->result[AUTH_DKIM] == AUTH_PASS)
		q->dkim[q->n_dkim++] = j->auth->domain[AUTH_DKIM];
}

/* What failed without an answer may pass tomorrow. */
static bool
is_uncertain(const struct job *j)
{
	return j->auth->result[AUTH_SPF] == AUTH_TEMPERROR ||
	    j->auth->result[AUTH_DKIM] == AUTH_TEMPERROR;
}

/* RFC 7489 6.6.1: without one domain in From there is nothing to say. */
static void
do_dmarc(struct job *j)
{
	const struct fact *from = check_need(j->run, FROM_DOMAIN);
	struct dmarc_query q = { 0 };
	struct dmarc_verdict v;

	if (from->state != FACT_KNOWN || from->n != 1) {
		settle(j, AUTH_DMARC, AUTH_PERMERROR, STR(""));
		check_give_absent(j->run, POLICY);
		return;
	}
	q.from = from->at[0].text;
	add_passed(&q, j);
	if (!dmarc_check(&v, j->run->arena, &j->names, &q))
		return;
	if (v.result == AUTH_FAIL && is_uncertain(j))
		v.result = AUTH_TEMPERROR;
	settle(j, AUTH_DMARC, v.result, q.from);
	if (v.record.n != 0)
		check_give_str(j->run, POLICY,
		    str_of(dmarc_policy_name(v.policy)));
	else
		check_give_absent(j->run, POLICY);
}

/* Our own users and hosts prove who they are in other ways. */
static bool
is_ours(const struct check_run *r)
{
	const struct generation_conf *conf = &r->scan->generation->conf;
	const struct fact *ip = check_need(r, IP);
	const struct addr_net *net;

	if (check_need(r, USER)->state == FACT_KNOWN)
		return true;
	if (ip->state != FACT_KNOWN)
		return false;
	VEC_EACH(net, &conf->trusted) {
		if (addr_net_has(net, fact_addr(&ip->at[0])))
			return true;
	}
	return false;
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
	for (unsigned m = 0; m < nitems(methods); m++) {
		if (methods[m] != NULL && !is_settled(&j, m))
			methods[m](&j);
	}
	if (r->open != 0)
		return CHECK_WAIT;
	if (!is_settled(&j, AUTH_DMARC))
		do_dmarc(&j);
	return r->open != 0 ? CHECK_WAIT : CHECK_DONE;
}

const struct check check_auth = {
	.name = "auth",
	.needs = needs,
	.gives = gives,
	.state_size = sizeof(struct state),
	.run = run
};
