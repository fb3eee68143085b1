/* SPDX-License-Identifier: Apache-2.0 */
/* Points, caps, families, the ceiling and the action. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "rule/verdict.h"
#include "../draw.h"
#include "../scratch.h"

enum { TODAY = 20600 };

/* A pack of n groups without caps, of points each. */
static struct pack *
pack_new(const char *id, size_t n, int32_t points)
{
	struct pack *p = ARENA_ONE(arena, struct pack);

	p->kind = PACK_CAMPAIGN;
	p->status = PACK_STABLE;
	p->mode = PACK_SCORE;
	p->id = p->symbol = str_of(id);
	p->cap = 2000;
	p->expires = p->review_by = p->seen_last = DAY_NONE;
	for (size_t i = 0; i < n; i++) {
		struct group *g = VEC_ADD(arena, &p->groups);

		g->name = str_printf(arena, "g%zu", i);
		g->want = 1;
		g->points = points;
		g->cap = INT32_MAX;
		g->expires = DAY_NONE;
	}
	p->n_groups = n;
	return p;
}

/* Every group hit once. */
static struct rule_hit *
hit_add(struct hits *hits, struct pack *p)
{
	struct rule_hit *hit = VEC_ADD(arena, &hits->rules);

	hit->pack = p;
	hit->effect = EFFECT_SCORE;
	hit->truth = TRUTH_TRUE;
	hit->groups = ARENA_MANY(arena, struct group_hit, p->groups.n);
	hit->names = ARENA_MANY(arena, enum truth, p->groups.n + BRAND_FACTS);
	for (size_t i = 0; i < p->groups.n; i++)
		hit->groups[i] = (struct group_hit){
			.group = &p->groups.at[i], .truth = TRUTH_TRUE,
			.hits = 1 };
	return hit;
}

static struct verdict
decide(const struct hits *hits)
{
	struct verdict v;
	const struct verdict_line *line;
	int64_t total = 0;

	verdict_decide(&v, arena, hits, NULL, TODAY);
	VEC_EACH (line, &v.lines)
		total += line->points;
	assert_int_equal(total, v.points);
	return v;
}

static void
test_nothing_hit_is_no_action(void **state)
{
	struct hits hits = { 0 };
	struct verdict v = decide(&hits);

	(void)state;
	assert_int_equal(v.points, 0);
	assert_string_equal(action_name(v.action), "no action");
}

static void
test_a_group_gives_points_and_more_up_to_its_cap(void **state)
{
	struct hits hits = { 0 };
	struct pack *p = pack_new("p", 1, 200);
	struct rule_hit *hit = hit_add(&hits, p);

	(void)state;
	p->groups.at[0].want = 2;
	p->groups.at[0].more = 50;
	hit->groups[0].hits = 5;
	assert_int_equal(decide(&hits).points, 350);
	p->groups.at[0].cap = 300;
	assert_int_equal(decide(&hits).points, 300);
	hit->groups[0].is_expired = true;
	assert_int_equal(decide(&hits).points, 0);
}

static void
test_caps_of_several_groups_overlap_without_paying_twice(void **state)
{
	struct hits hits = { 0 };
	struct pack *p = pack_new("p", 3, 500);
	struct cap *cap;

	(void)state;
	hit_add(&hits, p);
	cap = VEC_ADD(arena, &p->caps);
	*VEC_ADD(arena, &cap->of) = 0;
	*VEC_ADD(arena, &cap->of) = 1;
	cap->most = 700;
	cap = VEC_ADD(arena, &p->caps);
	*VEC_ADD(arena, &cap->of) = 1;
	*VEC_ADD(arena, &cap->of) = 2;
	cap->most = 600;
	assert_int_equal(decide(&hits).points, 500 + 600);
}

static void
test_the_severest_threshold_that_is_reached_decides(void **state)
{
	static const struct {
		int32_t points;
		enum action action;
	} cases[] = {
		{ 599, ACTION_NONE }, { 600, ACTION_ADD_HEADER },
		{ 1499, ACTION_ADD_HEADER }, { 1500, ACTION_REJECT },
	};

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		struct hits hits = { 0 };

		hit_add(&hits, pack_new("p", 1, cases[i].points));
		assert_int_equal(decide(&hits).action, cases[i].action);
	}
}

