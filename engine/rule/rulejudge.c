/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The values of a pack that hit, to groups, to the truth of its condition.
 *
 * The host of a hacked site is a victim's, so such a value counts only where
 * a value of another kind hit in the same group, or something about a link
 * did elsewhere in the pack: its path, its parameters, the whole address.
 */
#include "base/arena.h"
#include "rule/ruleset_parts.h"

static bool
is_past(int32_t expires, int32_t day)
{
	return expires != DAY_NONE && expires < day;
}

static const struct indicator *
indicator_of(const struct match_run *run, const struct value_hit *hit)
{
	return ruleset_indicator(run->ruleset, hit->indicator);
}

/* It still counts on this day, and is no quotation. */
static bool
is_live(const struct match_run *run, const struct value_hit *hit)
{
	const struct indicator *in = indicator_of(run, hit);
	const struct pack *p = run->ruleset->known[
	    run->ruleset->pack_of[hit->indicator]];

	return hit->is_plain && !hit->is_stale &&
	    !is_past(in->value->expires, run->day) &&
	    !is_past(p->groups.at[in->group].expires, run->day);
}

static bool
is_about_link(const struct value *v)
{
	return v->field->kind == FIELD_URL || v->field->kind == FIELD_PATH ||
	    v->field->kind == FIELD_QUERY;
}

/* What vouches for the hacked hosts of each group. */
struct vouchers {
	bool *in_group;  /* another kind of value hit in it */
	bool has_link;   /* something about a link hit, anywhere */
};

static void
find_vouchers(struct vouchers *v, struct match_run *run,
    const struct touched *t, const struct pack *p)
{
	const struct value_hit *hit;

	v->in_group = ARENA_MANY(run->arena, bool, p->groups.n);
	VEC_EACH(hit, &t->hits) {
		const struct indicator *in = indicator_of(run, hit);
		const struct group *group = &p->groups.at[in->group];

		if (in->value->is_hacked_site || !is_live(run, hit) ||
		    hit->truth != TRUTH_TRUE)
			continue;
		v->in_group[in->group] = true;
		v->has_link |= !group->is_exception &&
		    is_about_link(in->value);
	}
}

static enum truth
truth_of(const struct match_run *run, const struct value_hit *hit,
    const struct vouchers *v)
{
	const struct indicator *in = indicator_of(run, hit);

	if (!is_live(run, hit))
		return TRUTH_FALSE;
	if (in->value->is_hacked_site && !v->in_group[in->group] &&
	    !v->has_link)
		return TRUTH_FALSE;
	return hit->truth;
}

static bool
is_failed(const struct match_run *run, uint32_t fact)
{
	enum fact_state state = facts_get(run->facts, fact)->state;

	return state == FACT_FAILED || state == FACT_OPEN;
}

/* Values that nobody can decide: those that rest on a failed fact, as far as
 * they have not hit all the same. */
static uint32_t
count_failed(const struct match_run *run, const struct group_info *info,
    const struct group *group)
{
	const struct group_need *need;
	uint32_t n = 0;

	VEC_EACH(need, &info->needs)
		if (is_failed(run, need->fact) && need->expires >= run->day &&
		    !is_past(group->expires, run->day))
			n += need->values;
	return n;
}

static bool
is_old(const struct match_run *run, const struct value_hit *hit)
{
	return hit->is_stale ||
	    is_past(indicator_of(run, hit)->value->expires, run->day);
}

/* Counts of one group while its hits are gone through. */
struct tally {
	uint32_t undecided;
	uint32_t on_failed; /* hits that rest on a failed fact */
	uint32_t live;      /* with evidence, expired or not */
	uint32_t expired;
};

static void
add_to_group(struct match_run *run, struct group_hit *g, struct tally *t,
    const struct value_hit *hit, enum truth truth)
{
	/* Behind the engine's own stand header fields, which never fail. */
	if (hit->fact < FACTS_OWN && is_failed(run, hit->fact))
		t->on_failed++;
	if (hit->evidence.n != 0 && is_old(run, hit))
		t->expired++;
	else if (hit->evidence.n != 0)
		t->live++;
	g->hits += truth == TRUTH_TRUE;
	t->undecided += truth == TRUTH_UNDECIDED;
}

/* Expired values are told only where there is nothing else. */
static void
tell(struct match_run *run, struct group_hit *g, const struct value_hit *hit,
    const struct tally *t)
{
	if (is_old(run, hit) && t->live != 0)
		return;
	for (size_t i = 0; i < hit->evidence.n; i++)
		*VEC_ADD(run->arena, &g->evidence) = hit->evidence.at[i];
}

static void
close_group(struct match_run *run, struct group_hit *g, struct tally *t,
    const struct group_info *info)
{
	uint32_t want = g->group->want == 0 ? 1 : g->group->want;
	uint32_t failed = count_failed(run, info, g->group);
	bool has_hits = t->live + t->expired != 0;

	t->undecided += failed > t->on_failed ? failed - t->on_failed : 0;
	if (g->hits >= want)
		g->truth = TRUTH_TRUE;
	else if (g->hits + t->undecided >= want)
		g->truth = TRUTH_UNDECIDED;
	else
		g->truth = TRUTH_FALSE;
	g->is_expired = has_hits && (t->live == 0 ||
	    is_past(g->group->expires, run->day));
	if (g->is_expired)
		g->truth = TRUTH_FALSE;
}

