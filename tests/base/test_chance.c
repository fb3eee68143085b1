/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/random.h>
#include <sys/types.h>

#include <cmocka.h>

/* A kernel that gives so many bytes at a time; 0: none. */
static size_t gives;

static ssize_t
some_random(void *to, size_t n, unsigned flags)
{
	return gives == 0 ? -1 : getrandom(to, n < gives ? n : gives, flags);
}

#define getrandom some_random
#include "../../engine/base/chance.c"

enum { BYTES = 37, TRIES = 64 };

/* Each byte is another in some of many tries, and none behind them is. */
static void
expect_filled(void)
{
	unsigned char first[BYTES], next[BYTES + 1], changed[BYTES] = { 0 };

	chance_fill(first, BYTES);
	next[BYTES] = 0x5a;
	for (int i = 0; i < TRIES; i++) {
		chance_fill(next, BYTES);
		for (size_t k = 0; k < BYTES; k++)
			changed[k] |= next[k] ^ first[k];
	}
	for (size_t k = 0; k < BYTES; k++)
		assert_int_not_equal(changed[k], 0);
	assert_int_equal(next[BYTES], 0x5a);
}

static void
test_all_bytes_are_filled(void **state)
{
	(void)state;
	gives = BYTES;
	expect_filled();
	gives = 5;
	expect_filled();
}

static void
test_the_clock_does_where_the_kernel_gives_nothing(void **state)
{
	uint64_t one;

	(void)state;
	gives = 0;
	expect_filled();
	one = chance_number();
	assert_int_not_equal(one, 0);
	assert_true(one != chance_number() || one != chance_number());
}

static void
test_no_number_comes_again(void **state)
{
	(void)state;
	gives = sizeof(uint64_t);
	assert_true(chance_number() != chance_number());
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_bytes_are_filled),
		cmocka_unit_test(
		    test_the_clock_does_where_the_kernel_gives_nothing),
		cmocka_unit_test(test_no_number_comes_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
