/* SPDX-License-Identifier: Apache-2.0 */
/* What was packed comes back; what is broken or too much is told apart. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/vec.h"
#include "front/packing.h"

enum { MOST = 1 << 20 };

static const enum packing all[] = { PACKING_NONE, PACKING_GZIP, PACKING_ZLIB,
	PACKING_ZSTD };
static char text[300000];

static int
fill(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (char)("mail and more"[i * i % 13]);
	return 0;
}

static void
test_what_is_packed_comes_back(void **state)
{
	static const size_t sizes[] = { 0, 1, 65536, 65537, sizeof(text) };

	(void)state;
	for (size_t i = 0; i < nitems(all) * nitems(sizes); i++) {
		struct str whole = { text, sizes[i / nitems(all)] };
		enum packing packing = all[i % nitems(all)];
		struct buf packed, back;

		buf_init(&packed, MOST);
		buf_init(&back, MOST);
		assert_true(pack(&packed, packing, whole));
		assert_int_equal(unpack(&back, packing, buf_str(&packed)),
		    UNPACKED_WHOLE);
		assert_true(str_eq(buf_str(&back), whole));
		buf_release(&packed);
		buf_release(&back);
	}
}

static void
test_a_bomb_ends_at_the_bound(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(all); i++) {
		struct buf packed, back;

		buf_init(&packed, MOST);
		buf_init(&back, 1000);
		assert_true(pack(&packed, all[i],
		    (struct str){ text, sizeof(text) }));
		assert_int_equal(unpack(&back, all[i], buf_str(&packed)),
		    UNPACKED_CUT);
		assert_int_equal(back.n, 1000);
		assert_memory_equal(back.p, text, 1000);
		buf_release(&packed);
		buf_release(&back);
	}
}

static void
test_what_is_cut_or_not_packed_is_broken(void **state)
{
	(void)state;
	for (size_t i = 1; i < nitems(all); i++) {
		struct buf packed, back;

		buf_init(&packed, MOST);
		assert_true(pack(&packed, all[i], (struct str){ text, 5000 }));
		for (size_t n = 0; n < packed.n; n++) {
			buf_init(&back, MOST);
			assert_int_equal(unpack(&back, all[i],
			    (struct str){ packed.p, n }), UNPACKED_BROKEN);
			buf_release(&back);
		}
		buf_add_byte(&packed, 'x');
		buf_init(&back, MOST);
		assert_int_equal(unpack(&back, all[i], buf_str(&packed)),
		    UNPACKED_BROKEN);
		assert_int_equal(unpack(&back, all[i], STR("From: a@b\r\n")),
		    UNPACKED_BROKEN);
		buf_release(&back);
		buf_release(&packed);
	}
}

static void
test_names_are_those_of_clients(void **state)
{
	enum packing packing;

	(void)state;
	assert_true(packing_of(STR("ZSTD"), &packing));
	assert_int_equal(packing, PACKING_ZSTD);
	assert_true(packing_of(STR("x-gzip"), &packing));
	assert_int_equal(packing, PACKING_GZIP);
	assert_false(packing_of(STR("br"), &packing));
	assert_string_equal(packing_name(PACKING_ZSTD), "zstd");
	assert_string_equal(packing_name(PACKING_GZIP), "gzip");
	assert_string_equal(packing_name(PACKING_ZLIB), "deflate");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_packed_comes_back),
		cmocka_unit_test(test_a_bomb_ends_at_the_bound),
		cmocka_unit_test(test_what_is_cut_or_not_packed_is_broken),
		cmocka_unit_test(test_names_are_those_of_clients),
	};

	return cmocka_run_group_tests(tests, fill, NULL);
}