static void
test_of_a_family_only_the_highest_counts(void **state)
{
	struct hits hits = { 0 };
	struct pack *low = pack_new("low", 1, 300);
	struct pack *high = pack_new("high", 1, 700);
	struct pack *other = pack_new("other", 1, 200);
	struct verdict v;

	(void)state;
	low->brand = high->brand = STR("kagoya");
	low->family = STR("mailbox");
	other->family = STR("mailbox");
	hit_add(&hits, low);
	hit_add(&hits, high);
	hit_add(&hits, other);
	v = decide(&hits);
	assert_int_equal(v.points, 700);
	assert_string_equal(str_cstr(arena, v.campaigns.at[0].symbol),
	    "high");
	assert_true(v.campaigns.at[1].is_beaten);
	assert_int_equal(v.campaigns.at[1].points, 0);
	assert_int_equal(v.campaigns.at[1].would, 300);
}

static void
test_an_observing_pack_gives_nothing_and_beats_nobody(void **state)
{
	struct hits hits = { 0 };
	struct pack *watch = pack_new("watch", 1, 900);
	struct pack *score = pack_new("score", 1, 700);
	struct verdict v;

	(void)state;
	watch->brand = score->brand = STR("kagoya");
	hit_add(&hits, watch)->effect = EFFECT_OBSERVE;
	hit_add(&hits, score);
	v = decide(&hits);
	assert_int_equal(v.points, 700);
	assert_true(v.campaigns.at[1].is_observed);
	assert_int_equal(v.campaigns.at[1].would, 900);
}

static struct brand_finding *
finding_add(struct hits *hits, const char *id, int32_t points, size_t n)
{
	struct brand_finding *f = ARENA_ONE(arena, struct brand_finding);
	struct brand *b = ARENA_ONE(arena, struct brand);
	struct pack *p = pack_new("brands", 0, 0);

	p->kind = PACK_BRANDS;
	b->id = b->name = str_of(id);
	f->brand = b;
	f->pack = p;
	for (size_t i = 0; i < n; i++)
		*VEC_ADD(arena, &f->signs) = (struct brand_sign){
			.kind = (enum brand_sign_kind)i, .points = points };
	*VEC_ADD(arena, &hits->brands) = f;
	return f;
}

static void
test_a_brand_alone_and_its_campaign_are_one_family(void **state)
{
	struct hits hits = { 0 };
	struct pack *p = pack_new("p", 1, 500);
	struct verdict v;

	(void)state;
	p->brand = STR("kagoya");
	hit_add(&hits, p);
	finding_add(&hits, "kagoya", 600, 3);
	v = decide(&hits);
	assert_int_equal(v.points, 1200);
	assert_string_equal(str_cstr(arena, v.campaigns.at[0].symbol),
	    "BRAND_KAGOYA");
	p->groups.at[0].points = 1300;
	assert_int_equal(decide(&hits).points, 1300);
}

static void
test_the_ceiling_holds_all_packs_together(void **state)
{
	struct hits hits = { 0 };
	struct verdict v;

	(void)state;
	hit_add(&hits, pack_new("a", 1, 1800));
	hit_add(&hits, pack_new("b", 1, 1800));
	v = decide(&hits);
	assert_int_equal(v.points, 3000);
	assert_int_equal(v.lines.at[v.lines.n - 1].kind, LINE_CEILING);
	assert_int_equal(v.lines.at[v.lines.n - 1].points, -600);
}

static void
test_age_is_told_from_the_day_last_seen(void **state)
{
	struct hits hits = { 0 };
	struct pack *p = pack_new("p", 1, 100);

	(void)state;
	p->seen_last = TODAY - 30;
	hit_add(&hits, p);
	assert_int_equal(decide(&hits).campaigns.at[0].age_days, 30);
	p->seen_last = DAY_NONE;
	assert_int_equal(decide(&hits).campaigns.at[0].age_days, -1);
}

