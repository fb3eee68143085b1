/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What one message gave, as far as the pack under test is concerned: a list
 * of names that hold (groups, brand facts, signs), since expectations are
 * about names.
 */
#include "base/arena.h"
#include "rule/lists.h"
#include "rule/trial_parts.h"
#include "rule/verdict.h"

static void
note(struct outcome *o, struct arena *a, struct str name, enum truth truth)
{
	if (truth == TRUTH_TRUE)
		*VEC_ADD(a, &o->names) = name;
	else if (truth == TRUTH_UNDECIDED)
		*VEC_ADD(a, &o->undecided) = name;
}

bool
outcome_has(const struct outcome *o, struct str name)
{
	const struct str *at;

	VEC_EACH(at, &o->names) {
		if (str_eq(*at, name))
			return true;
	}
	return false;
}

static void
note_brand(struct outcome *o, struct arena *a,
    const struct brand_finding *brand)
{
	const struct brand_sign *sign;

	o->brand = brand;
	for (int i = 0; i < BRAND_FACTS; i++) {
		struct str name = str_of(brand_fact_names[i]);

		if (!outcome_has(o, name))
			note(o, a, name, brand->facts[i]);
	}
	VEC_EACH(sign, &brand->signs) {
		struct str name = str_of(brand_sign_names[sign->kind]);

		if (!outcome_has(o, name))
			note(o, a, name, TRUTH_TRUE);
	}
}

static void
judge_campaign(struct outcome *o, const struct trial_run *run,
    const struct hits *hits)
{
	const struct rule_hit *hit;

	VEC_EACH(hit, &hits->rules) {
		if (hit->pack != run->pack)
			continue;
		o->rule = hit;
		o->is_fired = hit->truth == TRUTH_TRUE &&
		    hit->effect != EFFECT_NONE;
		for (size_t i = 0; i < run->pack->groups.n; i++)
			note(o, run->arena, run->pack->groups.at[i].name,
			    hit->groups[i].is_expired ? TRUTH_FALSE :
			    hit->groups[i].truth);
		if (hit->brand != NULL)
			note_brand(o, run->arena, hit->brand);
	}
}

/* A brand is claimed falsely when one of its signs is worth points. */
static bool
is_impersonated(const struct brand_finding *brand)
{
	const struct brand_sign *sign;

	VEC_EACH(sign, &brand->signs)
		if (sign->points > 0)
			return true;
	return false;
}

static bool
is_about(const struct trial_run *run, const struct brand_finding *brand)
{
	return brand->pack == run->pack && (run->test->brand.n == 0 ||
	    str_eq(brand->brand->id, run->test->brand));
}

static void
judge_brands(struct outcome *o, const struct trial_run *run,
    const struct hits *hits)
{
	for (size_t i = 0; i < hits->brands.n; i++) {
		const struct brand_finding *brand = hits->brands.at[i];

		if (!is_about(run, brand))
			continue;
		note_brand(o, run->arena, brand);
		o->is_fired |= is_impersonated(brand);
	}
}

/* Observed or beaten, a pack has the points it would have given. */
static void
judge_points(struct outcome *o, const struct trial_run *run,
    const struct verdict *verdict)
{
	const struct campaign *c;

	VEC_EACH(c, &verdict->campaigns) {
		int32_t points = c->points > c->would ? c->points : c->would;
		bool is_ours = run->pack->kind == PACK_BRANDS ?
		    c->brand != NULL && c->rule == NULL &&
		    is_about(run, c->brand) : c->pack == run->pack;

		if (is_ours && points > o->points)
			o->points = points;
	}
}

void
trial_read(struct sight *s, struct arena *a, const struct fact_table *table,
    const struct rebuilt *mail)
{
	s->envelope = mail->envelope;
	sight_read(s, a, table, mail->raw, NULL);
}

void
trial_observe(struct outcome *o, const struct trial_run *run,
    const struct sight *s)
{
	struct hits *hits = ARENA_ONE(run->arena, struct hits);
	struct verdict *verdict = ARENA_ONE(run->arena, struct verdict);

	*o = (struct outcome){ .day = o->day, .sight = s, .hits = hits };
	ruleset_match(hits, run->arena, run->ruleset, &s->facts, &s->message,
	    o->day);
	verdict_decide(verdict, run->arena, hits, &verdict_conf_default,
	    o->day);
	if (run->pack->kind == PACK_LISTS)
		o->is_fired = lists_hold(run->conf->lists, run->pack,
		    &s->facts, o->day, run->arena);
	else if (run->pack->kind == PACK_BRANDS)
		judge_brands(o, run, hits);
	else
		judge_campaign(o, run, hits);
	judge_points(o, run, verdict);
}
