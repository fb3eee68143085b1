/* SPDX-License-Identifier: Apache-2.0 */
/* Which message it was, and whether it gets another worker. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/vec.h"
#include "scan/inhand.h"

static void
test_what_relays_put_on_top_changes_nothing(void **state)
{
	static const struct {
		const char *raw;
		bool is_same;
	} cases[] = {
		{ "Received: a\r\n\tfolded\r\nFrom: x\r\n\r\nbody", true },
		{ "received: b\r\nReturn-Path: <>\r\nFrom: x\r\n\r\nbody",
		    true },
		{ "Delivered-To: y\nFrom: x\r\n\r\nbody", true },
		{ "From: x\r\n\r\nbody ", false },
		{ "X-Other: 1\r\nFrom: x\r\n\r\nbody", false },
		{ " Received: a\r\nFrom: x\r\n\r\nbody", false },
		{ "From: x\r\nReceived: a\r\n\r\nbody", false },
	};
	uint64_t plain = inhand_hash(STR("From: x\r\n\r\nbody"));

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++)
		assert_int_equal(inhand_hash(str_of(cases[i].raw)) == plain,
		    cases[i].is_same);
}

static void
test_a_message_of_nothing_but_relays_has_a_hash_too(void **state)
{
	(void)state;
	assert_true(inhand_hash(STR("Received: a\r\n")) !=
	    inhand_hash(STR("Received: b\r\n")));
	assert_true(inhand_hash(STR("")) == inhand_hash(STR("")));
}

static void
test_it_is_in_hand_from_its_turn_to_the_end_of_it(void **state)
{
	char room[8];
	struct inhand h = { .room = sizeof(room), .bytes = room };

	(void)state;
	assert_false(inhand_is_taken(&h));
	inhand_take(&h, 1, STR("abcdefghij"));
	assert_true(inhand_is_taken(&h));
	assert_int_equal(h.n, sizeof(room));
	assert_memory_equal(room, "abcdefgh", sizeof(room));
	inhand_leave(&h);
	assert_false(inhand_is_taken(&h));
	/* The same again is there already, another is not. */
	room[0] = 'x';
	inhand_take(&h, 1, STR("abcdefghij"));
	assert_int_equal(room[0], 'x');
	inhand_leave(&h);
	inhand_take(&h, 2, STR("ABC"));
	assert_memory_equal(room, "ABC", 3);
	assert_int_equal(h.n, 3);
	inhand_leave(&h);
	inhand_take(NULL, 1, STR("a"));
	inhand_leave(NULL);
}

static void
test_the_second_death_is_the_last(void **state)
{
	static struct deadly d;

	(void)state;
	assert_false(deadly_has(NULL, 7));
	assert_false(deadly_has(&d, 7));
	assert_int_equal(deadly_add(&d, 7, 1), 1);
	assert_false(deadly_has(&d, 7));
	assert_int_equal(deadly_add(&d, 7, 1), 2);
	assert_true(deadly_has(&d, 7));
	assert_false(deadly_has(&d, 8));
}

static void
test_a_full_table_forgets_those_with_the_fewest_deaths(void **state)
{
	static struct deadly d;

	(void)state;
	deadly_add(&d, 1, 2);
	for (uint64_t hash = 100; hash < 100 + 2 * DEADLY_MOST; hash++)
		deadly_add(&d, hash, 1);
	assert_true(deadly_has(&d, 1));
	deadly_add(&d, 99 + 2 * DEADLY_MOST, 1);
	assert_true(deadly_has(&d, 99 + 2 * DEADLY_MOST));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_relays_put_on_top_changes_nothing),
		cmocka_unit_test(
		    test_a_message_of_nothing_but_relays_has_a_hash_too),
		cmocka_unit_test(
		    test_it_is_in_hand_from_its_turn_to_the_end_of_it),
		cmocka_unit_test(test_the_second_death_is_the_last),
		cmocka_unit_test(
		    test_a_full_table_forgets_those_with_the_fewest_deaths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