static struct pack *
random_pack(void)
{
	static const char *const ids[] = { "", "a", "b", "c" };
	struct pack *p = pack_new("p", 1 + draw(8), 0);

	p->brand = str_of(ids[draw(4)]);
	p->family = str_of(ids[draw(4)]);
	p->cap = (int32_t)draw(2001);
	for (size_t i = 0; i < p->groups.n; i++) {
		struct group *g = &p->groups.at[i];

		g->points = (int32_t)draw(1001);
		g->more = (int32_t)draw(501);
		g->want = 1 + draw(4);
		if (draw(2) == 0)
			g->cap = (int32_t)draw(1500);
	}
	for (uint32_t n = draw(4); n > 0; n--) {
		struct cap *cap = VEC_ADD(arena, &p->caps);

		for (uint32_t i = 0; i < p->groups.n; i++)
			if (draw(2) == 0)
				*VEC_ADD(arena, &cap->of) = i;
		cap->most = (int32_t)draw(1500);
	}
	return p;
}

static void
check_draft(const struct verdict *v, uint32_t index)
{
	const struct campaign *c = &v->campaigns.at[index];
	const struct verdict_line *line;
	int64_t total = 0;

	VEC_EACH (line, &v->lines) {
		if (line->campaign != index)
			continue;
		total += line->points;
		if (line->kind == LINE_CAP || line->kind == LINE_FAMILY ||
		    line->kind == LINE_OBSERVE)
			assert_true(line->points < 0);
		else
			assert_true(line->points >= 0);
	}
	assert_int_equal(total, c->points);
	assert_true(c->points >= 0 && c->points <= 2000);
	if (c->rule != NULL)
		assert_true(c->would <= c->pack->cap);
	else
		assert_true(c->would <= 1200);
	if (c->is_beaten || c->is_observed)
		assert_int_equal(c->points, 0);
	else
		assert_int_equal(c->points, c->would);
}

/* Two that count have no brand and no family in common. */
static void
check_families(const struct verdict *v)
{
	const struct campaign *x, *y;

	VEC_EACH (x, &v->campaigns)
		VEC_EACH (y, &v->campaigns) {
			struct str brand = x->rule != NULL ? x->pack->brand
			    : x->brand->brand->id;
			struct str other = y->rule != NULL ? y->pack->brand
			    : y->brand->brand->id;

			if (x == y || x->is_beaten || y->is_beaten ||
			    x->is_observed || y->is_observed)
				continue;
			assert_false(brand.n != 0 && str_eq(brand, other));
			assert_false(x->pack->family.n != 0 &&
			    str_eq(x->pack->family, y->pack->family));
		}
}

static void
test_random_hits_sum_exactly_and_stay_under_every_cap(void **state)
{
	(void)state;
	for (int round = 0; round < 3000; round++) {
		struct hits hits = { 0 };
		struct verdict v;

		for (uint32_t n = draw(7); n > 0; n--) {
			struct pack *p = random_pack();
			struct rule_hit *hit = hit_add(&hits, p);

			hit->truth = (enum truth)draw(3);
			hit->effect = (enum pack_effect)draw(3);
			for (size_t i = 0; i < p->groups.n; i++) {
				hit->groups[i].hits = draw(1000);
				hit->groups[i].truth = (enum truth)draw(3);
				hit->groups[i].is_expired = draw(5) == 0;
			}
		}
		for (uint32_t n = draw(3); n > 0; n--)
			finding_add(&hits, n == 1 ? "a" : "z",
			    (int32_t)draw(700) + 1, draw(SIGNS));
		v = decide(&hits);
		assert_true(v.points >= 0 && v.points <= 3000);
		for (uint32_t i = 0; i < v.campaigns.n; i++)
			check_draft(&v, i);
		check_families(&v);
		arena_empty(arena);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_hit_is_no_action),
		cmocka_unit_test(
		    test_a_group_gives_points_and_more_up_to_its_cap),
		cmocka_unit_test(
		    test_caps_of_several_groups_overlap_without_paying_twice),
		cmocka_unit_test(
		    test_the_severest_threshold_that_is_reached_decides),
		cmocka_unit_test(test_of_a_family_only_the_highest_counts),
		cmocka_unit_test(
		    test_an_observing_pack_gives_nothing_and_beats_nobody),
		cmocka_unit_test(
		    test_a_brand_alone_and_its_campaign_are_one_family),
		cmocka_unit_test(test_the_ceiling_holds_all_packs_together),
		cmocka_unit_test(test_age_is_told_from_the_day_last_seen),
		cmocka_unit_test(
		    test_random_hits_sum_exactly_and_stay_under_every_cap),
	};

	return cmocka_run_group_tests(tests, scratch_open, scratch_close);
}
