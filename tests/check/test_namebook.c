/* SPDX-License-Identifier: Apache-2.0 */
/* What is known of a name is that name's, and nobody else's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "check/namebook.c"

enum { MANY = 30000 };

/* "host7.site7.example", whose site begins behind the first dot. */
static struct named
named_of(struct str host, unsigned i)
{
	struct named named = { str_from(host, str_find(host, '.') + 1), i % 32 };

	if (i % 7 == 0)
		named.site = STR("");
	return named;
}

static struct str
name(char room[static 300], unsigned i)
{
	int n = snprintf(room, 300, "host%u.site%u.example", i, i / 3);

	/* one that is too long, and the longest that is not */
	if (i % 1000 == 1)
		n = snprintf(room, 300, "%0254u", i);
	if (i % 1000 == 2)
		n = snprintf(room, 300, "%0253u", i);
	return (struct str){ room, (size_t)n };
}

static void
test_each_name_is_told_from_all_others(void **state)
{
	struct namebook *b = namebook_new();
	struct named wanted, is;
	size_t found = 0;
	char room[300];

	(void)state;
	for (unsigned i = 0; i < MANY; i++) {
		struct str host = name(room, i);
		uint64_t hash = hash_bytes(host, b->seed);

		assert_false(look_up(&is, line_of(b, hash), hash, host));
		wanted = named_of(host, i);
		write_down(line_of(b, hash), hash, host, &wanted);
	}
	for (unsigned i = 0; i < MANY; i++) {
		struct str host = name(room, i);
		uint64_t hash = hash_bytes(host, b->seed);

		if (!look_up(&is, line_of(b, hash), hash, host))
			continue;
		found++;
		wanted = named_of(host, i);
		assert_true(host.n <= 253);
		assert_true(str_eq(is.site, wanted.site));
		assert_int_equal(is.never, wanted.never);
	}
	assert_in_range(found, MANY / 2, LINES * PLACES);
	namebook_free(b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_name_is_told_from_all_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
