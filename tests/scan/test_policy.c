/* SPDX-License-Identifier: Apache-2.0 */
/* Rules change a policy, and recipients who differ agree on one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "rule/ruleset.h"
#include "scan/policy.c"

enum { SIX = 600, TEN = 1000, FIFTEEN = 1500, OFF = INT32_MAX };

/* A scan whose generation has rules, and nothing else. */
struct bench {
	struct scan scan;
	struct generation generation;
};

static struct bench *
bench_new(void)
{
	struct arena *a = arena_new();
	struct bench *b = ARENA_ONE(a, struct bench);

	b->scan.arena = a;
	b->scan.generation = &b->generation;
	b->generation.conf.policy = policy_default;
	b->generation.conf.policy.verdict.add_header = SIX;
	b->generation.conf.policy.verdict.rewrite = OFF;
	b->generation.conf.policy.verdict.reject = FIFTEEN;
	return b;
}

static void
bench_free(struct bench *b)
{
	arena_free(b->scan.arena);
}

/* A rule of one recipient that says what SAY names. */
static struct policy_rule *
rule(struct bench *b, const char *rcpt)
{
	struct policy_rule *r = VEC_ADD(b->scan.arena,
	    &b->generation.conf.rules);

	map_init(&r->rcpt, b->scan.arena);
	if (rcpt != NULL)
		map_put(&r->rcpt, str_of(rcpt), 1);
	return r;
}

#define SAY(b_, r_, member_, value_)                                         \
	do {                                                                 \
		(r_)->policy.member_ = (value_);                             \
		*VEC_ADD((b_)->scan.arena, &(r_)->said) =                    \
		    (struct policy_piece){ offsetof(struct policy, member_), \
			sizeof((r_)->policy.member_) };                      \
	} while (0)

static void
say_packs(struct bench *b, struct policy_rule *r, const char *id)
{
	*VEC_ADD(b->scan.arena, &r->policy.packs) = str_of(id);
	*VEC_ADD(b->scan.arena, &r->said) = (struct policy_piece){
		offsetof(struct policy, packs), sizeof(r->policy.packs) };
}

static void
say_without(struct bench *b, struct policy_rule *r, const char *id)
{
	*VEC_ADD(b->scan.arena, &r->policy.without) = str_of(id);
	*VEC_ADD(b->scan.arena, &r->said) = (struct policy_piece){
		offsetof(struct policy, without), sizeof(r->policy.without) };
}

static const struct policy *
choose(struct bench *b, const char *first, const char *second)
{
	memset(&b->scan.envelope, 0, sizeof(b->scan.envelope));
	*VEC_ADD(b->scan.arena, &b->scan.envelope.rcpt) = str_of(first);
	if (second != NULL)
		*VEC_ADD(b->scan.arena, &b->scan.envelope.rcpt) =
		    str_of(second);
	return policy_choose(&b->scan);
}

static bool
scores(const struct policy *p, const char *id)
{
	struct pack pack = { .id = str_of(id) };

	return does_score(p, &pack);
}

static void
test_a_recipient_is_found_by_address_domain_and_above(void **state)
{
	static const struct {
		const char *rcpt, *address;
		bool fits;
	} cases[] = {
		{ "a@b.jp", "a@b.jp", true },
		{ "a@b.jp", "A@B.JP", true },
		{ "a@b.jp", "x@b.jp", false },
		{ "b.jp", "x@b.jp", true },
		{ "b.jp", "x@c.b.jp", false },
		{ ".b.jp", "x@b.jp", true },
		{ ".b.jp", "x@d.c.b.jp", true },
		{ ".b.jp", "x@bb.jp", false },
		{ "*", "x@y", true },
		{ "*", "", false },
		{ "b.jp", "\"a@c\"@b.jp", true },
		{ "", "x@", true },
	};

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		struct bench *b = bench_new();
		struct policy_rule *r = rule(b, cases[i].rcpt);

		SAY(b, r, verdict.reject, TEN);
		assert_int_equal(choose(b, cases[i].address, NULL)
			->verdict.reject, cases[i].fits ? TEN : FIFTEEN);
		bench_free(b);
	}
}

static void
test_later_rules_change_what_earlier_ones_said(void **state)
{
	struct bench *b = bench_new();
	struct policy_rule *r = rule(b, "b.jp");
	const struct policy *p;

	(void)state;
	SAY(b, r, verdict.reject, TEN);
	SAY(b, r, lang, STR("ja"));
	r = rule(b, NULL);
	SAY(b, r, verdict.reject, SIX);
	p = choose(b, "x@b.jp", NULL);
	assert_int_equal(p->verdict.reject, SIX);
	assert_true(str_is(p->lang, "ja"));
	bench_free(b);
}