static void
judge_groups(struct rule_hit *out, struct match_run *run,
    const struct touched *t, const struct pack_info *info)
{
	const struct pack *p = info->pack;
	struct tally *tallies = ARENA_MANY(run->arena, struct tally,
	    p->groups.n);
	const struct value_hit *hit;
	struct vouchers vouchers = { 0 };

	out->groups = ARENA_MANY(run->arena, struct group_hit, p->groups.n);
	find_vouchers(&vouchers, run, t, p);
	for (size_t i = 0; i < p->groups.n; i++)
		out->groups[i].group = &p->groups.at[i];
	VEC_EACH(hit, &t->hits) {
		uint32_t g = indicator_of(run, hit)->group;

		add_to_group(run, &out->groups[g], &tallies[g], hit,
		    truth_of(run, hit, &vouchers));
	}
	VEC_EACH(hit, &t->hits) {
		uint32_t g = indicator_of(run, hit)->group;

		tell(run, &out->groups[g], hit, &tallies[g]);
	}
	for (size_t i = 0; i < p->groups.n; i++)
		close_group(run, &out->groups[i], &tallies[i],
		    &info->groups[i]);
}

static const struct brand_finding *
finding_of(const struct match_run *run, const struct brand *brand)
{
	for (size_t i = 0; brand != NULL && i < run->findings.n; i++)
		if (run->findings.at[i]->brand == brand)
			return run->findings.at[i];
	return NULL;
}

static void
judge_names(struct rule_hit *out, struct match_run *run,
    const struct pack_info *info)
{
	const struct pack *p = info->pack;

	out->names = ARENA_MANY(run->arena, enum truth, p->names.n);
	for (size_t i = 0; i < p->names.n; i++) {
		int fact = info->brand_facts[i];

		if (i < p->groups.n)
			out->names[i] = out->groups[i].truth;
		else if (fact >= 0 && out->brand != NULL)
			out->names[i] = out->brand->facts[fact];
	}
}

static void
judge_exceptions(struct rule_hit *out, const struct pack *p)
{
	for (size_t i = 0; i < p->groups.n && out->silenced_by == NULL; i++)
		if (p->groups.at[i].is_exception &&
		    out->groups[i].truth == TRUTH_TRUE)
			out->silenced_by = &p->groups.at[i];
	out->is_authentic = out->brand != NULL &&
	    out->brand->facts[BRAND_AUTHENTIC] == TRUTH_TRUE;
	if (out->silenced_by != NULL || out->is_authentic)
		out->truth = TRUTH_FALSE;
}

static bool
has_evidence(const struct rule_hit *hit)
{
	for (size_t i = 0; i < hit->pack->groups.n; i++)
		if (hit->groups[i].evidence.n != 0)
			return true;
	return false;
}

/* What kept the groups of a pack from being decided. */
static void
note_failed(const struct rule_hit *hit, struct match_run *run,
    const struct touched *t, const struct pack_info *info)
{
	const struct group_need *need;
	const struct value_hit *one;

	VEC_EACH(one, &t->hits)
		if (one->is_cut && one->fact < FACTS_OWN &&
		    hit->groups[indicator_of(run, one)->group].truth ==
		    TRUTH_UNDECIDED)
			run->asked_in_vain[one->fact] = true;
	for (size_t i = 0; i < hit->pack->groups.n; i++) {
		if (hit->groups[i].truth != TRUTH_UNDECIDED)
			continue;
		VEC_EACH(need, &info->groups[i].needs)
			run->asked_in_vain[need->fact] |=
			    is_failed(run, need->fact);
	}
}

static void
judge(struct rule_hit *out, struct match_run *run, const struct touched *t,
    const struct pack_info *info)
{
	judge_groups(out, run, t, info);
	judge_names(out, run, info);
	out->truth = condition_eval(info->pack->when, out->names);
	judge_exceptions(out, info->pack);
}

/* Whether it would fire if the lists that are too old were not. */
static bool
would_fire(const struct rule_hit *hit, struct match_run *run,
    const struct touched *t, const struct pack_info *info)
{
	struct rule_hit would = { .pack = hit->pack, .brand = hit->brand };
	struct touched fresh = { .pack = t->pack };
	const struct value_hit *one;
	bool has_stale = false;

	VEC_EACH(one, &t->hits)
		has_stale |= one->is_stale;
	if (!has_stale)
		return false;
	VEC_EACH(one, &t->hits) {
		struct value_hit *copy = VEC_ADD(run->arena, &fresh.hits);

		*copy = *one;
		copy->is_stale = false;
	}
	judge(&would, run, &fresh, info);
	return would.truth == TRUTH_TRUE;
}

bool
rule_judge(struct rule_hit *out, struct match_run *run,
    const struct touched *t)
{
	const struct pack_info *info = ruleset_info(run->ruleset, t->pack);
	const struct pack *p;

	if (info == NULL)
		return false;
	p = info->pack;
	*out = (struct rule_hit){
		.pack = p,
		.effect = pack_effect_on(p, run->day),
		.brand = finding_of(run, info->brand),
	};
	judge(out, run, t, info);
	out->is_outdated = out->truth != TRUTH_TRUE &&
	    would_fire(out, run, t, info);
	if (out->truth != TRUTH_TRUE && !has_evidence(out))
		return false;
	note_failed(out, run, t, info);
	return true;
}
