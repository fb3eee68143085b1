/* SPDX-License-Identifier: Apache-2.0 */
/* The table of facts, and the facts of one message. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "rule/fact.h"
#include "../scratch.h"

static void
test_every_fact_has_a_name_of_its_own_and_a_line_of_help(void **state)
{
	struct fact_table table;
	uint32_t id;

	fact_table_init(&table, *state);
	assert_int_equal(table.defs.n, FACTS_OWN);
	for (uint32_t i = 0; i < FACTS_OWN; i++) {
		const struct fact_def *def = table.defs.at[i];

		assert_non_null(def->name);
		assert_true(str_of(def->help).n > 5);
		assert_true(str_of(def->help).n < 80);
		assert_true(fact_table_find(&table, str_of(def->name), &id));
		assert_int_equal(id, i);
	}
}

static void
test_a_second_author_of_a_fact_is_refused(void **state)
{
	static const struct fact_def mine = { "newdomain.age_days", FACT_INT,
		"days since the domain was registered", false };
	struct fact_table table;
	uint32_t id, again = 7;

	fact_table_init(&table, *state);
	assert_true(fact_table_add(&table, &mine, &id));
	assert_int_equal(id, FACTS_OWN);
	assert_false(fact_table_add(&table, &mine, &again));
	assert_int_equal(again, 7);
	assert_false(fact_table_find(&table, STR("newdomain"), &id));
}

static void
test_a_fact_of_the_world_is_lent_once(void **state)
{
	static const struct fact_def spf = { .name = "auth.spf" },
	    subject = { .name = "subject" };
	struct fact_table table;
	uint32_t id;

	fact_table_init(&table, *state);
	assert_false(table.is_lent[FACT_AUTH_SPF]);
	assert_true(fact_table_add(&table, &spf, &id));
	assert_int_equal(id, FACT_AUTH_SPF);
	assert_true(table.is_lent[FACT_AUTH_SPF]);
	assert_false(fact_table_add(&table, &spf, &id));
	assert_false(fact_table_add(&table, &subject, &id));
}

static void
test_a_fact_goes_from_open_to_known_absent_or_failed(void **state)
{
	struct fact_table table;
	struct facts f;

	fact_table_init(&table, *state);
	facts_init(&f, *state, &table);
	assert_int_equal(facts_get(&f, FACT_HELO)->state, FACT_OPEN);
	facts_give_str(&f, FACT_HELO, STR("a.example"), nowhere);
	assert_int_equal(facts_get(&f, FACT_HELO)->state, FACT_KNOWN);
	facts_give_absent(&f, FACT_RDNS);
	assert_int_equal(facts_get(&f, FACT_RDNS)->state, FACT_ABSENT);
	facts_give_failed(&f, FACT_ASN);
	assert_int_equal(facts_get(&f, FACT_ASN)->state, FACT_FAILED);
	facts_give_int(&f, FACT_ASN, 64500, nowhere);
	assert_int_equal(facts_get(&f, FACT_ASN)->state, FACT_KNOWN);
	assert_int_equal(facts_get(&f, FACT_ASN)->at[0].number, 64500);
}

static void
test_lists_grow_and_single_facts_keep_the_last_value(void **state)
{
	struct fact_table table;
	struct facts f;

	fact_table_init(&table, *state);
	facts_init(&f, *state, &table);
	for (int i = 0; i < 100; i++) {
		facts_give_str(&f, FACT_URL, STR("x"), nowhere);
		facts_give_str(&f, FACT_USER, STR("x"), nowhere);
	}
	assert_int_equal(facts_get(&f, FACT_URL)->n, 100);
	assert_int_equal(facts_get(&f, FACT_USER)->n, 1);
}

static void
assert_text(const struct facts *f, uint32_t id, const char *wanted)
{
	assert_true(str_is(facts_get(f, id)->at[0].text, wanted));
}

static void
test_every_value_has_a_printable_form(void **state)
{
	struct fact_table table;
	struct facts f;
	struct addr addr;

	fact_table_init(&table, *state);
	facts_init(&f, *state, &table);
	assert_true(addr_parse(STR("2001:db8::1"), &addr));
	facts_give_addr(&f, FACT_IP, &addr, nowhere);
	assert_text(&f, FACT_IP, "2001:db8::1");
	facts_give_int(&f, FACT_DEFANGED, -3, nowhere);
	assert_text(&f, FACT_DEFANGED, "-3");
	facts_give_bool(&f, FACT_REPORT, true, nowhere);
	assert_text(&f, FACT_REPORT, "true");
	assert_true(addr_eq(fact_addr(&facts_get(&f, FACT_IP)->at[0]), &addr));
	assert_int_equal(
	    fact_addr(&facts_get(&f, FACT_REPORT)->at[0])->family, 0);
}

/* What many messages share is not written to when a check knows better. */
static void
test_a_shared_value_gives_way_to_another(void **state)
{
	const struct place place = { .kind = PLACE_HEADER };
	struct fact_table table;
	struct facts f, g;

	fact_table_init(&table, *state);
	facts_init(&f, *state, &table);
	facts_init(&g, *state, &table);
	facts_give_int(&f, FACT_DEFANGED, 1, nowhere);
	facts_give_int(&g, FACT_DEFANGED, 1, nowhere);
	facts_give_int(&f, FACT_DEFANGED, 7, place);
	assert_text(&f, FACT_DEFANGED, "7");
	assert_text(&g, FACT_DEFANGED, "1");
	facts_give_int(&f, FACT_DEFANGED, 2, nowhere);
	assert_text(&f, FACT_DEFANGED, "2");
	assert_int_equal(facts_get(&f, FACT_DEFANGED)->n, 1);
}

static void
test_a_list_holds_more_than_was_expected(void **state)
{
	struct fact_table table;
	struct facts f;

	fact_table_init(&table, *state);
	facts_init(&f, *state, &table);
	facts_give_str(&f, FACT_RCPT, STR("a"), nowhere);
	facts_expect(&f, FACT_RCPT, 3);
	for (int i = 0; i < 9; i++)
		facts_give_str(&f, FACT_RCPT, STR("b"), nowhere);
	assert_int_equal(facts_get(&f, FACT_RCPT)->n, 10);
	assert_text(&f, FACT_RCPT, "a");
	assert_true(str_is(facts_get(&f, FACT_RCPT)->at[9].text, "b"));
}

static void
test_a_failed_fact_keeps_what_was_known_of_it(void **state)
{
	struct fact_table table;
	struct facts f;
	struct addr addr;

	fact_table_init(&table, *state);
	facts_init(&f, *state, &table);
	assert_true(addr_parse(STR("192.0.2.1"), &addr));
	facts_give_addr(&f, FACT_URL_IP, &addr, nowhere);
	facts_give_failed(&f, FACT_URL_IP);
	assert_int_equal(facts_get(&f, FACT_URL_IP)->state, FACT_FAILED);
	assert_int_equal(facts_get(&f, FACT_URL_IP)->n, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_open, \
	    scratch_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_every_fact_has_a_name_of_its_own_and_a_line_of_help),
		TEST(test_a_second_author_of_a_fact_is_refused),
		TEST(test_a_fact_of_the_world_is_lent_once),
		TEST(test_a_fact_goes_from_open_to_known_absent_or_failed),
		TEST(test_lists_grow_and_single_facts_keep_the_last_value),
		TEST(test_every_value_has_a_printable_form),
		TEST(test_a_shared_value_gives_way_to_another),
		TEST(test_a_list_holds_more_than_was_expected),
		TEST(test_a_failed_fact_keeps_what_was_known_of_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
