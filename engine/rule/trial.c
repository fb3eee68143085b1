/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs the tests of packs.  What was found is kept as a list of names that
 * hold (groups, brand facts, signs): expectations are about names, and so is
 * the answer when one is not met.
 */
#include "rule/trial.h"

#include <inttypes.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "mail/message.h"
#include "rule/brand.h"
#include "rule/extract.h"
#include "rule/lists.h"
#include "rule/fact.h"
#include "rule/rebuild.h"
#include "rule/ruleset.h"
#include "rule/verdict.h"

enum { FOUND_MOST = 4096 };

/* What one message gave, as far as the pack under test is concerned. */
struct outcome {
	bool is_fired;
	int32_t points;
	int32_t day;
	const struct rule_hit *rule;      /* of a campaign, or NULL */
	const struct brand_finding *brand; /* or NULL */
	VEC(struct str) names;            /* that hold */
	VEC(struct str) undecided;
};

struct run {
	struct arena *arena;  /* of this one trial */
	struct ruleset *ruleset;
	const struct fact_table *table;
	const struct pack *pack;
	const struct pack_test *test;
	const struct lists *lists;
	int32_t day;          /* to pretend, or DAY_NONE */
};

static void
note(struct outcome *o, struct arena *a, struct str name, enum truth truth)
{
	if (truth == TRUTH_TRUE)
		*VEC_ADD(a, &o->names) = name;
	else if (truth == TRUTH_UNDECIDED)
		*VEC_ADD(a, &o->undecided) = name;
}

static bool
has_name(const struct outcome *o, struct str name)
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

		if (!has_name(o, name))
			note(o, a, name, brand->facts[i]);
	}
	VEC_EACH(sign, &brand->signs) {
		struct str name = str_of(brand_sign_names[sign->kind]);

		if (!has_name(o, name))
			note(o, a, name, TRUTH_TRUE);
	}
}

