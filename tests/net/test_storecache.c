/* SPDX-License-Identifier: Apache-2.0 */
/* Answers of a moment ago. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/hash.h"
#include "net/storecache.h"

static int64_t now_ms = 1000;

static struct store_key
at(struct str key)
{
	return (struct store_key){ key, hash_bytes(key, 7) };
}

/* The cache asks this one: nobody has to wait for an answer to get old. */
int
clock_gettime(clockid_t id, struct timespec *now)
{
	(void)id;
	now->tv_sec = now_ms / 1000;
	now->tv_nsec = now_ms % 1000 * 1000000;
	return 0;
}

static void
test_what_is_there_and_what_is_not_are_both_kept(void **state)
{
	struct store_cache *c = store_cache_new(100000, 60000);
	struct str value = { 0 };

	(void)state;
	assert_int_equal(store_cache_get(c, at(STR("a")), &value), STORE_FAILED);
	store_cache_put(c, at(STR("a")), STORE_FOUND, STR("one"));
	store_cache_put(c, at(STR("b")), STORE_NONE, STR(""));
	store_cache_put(c, at(STR("c")), STORE_FAILED, STR(""));
	assert_int_equal(store_cache_get(c, at(STR("a")), &value), STORE_FOUND);
	assert_true(str_is(value, "one"));
	assert_int_equal(store_cache_get(c, at(STR("b")), &value), STORE_NONE);
	assert_int_equal(store_cache_get(c, at(STR("c")), &value), STORE_FAILED);
	store_cache_put(c, at(STR("a")), STORE_FOUND, STR("two"));
	assert_int_equal(store_cache_get(c, at(STR("a")), &value), STORE_FOUND);
	assert_true(str_is(value, "two"));
	store_cache_drop(c, at(STR("a")));
	assert_int_equal(store_cache_get(c, at(STR("a")), &value), STORE_FAILED);
	store_cache_free(c);
}

static void
test_an_answer_gets_old(void **state)
{
	struct store_cache *c = store_cache_new(100000, 500);
	struct str value;

	(void)state;
	store_cache_put(c, at(STR("a")), STORE_FOUND, STR("one"));
	assert_int_equal(store_cache_get(c, at(STR("a")), &value), STORE_FOUND);
	now_ms += 600;
	assert_int_equal(store_cache_get(c, at(STR("a")), &value), STORE_FAILED);
	store_cache_free(c);
}

static void
test_the_oldest_goes_first(void **state)
{
	struct store_cache *c = store_cache_new(10000, 60000);
	struct str value;
	char key[20];

	(void)state;
	for (int i = 0; i < 1000; i++) {
		snprintf(key, sizeof(key), "%d", i);
		store_cache_put(c, at(str_of(key)), STORE_FOUND, STR("x"));
		assert_int_equal(store_cache_get(c, at(str_of(key)), &value),
		    STORE_FOUND);
	}
	assert_int_equal(store_cache_get(c, at(STR("1")), &value), STORE_FAILED);
	assert_int_equal(store_cache_get(c, at(STR("999")), &value), STORE_FOUND);
	store_cache_free(c);
}

/* Of all lengths, while some are over: what is found is what was put. */
static void
test_values_of_any_length_come_back_whole(void **state)
{
	struct store_cache *c = store_cache_new(100000, 20);
	static char text[2000];
	struct str value;
	char key[20];
	size_t found = 0;

	(void)state;
	memset(text, 'x', sizeof(text));
	for (int i = 0; i < 20000; i++) {
		size_t n = (size_t)(i * 37) % sizeof(text);

		snprintf(key, sizeof(key), "%d", i % 40);
		if (store_cache_get(c, at(str_of(key)), &value) == STORE_FOUND) {
			found++;
			assert_int_equal(value.n,
			    (size_t)(i - 40) * 37 % sizeof(text));
			assert_memory_equal(value.p, text, value.n);
		}
		store_cache_put(c, at(str_of(key)), STORE_FOUND,
		    (struct str){ text, n });
		store_cache_near(c, at(str_of(key)).hash);
		assert_true(store_cache_get(c, at(str_of(key)), &value) ==
		    STORE_FAILED || value.n == n);
		if (i % 1000 == 0)
			now_ms += 25;
	}
	assert_int_not_equal(found, 0);
	store_cache_free(c);
}

static void
test_what_is_over_makes_room(void **state)
{
	struct store_cache *c = store_cache_new(64 * 100, 20);
	struct str value;
	char key[20];

	(void)state;
	for (int round = 0; round < 5; round++) {
		for (int i = 0; i < 60; i++) {
			snprintf(key, sizeof(key), "%d.%d", round, i);
			store_cache_put(c, at(str_of(key)), STORE_NONE, STR(""));
		}
		snprintf(key, sizeof(key), "%d.59", round);
		assert_int_equal(store_cache_get(c, at(str_of(key)), &value),
		    STORE_NONE);
		now_ms += 30;
		assert_int_equal(store_cache_get(c, at(str_of(key)), &value),
		    STORE_FAILED);
	}
	store_cache_free(c);
}

static void
test_without_room_or_life_there_is_none(void **state)
{
	struct str value;

	(void)state;
	assert_null(store_cache_new(0, 1000));
	assert_null(store_cache_new(1000, 0));
	store_cache_put(NULL, at(STR("a")), STORE_FOUND, STR("x"));
	assert_int_equal(store_cache_get(NULL, at(STR("a")), &value),
	    STORE_FAILED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_what_is_there_and_what_is_not_are_both_kept),
		cmocka_unit_test(test_an_answer_gets_old),
		cmocka_unit_test(test_the_oldest_goes_first),
		cmocka_unit_test(test_values_of_any_length_come_back_whole),
		cmocka_unit_test(test_what_is_over_makes_room),
		cmocka_unit_test(test_without_room_or_life_there_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
