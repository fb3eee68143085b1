/* SPDX-License-Identifier: Apache-2.0 */
/* What was read of one state of a file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/hash.h"
#include "net/recall.h"

static struct store_key
at(struct str key)
{
	return (struct store_key){ key, hash_bytes(key, 7) };
}

static struct recalled
found(const char *value, int64_t ends)
{
	return (struct recalled){ true, ends, str_of(value) };
}

static void
test_what_was_read_is_there_while_the_file_is_the_same(void **state)
{
	struct recall *r = recall_new();
	struct recalled one = found("1 2 3", 70), none = { 0 }, out;

	(void)state;
	assert_false(recall_get(r, 5, at(STR("a")), &out));
	recall_put(r, 5, at(STR("a")), &one);
	recall_put(r, 5, at(STR("b")), &none);
	assert_true(recall_get(r, 5, at(STR("a")), &out));
	assert_true(out.is_there && out.ends == 70);
	assert_true(str_is(out.value, "1 2 3"));
	assert_true(recall_get(r, 5, at(STR("b")), &out));
	assert_false(out.is_there);
	assert_false(recall_get(r, 6, at(STR("a")), &out));
	assert_false(recall_get(r, 4, at(STR("a")), &out));
	assert_false(recall_get(r, 5, at(STR("ab")), &out));
	recall_free(r);
}

static void
test_what_is_too_long_is_not_kept(void **state)
{
	struct recall *r = recall_new();
	struct recalled what, out;
	char longer[300];

	(void)state;
	memset(longer, 'x', sizeof(longer));
	for (size_t n = 1; n < sizeof(longer); n++) {
		const struct str key = { longer, n };

		what = found("v", 9);
		recall_put(r, 1, at(key), &what);
		what = (struct recalled){ true, 9, key };
		recall_put(r, 1, at(STR("k")), &what);
		if (recall_get(r, 1, at(key), &out))
			assert_true(n < 110 && str_is(out.value, "v"));
		if (recall_get(r, 1, at(STR("k")), &out))
			assert_true(out.value.n < 110);
	}
	recall_free(r);
}

/* More than there are rows: each says what was put last, or nothing. */
static void
test_no_key_gives_another_keys_value(void **state)
{
	struct recall *r = recall_new();
	char key[20], value[20];
	struct recalled what, out;
	size_t n = 0;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		snprintf(key, sizeof(key), "key%d", i);
		snprintf(value, sizeof(value), "%d", i);
		what = found(value, 1);
		recall_put(r, 3, at(str_of(key)), &what);
	}
	for (int i = 0; i < 20000; i++) {
		snprintf(key, sizeof(key), "key%d", i);
		snprintf(value, sizeof(value), "%d", i);
		if (!recall_get(r, 3, at(str_of(key)), &out))
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
		cmocka_unit_test(test_what_is_too_long_is_not_kept),
		cmocka_unit_test(test_no_key_gives_another_keys_value),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
