/* SPDX-License-Identifier: Apache-2.0 */
/* Answers of a moment ago. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

#include "net/storecache.h"

enum { MS = 1000 };

static void
test_what_is_there_and_what_is_not_are_both_kept(void **state)
{
	struct store_cache *c = store_cache_new(100000, 60000);
	struct str value = { 0 };

	(void)state;
	assert_int_equal(store_cache_get(c, STR("a"), &value), STORE_FAILED);
	store_cache_put(c, STR("a"), STORE_FOUND, STR("one"));
	store_cache_put(c, STR("b"), STORE_NONE, STR(""));
	store_cache_put(c, STR("c"), STORE_FAILED, STR(""));
	assert_int_equal(store_cache_get(c, STR("a"), &value), STORE_FOUND);
	assert_true(str_is(value, "one"));
	assert_int_equal(store_cache_get(c, STR("b"), &value), STORE_NONE);
	assert_int_equal(store_cache_get(c, STR("c"), &value), STORE_FAILED);
	store_cache_put(c, STR("a"), STORE_FOUND, STR("two"));
	assert_int_equal(store_cache_get(c, STR("a"), &value), STORE_FOUND);
	assert_true(str_is(value, "two"));
	store_cache_drop(c, STR("a"));
	assert_int_equal(store_cache_get(c, STR("a"), &value), STORE_FAILED);
	store_cache_free(c);
}

static void
test_an_answer_gets_old(void **state)
{
	struct store_cache *c = store_cache_new(100000, 500);
	struct str value;

	(void)state;
	store_cache_put(c, STR("a"), STORE_FOUND, STR("one"));
	assert_int_equal(store_cache_get(c, STR("a"), &value), STORE_FOUND);
	usleep(600 * MS);
	assert_int_equal(store_cache_get(c, STR("a"), &value), STORE_FAILED);
	store_cache_free(c);
}

static void
test_what_was_not_asked_for_longest_goes_first(void **state)
{
	struct store_cache *c = store_cache_new(10000, 60000);
	struct str value;
	char key[20];

	(void)state;
	for (int i = 0; i < 1000; i++) {
		snprintf(key, sizeof(key), "%d", i);
		store_cache_put(c, str_of(key), STORE_FOUND, STR("x"));
		assert_int_equal(store_cache_get(c, STR("0"), &value),
		    STORE_FOUND);
	}
	assert_int_equal(store_cache_get(c, STR("1"), &value), STORE_FAILED);
	assert_int_equal(store_cache_get(c, STR("999"), &value), STORE_FOUND);
	store_cache_free(c);
}

static void
test_without_room_or_life_there_is_none(void **state)
{
	struct str value;

	(void)state;
	assert_null(store_cache_new(0, 1000));
	assert_null(store_cache_new(1000, 0));
	store_cache_put(NULL, STR("a"), STORE_FOUND, STR("x"));
	assert_int_equal(store_cache_get(NULL, STR("a"), &value),
	    STORE_FAILED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_what_is_there_and_what_is_not_are_both_kept),
		cmocka_unit_test(test_an_answer_gets_old),
		cmocka_unit_test(
		    test_what_was_not_asked_for_longest_goes_first),
		cmocka_unit_test(test_without_room_or_life_there_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
