/* SPDX-License-Identifier: Apache-2.0 */
/* What a process has counted itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "scan/keptcount.h"

static void
test_each_key_has_a_count_that_ends(void **state)
{
	struct keptcount k = { 0 };

	(void)state;
	assert_int_equal(keptcount_get(&k, STR("a"), 100), 0);
	keptcount_add(&k, STR("a"), 100, 200);
	keptcount_add(&k, STR("a"), 101, 200);
	keptcount_add(&k, STR("b"), 101, 200);
	assert_int_equal(keptcount_get(&k, STR("a"), 199), 2);
	assert_int_equal(keptcount_get(&k, STR("b"), 199), 1);
	assert_int_equal(keptcount_get(&k, STR("a"), 200), 0);
	keptcount_add(&k, STR("a"), 300, 400);
	assert_int_equal(keptcount_get(&k, STR("a"), 301), 1);
}

static void
test_who_counts_most_stays(void **state)
{
	struct keptcount k = { 0 };
	char key[20];

	(void)state;
	for (int i = 0; i < 50; i++)
		keptcount_add(&k, STR("busy"), 100, 200);
	for (int i = 0; i < 20000; i++) {
		snprintf(key, sizeof(key), "key%d", i);
		keptcount_add(&k, str_of(key), 100, 200);
	}
	assert_int_equal(keptcount_get(&k, STR("busy"), 101), 50);
}

static void
test_what_ends_soon_makes_room_for_what_lasts(void **state)
{
	struct keptcount k = { 0 };
	char key[20];

	(void)state;
	keptcount_add(&k, STR("lasts"), 100, 1000);
	for (int i = 0; i < 20000; i++) {
		snprintf(key, sizeof(key), "key%d", i);
		keptcount_add(&k, str_of(key), 100, 102);
		keptcount_add(&k, str_of(key), 100, 102);
	}
	assert_int_equal(keptcount_get(&k, STR("lasts"), 101), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_key_has_a_count_that_ends),
		cmocka_unit_test(test_who_counts_most_stays),
		cmocka_unit_test(
		    test_what_ends_soon_makes_room_for_what_lasts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