static void
judge_campaign(struct outcome *o, const struct run *run,
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
is_about(const struct run *run, const struct brand_finding *brand)
{
	return brand->pack == run->pack && (run->test->brand.n == 0 ||
	    str_eq(brand->brand->id, run->test->brand));
}

static void
judge_brands(struct outcome *o, const struct run *run,
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
judge_points(struct outcome *o, const struct run *run,
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

static int32_t
day_of_test(const struct run *run)
{
	if (run->day != DAY_NONE)
		return run->day;
	if (run->test->at != DAY_NONE)
		return run->test->at;
	return run->pack->seen_last != DAY_NONE ? run->pack->seen_last :
	    day_today();
}

static void
observe(struct outcome *o, const struct run *run,
    const struct rebuilt *mail)
{
	static const struct message_conf message_conf;
	static const struct extract_conf extract_conf;
	struct message *m = ARENA_ONE(run->arena, struct message);
	struct hits *hits = ARENA_ONE(run->arena, struct hits);
	struct verdict *verdict = ARENA_ONE(run->arena, struct verdict);
	struct facts facts;

	*o = (struct outcome){ .day = day_of_test(run) };
	message_read(m, run->arena, mail->raw, &mail->envelope,
	    &message_conf);
	facts_init(&facts, run->arena, run->table);
	extract_facts(&facts, m, &mail->envelope, &extract_conf);
	ruleset_match(hits, run->arena, run->ruleset, &facts, m, o->day);
	verdict_decide(verdict, run->arena, hits, &verdict_conf_default,
	    o->day);
	if (run->pack->kind == PACK_LISTS)
		o->is_fired = lists_hold(run->lists, run->pack, &facts,
		    o->day, run->arena);
	else if (run->pack->kind == PACK_BRANDS)
		judge_brands(o, run, hits);
	else
		judge_campaign(o, run, hits);
	judge_points(o, run, verdict);
}

static void
add_sentence(struct buf *b)
{
	if (b->n != 0)
		buf_add_str(b, STR("; "));
}

static void
add_names(struct buf *b, const struct str *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_printf(b, "%s%" STR_FMT, i == 0 ? "" : ", ",
		    STR_ARG(names[i]));
}

static void
add_points(struct buf *b, int64_t hundredths)
{
	buf_printf(b, "%s%" PRId64 ".%02" PRId64, hundredths < 0 ? "-" : "",
	    (hundredths < 0 ? -hundredths : hundredths) / 100,
	    (hundredths < 0 ? -hundredths : hundredths) % 100);
}

static void
tell_names(struct buf *b, const struct outcome *o)
{
	add_sentence(b);
	buf_add_str(b, o->names.n == 0 ? STR("nothing matched") :
	    STR("there is: "));
	add_names(b, o->names.at, o->names.n);
	if (o->undecided.n == 0)
		return;
	buf_add_str(b, STR("; undecided: "));
	add_names(b, o->undecided.at, o->undecided.n);
}

/* Groups that want several values and had some of them. */
static void
tell_near_misses(struct buf *b, const struct outcome *o,
    const struct pack *pack)
{
	for (size_t i = 0; o->rule != NULL && i < pack->groups.n; i++) {
		const struct group_hit *hit = &o->rule->groups[i];

		if (hit->hits == 0 || hit->truth == TRUTH_TRUE)
			continue;
		add_sentence(b);
		buf_printf(b, "%" STR_FMT " has %u of %u values",
		    STR_ARG(pack->groups.at[i].name), hit->hits,
		    pack->groups.at[i].want);
	}
}

static void
tell_silent(struct buf *b, const struct run *run, const struct outcome *o)
{
	const struct rule_hit *hit = o->rule;
	char day[16];

	buf_add_str(b, STR("expected a match, did not fire"));
	if (hit != NULL && hit->silenced_by != NULL)
		buf_printf(b, "; silenced by exception %" STR_FMT,
		    STR_ARG(hit->silenced_by->name));
	if (hit != NULL && hit->is_authentic)
		buf_add_str(b, STR("; silenced by brand.authentic"));
	if (hit != NULL && hit->truth == TRUTH_UNDECIDED)
		buf_add_str(b, STR("; when is undecided"));
	if (pack_effect_on(run->pack, o->day) == EFFECT_NONE) {
		day_format(o->day, day);
		buf_printf(b, "; the pack has no effect on %s", day);
	}
	tell_near_misses(b, o, run->pack);
	tell_names(b, o);
}

static void
tell_fired(struct buf *b, const struct outcome *o)
{
	buf_add_str(b, STR("expected clean, but it fires with "));
	add_points(b, o->points);
	buf_add_str(b, STR(" points"));
	tell_names(b, o);
}

static void
check_evidence(struct buf *b, const struct run *run, const struct outcome *o)
{
	const struct str *name;
	bool is_missed = false;

	VEC_EACH(name, &run->test->evidence) {
		if (has_name(o, *name))
			continue;
		is_missed = true;
		add_sentence(b);
		buf_printf(b, "no evidence \"%" STR_FMT "\"", STR_ARG(*name));
	}
	VEC_EACH(name, &run->test->not_evidence) {
		if (!has_name(o, *name))
			continue;
		add_sentence(b);
		buf_printf(b, "evidence \"%" STR_FMT "\" must not be there",
		    STR_ARG(*name));
	}
	if (is_missed) {
		tell_near_misses(b, o, run->pack);
		tell_names(b, o);
	}
}

static void
check_points(struct buf *b, const struct pack_test *t, int32_t points)
{
	if (!t->has_points ||
	    (points >= t->points.first && points <= t->points.last))
		return;
	add_sentence(b);
	buf_add_str(b, STR("score "));
	add_points(b, points);
	buf_add_str(b, STR(", expected "));
	if (t->points.first == t->points.last) {
		add_points(b, t->points.first);
	} else if (t->points.last >= INT32_MAX) {
		buf_add_str(b, STR("at least "));
		add_points(b, t->points.first);
	} else {
		add_points(b, t->points.first < 0 ? 0 : t->points.first);
		buf_add_str(b, STR(" to "));
		add_points(b, t->points.last);
	}
}

/* What is not as expected, in words; "" when all is. */
static struct str
compare(const struct run *run, const struct outcome *o)
{
	struct buf b;

	buf_init_arena(&b, run->arena, FOUND_MOST);
	if (o->is_fired != run->test->expects_match) {
		if (run->test->expects_match)
			tell_silent(&b, run, o);
		else
			tell_fired(&b, o);
		return buf_str(&b);
	}
	check_evidence(&b, run, o);
	check_points(&b, run->test, o->points);
	return buf_str(&b);
}

static void
try_one(struct trial *t, struct arena *a, struct run *run)
{
	struct rebuilt mail;
	struct outcome o;
	struct err e;

	if (!rebuild_test(&mail, run->arena, run->pack, run->test, t->variant,
	    &e)) {
		t->found = str_copy(a, str_of(e.text));
		return;
	}
	if (mail.skip.n != 0) {
		t->is_skipped = t->is_passed = true;
		t->found = str_copy(a, mail.skip);
		return;
	}
	observe(&o, run, &mail);
	t->points = o.points;
	t->found = str_copy(a, compare(run, &o));
	t->is_passed = t->found.n == 0;
}

static void
add_trial(trial_list *out, struct arena *a, struct run *run,
    struct str variant, const struct trial_conf *conf)
{
	struct trial *t = VEC_ADD(a, out);

	t->pack = run->pack;
	t->test = run->test;
	t->variant = variant;
	try_one(t, a, run);
	arena_empty(run->arena);
	if (conf->done != NULL)
		conf->done(conf->client, t);
}

/* The plain run says what utf-8 would say: a test that names it is run
 * once. */
static void
run_test(trial_list *out, struct arena *a, struct run *run,
    const struct trial_conf *conf)
{
	const struct str *variant;

	add_trial(out, a, run, STR(""), conf);
	if (conf->is_every_variant) {
		for (size_t i = 1; i < n_rebuild_variants; i++)
			add_trial(out, a, run, rebuild_variants[i], conf);
		return;
	}
	VEC_EACH(variant, &run->test->vary)
		if (!str_eq(*variant, rebuild_variants[0]))
			add_trial(out, a, run, *variant, conf);
}

void
trials_run(trial_list *out, struct arena *a, struct ruleset *r,
    const struct fact_table *table, const struct pack *pack,
    const struct trial_conf *conf)
{
	struct run run = { .arena = arena_new(), .ruleset = r,
		.table = table, .pack = pack,
		.lists = conf->lists, .day = conf->day };
	const struct pack_test *test;

	VEC_EACH(test, &pack->tests) {
		if (conf->like.n != 0 &&
		    str_find_str(test->name, conf->like) == test->name.n)
			continue;
		run.test = test;
		run_test(out, a, &run, conf);
	}
	arena_free(run.arena);
}