static void
test_refused_if_for_each_and_marked_if_for_one(void **state)
{
	struct bench *b = bench_new();
	struct policy_rule *r = rule(b, "hard.jp");
	const struct policy *p;

	(void)state;
	SAY(b, r, verdict.reject, TEN);
	SAY(b, r, verdict.add_header, 100);
	for (int i = 0; i < 2; i++) {
		p = choose(b, i == 0 ? "x@hard.jp" : "x@b.jp",
		    i == 0 ? "x@b.jp" : "x@hard.jp");
		assert_int_equal(p->verdict.reject, FIFTEEN);
		assert_int_equal(p->verdict.add_header, 100);
	}
	bench_free(b);
}

static void
test_the_milder_measure_counts_but_a_mark_stays(void **state)
{
	static const struct {
		enum measure a, b, agreed;
	} cases[] = {
		{ MEASURE_REJECT, MEASURE_REJECT, MEASURE_REJECT },
		{ MEASURE_REJECT, MEASURE_QUARANTINE, MEASURE_QUARANTINE },
		{ MEASURE_DISCARD, MEASURE_REJECT, MEASURE_REJECT },
		{ MEASURE_SOFT_REJECT, MEASURE_REJECT, MEASURE_SOFT_REJECT },
		{ MEASURE_REJECT, MEASURE_NONE, MEASURE_ADD_HEADER },
		{ MEASURE_ADD_HEADER, MEASURE_GREYLIST, MEASURE_ADD_HEADER },
		{ MEASURE_GREYLIST, MEASURE_NONE, MEASURE_NONE },
	};

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		assert_int_equal(milder(cases[i].a, cases[i].b),
		    cases[i].agreed);
		assert_int_equal(milder(cases[i].b, cases[i].a),
		    cases[i].agreed);
	}
}

/* A mark that refuses took the lower score of two with it: mail was refused
 * that one of its recipients would not have refused. */
static void
test_a_mark_that_refuses_is_none_where_the_marks_differ(void **state)
{
	struct bench *b = bench_new();
	struct policy_rule *r = rule(b, NULL);
	const struct policy *p;

	(void)state;
	SAY(b, r, measures[ACTION_ADD_HEADER], MEASURE_QUARANTINE);
	r = rule(b, "low.jp");
	SAY(b, r, verdict.add_header, 300);
	p = choose(b, "x@b.jp", "x@low.jp");
	assert_int_equal(p->verdict.add_header, 300);
	assert_int_equal(p->measures[ACTION_ADD_HEADER], MEASURE_ADD_HEADER);
	p = choose(b, "x@b.jp", "y@b.jp");
	assert_int_equal(p->measures[ACTION_ADD_HEADER], MEASURE_QUARANTINE);
	bench_free(b);
}

/* A pack scored that scored for no recipient, where one named those that do
 * and the other those that do not. */
static void
test_a_pack_scores_if_it_does_for_one(void **state)
{
	struct bench *b = bench_new();
	const struct policy *p;

	(void)state;
	say_packs(b, rule(b, "only.jp"), "first");
	say_without(b, rule(b, "not.jp"), "second");
	p = choose(b, "x@only.jp", "x@not.jp");
	assert_true(scores(p, "first"));
	assert_false(scores(p, "second"));
	assert_true(scores(p, "third"));
	p = choose(b, "x@only.jp", NULL);
	assert_true(scores(p, "first"));
	assert_false(scores(p, "third"));
	p = choose(b, "x@only.jp", "x@b.jp");
	assert_true(scores(p, "second"));
	bench_free(b);
}

/* The packs of each recipient were added up, and a message to a thousand took
 * a gigabyte. */
static void
test_ten_thousand_recipients_cost_little(void **state)
{
	struct bench *b = bench_new();
	struct policy_rule *r = rule(b, NULL);
	size_t before;

	(void)state;
	for (int i = 0; i < 100; i++)
		*VEC_ADD(b->scan.arena, &r->policy.packs) = STR("some-id");
	say_packs(b, r, "other-id");
	for (int i = 0; i < 50; i++) {
		r = rule(b, ".jp");
		SAY(b, r, verdict.reject, TEN);
	}
	for (int i = 0; i < 10000; i++)
		*VEC_ADD(b->scan.arena, &b->scan.envelope.rcpt) =
		    str_printf(b->scan.arena, "user%d@b.jp", i);
	before = arena_used(b->scan.arena);
	assert_int_equal(policy_choose(&b->scan)->verdict.reject, TEN);
	assert_true(arena_used(b->scan.arena) - before < 4 * 1024 * 1024);
	bench_free(b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_a_recipient_is_found_by_address_domain_and_above),
		cmocka_unit_test(
		    test_later_rules_change_what_earlier_ones_said),
		cmocka_unit_test(
		    test_refused_if_for_each_and_marked_if_for_one),
		cmocka_unit_test(
		    test_the_milder_measure_counts_but_a_mark_stays),
		cmocka_unit_test(
		    test_a_mark_that_refuses_is_none_where_the_marks_differ),
		cmocka_unit_test(test_a_pack_scores_if_it_does_for_one),
		cmocka_unit_test(test_ten_thousand_recipients_cost_little),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
