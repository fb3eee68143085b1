/* SPDX-License-Identifier: Apache-2.0 */
/* What was read of a file, until it changes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/hash.h"
#include "net/recall.h"

static uint64_t
at(struct str key)
{
	return hash_bytes(key, 7);
}

static struct recalled
found(const char *value, int64_t ends)
{
	return (struct recalled){ true, ends, str_of(value) };
}

static void
put(struct recall *r, const char *key, const char *value)
{
	struct recalled what = value == NULL ? (struct recalled){ 0 } :
	    found(value, 70);

	recall_put(r, at(str_of(key)), &what);
}

/* "": there is none; NULL: it has to be read. */
static const char *
got(struct recall *r, const char *key)
{
	static char value[200];
	struct recalled out;

	if (!recall_get(r, at(str_of(key)), &out))
		return NULL;
	snprintf(value, sizeof(value), "%.*s", (int)out.value.n,
	    out.is_there ? out.value.p : "");
	return value;
}

static void
change(struct recall *r, uint64_t state, const char *key)
{
	recall_change(r, state, at(str_of(key)), false);
}

static void
begin(struct recall *r, uint64_t state, const char *key)
{
	recall_change(r, state, at(str_of(key)), true);
}

static void
test_what_was_read_is_there_while_the_file_is_the_same(void **state)
{
	struct recall *r = recall_new(5);
	struct recalled out;

	(void)state;
	assert_null(got(r, "a"));
	put(r, "a", "1 2 3");
	put(r, "b", NULL);
	recall_turn(r, 5);
	assert_true(recall_get(r, at(STR("a")), &out));
	assert_true(out.is_there && out.ends == 70);
	assert_string_equal(got(r, "a"), "1 2 3");
	assert_string_equal(got(r, "b"), "");
	assert_null(got(r, "ab"));
	recall_free(r);
}

/* Each transaction once voided all. */
static void
test_what_is_written_here_voids_what_it_changes(void **state)
{
	struct recall *r = recall_new(5);

	(void)state;
	put(r, "a", "1");
	put(r, "b", "2");
	put(r, "none", NULL);
	put(r, "begun", NULL);
	change(r, 6, "b");
	begin(r, 6, "begun");
	assert_string_equal(got(r, "a"), "1");
	recall_changed(r, 6);
	recall_turn(r, 6);
	assert_string_equal(got(r, "a"), "1");
	assert_string_equal(got(r, "none"), "");
	assert_null(got(r, "b"));
	assert_null(got(r, "begun"));
	put(r, "b", "3");
	put(r, "begun", "1");
	assert_string_equal(got(r, "b"), "3");
	assert_string_equal(got(r, "begun"), "1");
	recall_free(r);
}

/* What is read while a change is under way is of the state before. */
static void
test_what_is_read_beside_a_change_goes_with_it(void **state)
{
	struct recall *r = recall_new(5);

	(void)state;
	change(r, 6, "a");
	begin(r, 6, "b");
	put(r, "a", "1");
	put(r, "b", NULL);
	recall_changed(r, 6);
	recall_turn(r, 6);
	assert_null(got(r, "a"));
	assert_null(got(r, "b"));
	recall_free(r);
}

static void
test_what_others_write_voids_all(void **state)
{
	struct recall *r = recall_new(5);

	(void)state;
	put(r, "a", "1");
	put(r, "none", NULL);
	recall_changed(r, 6);
	recall_changed(r, 8);
	recall_turn(r, 6);
	assert_string_equal(got(r, "a"), "1");
	recall_turn(r, 8); /* 7 was another's */
	assert_null(got(r, "a"));
	assert_null(got(r, "none"));
	put(r, "a", "2");
	assert_string_equal(got(r, "a"), "2");
	recall_turn(r, 9);
	assert_null(got(r, "a"));
	recall_free(r);
}

/* 64 states ago there was one of ours with the same place. */
static void
test_an_older_state_of_ours_vouches_for_no_other(void **state)
{
	struct recall *r = recall_new(1);

	(void)state;
	for (uint64_t n = 2; n < 400; n++) {
		put(r, "a", "1");
		if (n % 3 != 0)
			recall_changed(r, n);
		recall_turn(r, n);
		if (n % 3 != 0)
			assert_string_equal(got(r, "a"), "1");
		else
			assert_null(got(r, "a"));
	}
	put(r, "a", "1");
	for (uint64_t n = 400; n < 500; n++)
		recall_changed(r, n);
	recall_turn(r, 499);
	assert_null(got(r, "a")); /* more than anybody has counted */
	recall_free(r);
}

static void
test_after_too_many_states_nothing_is_kept(void **state)
{
	struct recall *r = recall_new(5);

	(void)state;
	put(r, "a", "1");
	recall_turn(r, UINT32_MAX + UINT64_C(4));
	assert_null(got(r, "a"));
	put(r, "a", "1");
	put(r, "b", NULL);
	recall_changed(r, UINT32_MAX + UINT64_C(5));
	recall_turn(r, UINT32_MAX + UINT64_C(5));
	assert_null(got(r, "a"));
	assert_null(got(r, "b"));
	recall_free(r);
}

