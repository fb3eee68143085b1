/* SPDX-License-Identifier: Apache-2.0 */
/* Marks of campaigns: asked for, worded, put. */
#include "check/pivot.h"

#include "base/arena.h"
#include "base/clock.h"
#include "check/reputation.h"
#include "mail/url.h"
#include "scan/ask.h"
#include "scan/scan.h"

enum {
	POINTS = 300,
	POINTS_IP = 200,   /* a host is rented on sooner than a name is */
	BANDS_ASKED = 2,
	/* What makes a good name: messages, and days since the first of them.
	 * Who sends those can send any number of them, but cannot have begun
	 * long ago. */
	GOOD_LEAST = 20,
	GOOD_DAYS = 7
};

/* In the order of reputation_kinds. */
enum { GIVE_CAMPAIGN = REPUTATION_KINDS };

/* A host whose domain is asked for, too. */
static bool
is_covered(const struct reputation *rep, const struct known *host)
{
	const struct known *k;

	VEC_EACH(k, &rep->list)
		if (k->entity.kind == REPUTATION_DOMAIN &&
		    host_is_below(host->entity.name, k->entity.name))
			return true;
	return false;
}

/* A mark is made together with a bad lesson, so where that is known not to be
 * there, and would have outlived it, nobody needs to ask. */
static bool
can_be_marked(const struct known *k, const struct reputation_conf *conf)
{
	int64_t life = reputation_half_life(k->entity.kind) *
	    REPUTATION_LIVES;
	struct store_tally t;

	if (conf->campaign_ms / 1000 >= life)
		return true;
	if (k->asked->state == ASK_NONE)
		return false;
	if (k->asked->state != ASK_ANSWERED)
		return true;
	/* "0 12.5 ...", as most are. */
	return !str_starts(k->asked->answer[0], STR("0 ")) &&
	    (!store_tally_read(k->asked->answer[0], &t) || t.bad > 0);
}

void
pivot_ask(struct check_run *r, struct known *k)
{
	if (can_be_marked(k, r->conf))
		k->pivot = ask_store(r, pivot_key(r->arena, k->entity.kind,
		    k->entity.name));
}

void
pivots_ask(struct check_run *r, struct reputation *rep)
{
	unsigned bands = 0;
	struct known *k;

	VEC_EACH(k, &rep->list) {
		if (k->asked == NULL ||
		    !reputation_kinds[k->entity.kind].carries ||
		    (k->entity.kind == REPUTATION_TEMPLATE &&
		        bands++ >= BANDS_ASKED) ||
		    (k->entity.kind == REPUTATION_HOST &&
		        is_covered(rep, k)))
			continue;
		pivot_ask(r, k);
	}
}

static bool
is_told(const struct scan *s, struct str campaign)
{
	const struct remembered *told;

	VEC_EACH(told, &s->remembered)
		if (told->is_pivot && str_eq(told->name, campaign))
			return true;
	return false;
}

/* A campaign is worth its points once, however much it left behind. */
static void
tell(struct check_run *r, const struct known *k, const struct pivot_mark *m)
{
	const struct reputation_kind_info *kind =
	    &reputation_kinds[k->entity.kind];
	struct remembered *told;
	char day[16];

	if (is_told(r->scan, m->campaign))
		return;
	day_format(day_of(m->last), day);
	told = VEC_ADD(r->arena, &r->scan->remembered);
	*told = (struct remembered){
		.is_pivot = true,
		.symbol = str_symbol(r->arena, str_cat(r->arena,
		    STR("PIVOT_"), m->campaign)),
		.name = m->campaign,
		.points = k->entity.kind == REPUTATION_IP ? POINTS_IP :
		    POINTS,
		.say = {
			str_cat(r->arena, str_of(kind->what[0]),
			    STR(" {1} は {3} に {2} と一緒に使われました")),
			str_cat(r->arena, str_of(kind->what[1]),
			    STR(" {1} was seen with {2} on {3}"))
		},
		.args = { k->entity.shown, m->campaign,
		    str_copy(r->arena, str_of(day)) }
	};
	facts_give_str(&r->scan->facts, r->gives[GIVE_CAMPAIGN], m->campaign,
	    nowhere);
}

bool
pivots_give(struct check_run *r, const struct reputation *rep)
{
	bool has_failed = false;
	struct pivot_mark mark;
	const struct known *k;

	VEC_EACH(k, &rep->list) {
		if (k->pivot == NULL)
			continue;
		has_failed |= k->pivot->state == ASK_FAILED;
		if (k->pivot->state == ASK_ANSWERED &&
		    pivot_mark_read(k->pivot->answer[0], &mark))
			tell(r, k, &mark);
	}
	if (!has_failed && facts_get(&r->scan->facts,
	    r->gives[GIVE_CAMPAIGN])->state == FACT_OPEN)
		check_give_absent(r, GIVE_CAMPAIGN);
	return has_failed;
}

const struct campaign *
pivot_campaign(const struct scan *s)
{
	const struct verdict *v = &s->verdict;
	const struct campaign *c;

	if (v->points - v->remembered < v->conf->add_header)
		return NULL;
	VEC_EACH(c, &v->campaigns)
		if (c->rule != NULL && !c->is_observed && !c->is_beaten &&
		    c->points > 0)
			return c;
	return NULL;
}

static bool
has_good_name(const struct known *k, int64_t now)
{
	return k->tally.good >= GOOD_LEAST &&
	    k->tally.first <= now - GOOD_DAYS * REPUTATION_DAY &&
	    reputation_probability(k->entity.kind, &k->tally) <=
	    reputation_kinds[k->entity.kind].prior;
}

bool
pivot_may_mark(const struct known *k, int64_t now)
{
	return reputation_kinds[k->entity.kind].carries &&
	    !has_good_name(k, now);
}
