/* SPDX-License-Identifier: Apache-2.0 */
/* The arithmetic against a plain model, on a clock of the test's own. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/vec.h"
#include "net/store.h"
#include "scan/reputation.h"

/* The model remembers every lesson and adds them up anew each time. */
struct event {
	double bad, good;
	int64_t when;
};

enum { EVENTS_MOST = 200 };

struct model {
	struct event at[EVENTS_MOST];
	size_t n;
};

static double
model_sum(const struct model *m, enum reputation_kind kind, int64_t now,
    bool is_bad)
{
	double sum = 0, days = reputation_kinds[kind].half_life;

	for (size_t i = 0; i < m->n; i++)
		sum += (is_bad ? m->at[i].bad : m->at[i].good) *
		    pow(0.5, (double)(now - m->at[i].when) / (days * 86400));
	return sum;
}

static double
model_points(double bad, double good, enum reputation_kind kind)
{
	const struct reputation_kind_info *k = &reputation_kinds[kind];
	double odds = (bad + k->strength * k->prior) /
	    (good + k->strength * (1 - k->prior));
	double before = k->prior / (1 - k->prior);
	double points = k->per_bit * log(odds / before) / log(2);

	return points < 0 ? 0 : points > k->cap ? k->cap : points;
}

static uint64_t
draw(uint64_t *seed)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return *seed >> 33;
}

static void
teach(struct store_tally *t, struct model *m, enum reputation_kind kind,
    const struct event *e)
{
	m->at[m->n++] = *e;
	store_tally_add(t, &(struct store_lesson){ .bad = e->bad,
	    .good = e->good, .when = e->when,
	    .half_life = reputation_half_life(kind), .life = 1 });
}

/* Lessons at random distances, up to three half-lives, then a look. */
static void
try_one(enum reputation_kind kind, uint64_t *seed)
{
	struct model model = { .n = 0 };
	struct store_tally tally = { 0 };
	int64_t now = 1700000000;
	size_t lessons = 1 + draw(seed) % (EVENTS_MOST - 1);
	double bad, good, wanted;

	for (size_t i = 0; i < lessons; i++) {
		bool is_bad = draw(seed) % 3 == 0;
		double amount = (double)(1 + draw(seed) % 800) / 100;

		now += (int64_t)(draw(seed) %
		    (uint64_t)(3 * reputation_half_life(kind)) / lessons);
		teach(&tally, &model, kind, &(struct event){
		    is_bad ? amount : 0, is_bad ? 0 : amount, now });
	}
	now += (int64_t)(draw(seed) %
	    (uint64_t)(2 * reputation_half_life(kind)));
	store_tally_decay(&tally, now, reputation_half_life(kind));
	bad = model_sum(&model, kind, now, true);
	good = model_sum(&model, kind, now, false);
	assert_true(fabs(tally.bad - bad) <= 1e-6 * (1 + bad));
	assert_true(fabs(tally.good - good) <= 1e-6 * (1 + good));
	wanted = model_points(bad, good, kind);
	assert_true(fabs(reputation_points(kind, &tally) - wanted) <= 1.001);
	assert_int_equal(tally.first, model.at[0].when);
	assert_int_equal(tally.last, model.at[model.n - 1].when);
}

static void
test_counts_and_points_are_those_of_a_plain_model(void **state)
{
	uint64_t seed = 20260209;

	(void)state;
	for (int kind = 0; kind < REPUTATION_KINDS; kind++)
		for (int i = 0; i < 300; i++)
			try_one((enum reputation_kind)kind, &seed);
}

static int32_t
points(enum reputation_kind kind, double bad, double good)
{
	return reputation_points(kind, &(struct store_tally){ .bad = bad,
	    .good = good });
}

static void
test_points_stay_between_nothing_and_the_cap(void **state)
{
	static const double counts[] = { 0, 0.001, 1, 7, 1000, 1e9, 1e300,
		INFINITY, NAN };

	(void)state;
	for (int kind = 0; kind < REPUTATION_KINDS; kind++) {
		for (size_t i = 0; i < nitems(counts); i++) {
			for (size_t k = 0; k < nitems(counts); k++) {
				int32_t got = points((enum reputation_kind)
				    kind, counts[i], counts[k]);

				assert_in_range(got, 0,
				    reputation_kinds[kind].cap);
			}
		}
		assert_int_equal(points((enum reputation_kind)kind, 0, 0), 0);
		assert_int_equal(points((enum reputation_kind)kind, 0, 1e6),
		    0);
	}
}