/* Of more than there are gaps the last that were read stay. */
static void
test_what_is_not_there_is_so_until_it_is(void **state)
{
	struct recall *r = recall_new(1);
	size_t n = 0;
	char key[20];

	(void)state;
	for (int i = 0; i < 40000; i++) {
		snprintf(key, sizeof(key), "key%d", i);
		put(r, key, NULL);
		if (i % 1000 == 999) {
			recall_changed(r, 2 + (uint64_t)i / 1000);
			recall_turn(r, 2 + (uint64_t)i / 1000);
		}
	}
	for (int i = 30000; i < 40000; i++) {
		snprintf(key, sizeof(key), "key%d", i);
		n += got(r, key) != NULL;
	}
	assert_in_range(n, 7000, 10000);
	for (int i = 30000; i < 40000; i++) {
		snprintf(key, sizeof(key), "key%d", i);
		if (got(r, key) == NULL)
			continue;
		begin(r, 50, key);
		assert_null(got(r, key));
		put(r, key, "1"); /* as of before */
		assert_null(got(r, key));
	}
	recall_free(r);
}

static void
test_what_is_too_long_is_not_kept(void **state)
{
	struct recall *r = recall_new(1);
	struct recalled what, out;
	size_t longest = 0;
	char longer[300];

	(void)state;
	memset(longer, 'x', sizeof(longer));
	for (size_t n = 0; n < sizeof(longer); n++) {
		longer[n] = (char)('0' + n % 10);
		what = (struct recalled){ true, 9, { longer, n } };
		recall_put(r, n, &what);
		if (!recall_get(r, n, &out))
			continue;
		assert_true(out.is_there && str_eq(out.value, what.value));
		longest = n;
	}
	assert_in_range(longest, 80, 110);
	recall_free(r);
}

/* Of two that are long and share the room for that one is kept. */
static void
test_the_end_of_a_long_value_is_its_own(void **state)
{
	struct recall *r = recall_new(1);
	struct recalled what, out;
	char first[81], second[81];

	(void)state;
	memset(first, 'a', sizeof(first));
	memset(second, 'b', sizeof(second));
	what = (struct recalled){ true, 9, { first, sizeof(first) } };
	recall_put(r, 5, &what);
	what = (struct recalled){ true, 9, { second, sizeof(second) } };
	recall_put(r, 5 + 1024, &what);
	assert_false(recall_get(r, 5, &out));
	assert_true(recall_get(r, 5 + 1024, &out));
	assert_true(str_eq(out.value, what.value));
	recall_free(r);
}

static void
test_an_end_that_no_row_can_tell_is_not_kept(void **state)
{
	static const int64_t ends[] = { -1, INT64_MIN, INT64_MAX,
		UINT32_MAX + INT64_C(1) };
	struct recall *r = recall_new(1);
	struct recalled what, out;

	(void)state;
	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
		what = found("1", ends[i]);
		recall_put(r, at(STR("k")), &what);
		assert_false(recall_get(r, at(STR("k")), &out));
	}
	what = found("1", UINT32_MAX);
	recall_put(r, at(STR("k")), &what);
	assert_true(recall_get(r, at(STR("k")), &out));
	assert_true(out.ends == UINT32_MAX);
	recall_free(r);
}

/* More than there are rows: each says what was put last, or nothing. */
static void
test_no_key_gives_another_keys_value(void **state)
{
	struct recall *r = recall_new(1);
	char key[20], value[20];
	struct recalled what, out;
	size_t n = 0;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		snprintf(key, sizeof(key), "key%d", i);
		snprintf(value, sizeof(value), "%d", i);
		what = found(value, 1);
		recall_put(r, at(str_of(key)), &what);
	}
	for (int i = 0; i < 20000; i++) {
		snprintf(key, sizeof(key), "key%d", i);
		snprintf(value, sizeof(value), "%d", i);
		if (!recall_get(r, at(str_of(key)), &out))
			continue;
		assert_true(str_is(out.value, value));
		n++;
	}
	assert_in_range(n, 2000, 20000);
	recall_free(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_what_was_read_is_there_while_the_file_is_the_same),
		cmocka_unit_test(
		    test_what_is_written_here_voids_what_it_changes),
		cmocka_unit_test(
		    test_what_is_read_beside_a_change_goes_with_it),
		cmocka_unit_test(test_what_others_write_voids_all),
		cmocka_unit_test(
		    test_an_older_state_of_ours_vouches_for_no_other),
		cmocka_unit_test(test_after_too_many_states_nothing_is_kept),
		cmocka_unit_test(test_what_is_not_there_is_so_until_it_is),
		cmocka_unit_test(test_what_is_too_long_is_not_kept),
		cmocka_unit_test(test_the_end_of_a_long_value_is_its_own),
		cmocka_unit_test(test_an_end_that_no_row_can_tell_is_not_kept),
		cmocka_unit_test(test_no_key_gives_another_keys_value),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
