/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers that processes share: ranges of time, and names with a number. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/count.h"
#include "base/histogram.h"
#include "base/roll.h"
#include "base/vec.h"

static void
test_a_time_stands_in_the_first_range_that_holds_it(void **state)
{
	static const struct {
		int64_t us;
		int range;
	} cases[] = {
		{ -5, 0 }, { 0, 0 }, { 1, 0 }, { 2, 1 }, { 3, 2 },
		{ 1000, 9 }, { 1001, 10 }, { 10000000, 21 },
		{ 10000001, 22 }, { INT64_MAX / 4, 22 },
	};

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		struct histogram h = { 0 };

		histogram_add(&h, cases[i].us);
		assert_int_equal(h.ranges[cases[i].range], 1);
		assert_int_equal(histogram_count(&h), 1);
		assert_int_equal(h.us, cases[i].us < 0 ? 0 : cases[i].us);
	}
}

static void
test_bounds_grow_and_their_texts_say_the_same(void **state)
{
	(void)state;
	for (int i = 0; i < HISTOGRAM_BOUNDS; i++) {
		double seconds = strtod(histogram_seconds[i], NULL);

		assert_true(i == 0 ||
		    histogram_bounds[i] > histogram_bounds[i - 1]);
		assert_int_equal((int64_t)(seconds * 1e6 + 0.5),
		    histogram_bounds[i]);
	}
}

static void
test_a_name_keeps_its_number(void **state)
{
	struct roll *r = calloc(1, sizeof(*r));
	size_t one, two;

	(void)state;
	one = roll_number(r, STR("jp-bank-2026-02"));
	two = roll_number(r, STR("jp-post-2026-01"));
	assert_true(one != two && one < ROLL_NAMES && two < ROLL_NAMES);
	assert_int_equal(roll_number(r, STR("jp-bank-2026-02")), one);
	assert_true(str_is(roll_name(r, one), "jp-bank-2026-02"));
	free(r);
}

static void
test_what_finds_no_room_is_one_of_the_others(void **state)
{
	struct roll *r = calloc(1, sizeof(*r));
	char name[ROLL_NAME + 2];
	size_t named = 0, others = 0;

	(void)state;
	for (int i = 0; i < 1000; i++) {
		size_t n = (size_t)snprintf(name, sizeof(name), "pack-%d", i);
		size_t at = roll_number(r, (struct str){ name, n });

		named += at < ROLL_NAMES;
		others += at == ROLL_OTHER;
	}
	assert_int_equal(named, ROLL_NAMES);
	assert_int_equal(others, 1000 - ROLL_NAMES);
	/* Those who have one keep it. */
	assert_true(roll_number(r, STR("pack-0")) < ROLL_NAMES);
	for (size_t i = 0; i < sizeof(name); i++)
		name[i] = 'x';
	free(r);
	r = calloc(1, sizeof(*r));
	assert_int_equal(roll_number(r, (struct str){ name, ROLL_NAME + 1 }),
	    ROLL_OTHER);
	assert_true(roll_number(r, (struct str){ name, ROLL_NAME }) <
	    ROLL_NAMES);
	assert_int_equal(roll_number(r, STR("")), ROLL_OTHER);
	assert_int_equal(roll_number(r, STR("other")), ROLL_OTHER);
	assert_true(str_is(roll_name(r, ROLL_OTHER), "other"));
	free(r);
}

/* Written by two processes at a time, no name has two numbers. */
static void
test_processes_agree_on_numbers(void **state)
{
	enum { PROCESSES = 2, NAMES = 300 };
	struct shared {
		struct roll roll;
		uint64_t numbers[PROCESSES][NAMES];
	} *s = mmap(NULL, sizeof(*s), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	char name[16];

	(void)state;
	assert_true(s != MAP_FAILED);
	for (int k = 0; k < PROCESSES; k++) {
		if (fork() != 0)
			continue;
		for (int i = 0; i < NAMES; i++) {
			size_t n = (size_t)snprintf(name, sizeof(name),
			    "pack-%d", i);

			s->numbers[k][i] = roll_number(&s->roll,
			    (struct str){ name, n });
		}
		_exit(0);
	}
	while (wait(NULL) > 0)
		;
	for (int i = 0; i < NAMES; i++) {
		assert_int_equal(s->numbers[0][i] == ROLL_OTHER,
		    s->numbers[1][i] == ROLL_OTHER);
		assert_int_equal(s->numbers[0][i], s->numbers[1][i]);
	}
	munmap(s, sizeof(*s));
}

/* One that has taken a row and was ended before it wrote the name. */
static void
test_a_row_without_its_name_is_mended(void **state)
{
	struct roll *r = calloc(1, sizeof(*r));
	size_t at = roll_number(r, STR("jp-bank-2026-02"));

	(void)state;
	r->lengths[at] = 0;
	assert_true(str_is(roll_name(r, at), ""));
	assert_int_equal(roll_number(r, STR("jp-bank-2026-02")), at);
	assert_true(str_is(roll_name(r, at), "jp-bank-2026-02"));
	free(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_a_time_stands_in_the_first_range_that_holds_it),
		cmocka_unit_test(
		    test_bounds_grow_and_their_texts_say_the_same),
		cmocka_unit_test(test_a_name_keeps_its_number),
		cmocka_unit_test(
		    test_what_finds_no_room_is_one_of_the_others),
		cmocka_unit_test(test_processes_agree_on_numbers),
		cmocka_unit_test(test_a_row_without_its_name_is_mended),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