static void
test_more_bad_never_lowers_and_more_good_never_raises(void **state)
{
	uint64_t seed = 1;

	(void)state;
	for (int i = 0; i < 2000; i++) {
		enum reputation_kind kind =
		    (enum reputation_kind)(draw(&seed) % REPUTATION_KINDS);
		double bad = (double)(draw(&seed) % 10000) / 100;
		double good = (double)(draw(&seed) % 10000) / 100;
		double more = (double)(1 + draw(&seed) % 1000) / 100;

		assert_true(points(kind, bad + more, good) >=
		    points(kind, bad, good));
		assert_true(points(kind, bad, good + more) <=
		    points(kind, bad, good));
	}
}

/* The documented example. */
static void
test_an_address_with_ten_bad_messages(void **state)
{
	(void)state;
	/* p = (10 + 4 * 0.2) / (10 + 4): odds 3.375 against 0.25. */
	assert_int_equal(points(REPUTATION_IP, 10, 0), 187);
	assert_int_equal(points(REPUTATION_IP, 10, 100), 0);
	assert_int_equal(points(REPUTATION_IP, 1000, 0), 250);
}

static void
test_keys_are_read_as_they_are_written(void **state)
{
	struct arena *a = arena_new();
	enum reputation_kind kind;
	struct str name, key, hidden, secret = STR("secret");
	char huge[400];

	(void)state;
	key = reputation_key(a, REPUTATION_IP, STR("2001:db8::1"), secret);
	assert_true(str_is(key, "rep1:ip:2001:db8::1"));
	assert_true(reputation_key_read(key, &kind, &name));
	assert_int_equal(kind, REPUTATION_IP);
	assert_true(str_is(name, "2001:db8::1"));
	assert_false(reputation_key_read(STR("rep1:odd:x"), &kind, &name));
	assert_false(reputation_key_read(STR("rep2:ip:x"), &kind, &name));
	/* A mailbox is readable without a secret only. */
	key = reputation_key(a, REPUTATION_MAILBOX, STR("a@b.jp"), STR(""));
	assert_true(str_is(key, "rep1:mailbox:a@b.jp"));
	hidden = reputation_key(a, REPUTATION_MAILBOX, STR("a@b.jp"), secret);
	assert_int_equal(str_find_str(hidden, STR("a@b")), hidden.n);
	assert_true(reputation_key_read(hidden, &kind, &name));
	/* Who gives what is hidden already gives no secret. */
	assert_true(reputation_is_hidden(name));
	assert_true(str_eq(reputation_key(a, REPUTATION_MAILBOX, name,
	    STR("")), hidden));
	assert_false(reputation_is_hidden(STR("~taro@b.jp")));
	assert_false(reputation_is_hidden(str_cat(a, name, STR("0"))));
	key = reputation_key(a, REPUTATION_MAILBOX, STR("~taro@b.jp"),
	    secret);
	assert_int_equal(str_find_str(key, STR("taro")), key.n);
	assert_false(str_eq(reputation_key(a, REPUTATION_MAILBOX, name,
	    secret), hidden));
	for (size_t i = 0; i < sizeof(huge); i++)
		huge[i] = 'x';
	key = reputation_key(a, REPUTATION_TARGET,
	    (struct str){ huge, sizeof(huge) }, secret);
	assert_in_range(key.n, 70, 100);
	arena_free(a);
}

static void
test_networks_are_24_and_64_wide(void **state)
{
	static const char *const cases[][2] = {
		{ "192.0.2.200", "192.0.2.0/24" },
		{ "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64" } };
	struct arena *a = arena_new();
	struct addr ip;

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		assert_true(addr_parse(str_of(cases[i][0]), &ip));
		assert_true(str_is(reputation_net(a, &ip), cases[i][1]));
	}
	arena_free(a);
}

static void
test_marks_of_campaigns_are_read_as_they_are_written(void **state)
{
	struct arena *a = arena_new();
	struct pivot_mark m = { STR("jp-x-2026"), 10, 20 }, got;

	(void)state;
	assert_true(pivot_mark_read(pivot_mark_write(a, &m), &got));
	assert_true(str_is(got.campaign, "jp-x-2026"));
	assert_int_equal(got.first, 10);
	assert_int_equal(got.last, 20);
	assert_false(pivot_mark_read(STR("x 1"), &got));
	assert_false(pivot_mark_read(STR(" 1 2"), &got));
	assert_false(pivot_mark_read(STR("x a 2"), &got));
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_counts_and_points_are_those_of_a_plain_model),
		cmocka_unit_test(test_points_stay_between_nothing_and_the_cap),
		cmocka_unit_test(
		    test_more_bad_never_lowers_and_more_good_never_raises),
		cmocka_unit_test(test_an_address_with_ten_bad_messages),
		cmocka_unit_test(test_keys_are_read_as_they_are_written),
		cmocka_unit_test(test_networks_are_24_and_64_wide),
		cmocka_unit_test(
		    test_marks_of_campaigns_are_read_as_they_are_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
