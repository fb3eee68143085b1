/* SPDX-License-Identifier: Apache-2.0 */
/* Tokens are found by their hash, and guessing takes ever longer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "front/token.h"

static void
test_a_token_is_found_and_no_other(void **state)
{
	struct arena *a = arena_new();
	token_list list = { 0 };
	char text[TOKEN_TEXT], other[TOKEN_TEXT];

	(void)state;
	for (int i = 0; i < 3; i++) {
		struct token *t = VEC_ADD(a, &list);

		assert_true(token_make(text));
		assert_int_equal(strlen(text), TOKEN_TEXT - 1);
		token_hash(str_of(text), t->hash);
		assert_true(token_is_hash(str_of(t->hash)));
	}
	assert_ptr_equal(token_find(&list, str_of(text)), &list.at[2]);
	assert_true(token_make(other));
	assert_string_not_equal(text, other);
	assert_null(token_find(&list, str_of(other)));
	assert_null(token_find(&list, STR("")));
	assert_null(token_find(&list, str_of(list.at[0].hash)));
	arena_free(a);
}

static void
test_wrong_ones_make_wait_longer_and_longer(void **state)
{
	struct backoff *b = backoff_new();
	const struct addr who = { 6, { 0x20, 1, [15] = 1 } };
	const struct addr neighbour = { 6, { 0x20, 1, [15] = 2 } };
	const struct addr other = { 4, { 192, 0, 2, 1 } };
	int64_t now = 1000, waited = 0;

	(void)state;
	for (int i = 0; i < 3; i++)
		backoff_failed(b, &who, now);
	assert_false(backoff_waits(b, &who, now));
	for (int i = 0; i < 12; i++) {
		int64_t from = now;

		backoff_failed(b, &who, now);
		assert_true(backoff_waits(b, &neighbour, now));
		assert_false(backoff_waits(b, &other, now));
		while (backoff_waits(b, &who, now))
			now += 500;
		assert_true(now - from >= waited);
		waited = now - from;
	}
	assert_int_equal(waited, 5 * 60 * 1000);
	now += 11 * 60 * 1000;
	backoff_failed(b, &who, now);
	assert_false(backoff_waits(b, &who, now));
	backoff_free(b);
}

/* Who guessed behind an address shut out all others there. */
static void
test_a_token_that_was_right_before_is_known_there_alone(void **state)
{
	struct backoff *b = backoff_new();
	const struct addr who = { 4, { 192, 0, 2, 1 } };
	const struct addr other = { 4, { 192, 0, 2, 2 } };
	struct token t = { .name = STR("a") }, u = { .name = STR("b") };

	(void)state;
	token_hash(STR("t"), t.hash);
	token_hash(STR("u"), u.hash);
	assert_false(backoff_knows(b, &who, &t));
	backoff_proved(b, &who, &t);
	assert_true(backoff_knows(b, &who, &t));
	assert_false(backoff_knows(b, &who, &u));
	assert_false(backoff_knows(b, &other, &t));
	backoff_free(b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_token_is_found_and_no_other),
		cmocka_unit_test(test_wrong_ones_make_wait_longer_and_longer),
		cmocka_unit_test(
		    test_a_token_that_was_right_before_is_known_there_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
