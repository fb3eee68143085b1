/* SPDX-License-Identifier: Apache-2.0 */
/* Work for several processes: every piece is taken once, come what may. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/gang.h"

enum { PIECES = 500, LARGE = 200000 };

struct pieces {
	unsigned taken[PIECES];
	unsigned lost[PIECES];
	bool are_right;
};

static void
square(void *client, size_t i, struct buf *out)
{
	(void)client;
	buf_printf(out, "%zu", i * i);
	while (i % 97 == 5 && out->n < LARGE)
		buf_add_byte(out, ' ');
}

static void
die_of_some(void *client, size_t i, struct buf *out)
{
	if (i % 100 == 42)
		abort();
	square(client, i, out);
}

static void
take(void *client, size_t i, struct str found)
{
	struct pieces *p = client;
	int64_t n;

	p->taken[i]++;
	if (found.p == NULL) {
		p->lost[i]++;
		return;
	}
	p->are_right &= str_to_int(str_trim(found), &n) &&
	    n == (int64_t)(i * i);
}

static void
assert_taken(size_t n, size_t least, void (*work)(void *, size_t,
    struct buf *))
{
	struct pieces p = { .are_right = true };
	struct gang_job job = { .n = n, .least = least, .work = work,
		.take = take, .client = &p };
	struct err e;

	assert_true(gang_run(&job, &e));
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(p.taken[i], 1);
		assert_int_equal(p.lost[i],
		    work == die_of_some && i % 100 == 42);
	}
	assert_true(p.are_right);
}

static void
test_every_piece_is_taken_once(void **state)
{
	(void)state;
	assert_taken(PIECES, 0, square);
	assert_taken(PIECES, PIECES + 1, square);
	assert_taken(1, 0, square);
	assert_taken(0, 0, square);
}

static void
test_a_piece_that_kills_its_process_is_told_and_the_rest_is_done(void **state)
{
	(void)state;
	assert_taken(PIECES, 0, die_of_some);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_piece_is_taken_once),
		cmocka_unit_test(
		    test_a_piece_that_kills_its_process_is_told_and_the_rest_is_done),
	};

	return cmocka_run_group_tests_name("base/gang", tests, NULL, NULL);
}
