/* SPDX-License-Identifier: Apache-2.0 */
/* Forced directions: what is written, and what is read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"
#include "base/vec.h"
#include "mail/address.h"
#include "mail/bidi.h"
#include "cpu.h"
#include "../scratch.h"

#define RLO "\u202e"
#define LRO "\u202d"
#define RLE "\u202b"
#define PDF "\u202c"
#define RLI "\u2067"
#define PDI "\u2069"
#define M "\u200b" /* in place of each mark */

static void
test_overrides_are_read_from_their_other_end(void **state)
{
	static const struct {
		const char *text, *wanted;
	} cases[] = {
		{ RLO "nozamA", M "Amazon" },
		{ "a" RLO "cb" PDF "d", "a" M "bc" M "d" },
		{ RLO "ドーカ天楽" PDF "より", M "楽天カード" M "より" },
		{ RLO "ba\ndc", M "ab\ndc" },
		{ RLO "ba\r\ndc", M "ab\r\ndc" },
		{ RLO "e\u0301ba", M "abe\u0301" },
		{ RLO "(a)b", M "b(a)" },
		{ RLO "「い」あ", M "あ「い」" },
		{ RLO "dc" LRO "ab" PDF "zy" PDF "e",
		    M "yz" M "ab" M "cd" M "e" },
		{ RLO "ba" PDF PDF "c", M "ab" M M "c" },
		{ RLI RLO "ba" PDI "cd", M M "ab" M "cd" },
		{ RLI "x" RLO "ba" PDF "cd" PDI "e",
		    M "x" M "ab" M "cd" M "e" },
		{ RLE "ab" PDF RLO "dc", M "ab" M M "cd" },
		{ RLO "dc אב\u05b0ג ד", M "אב\u05b0ג ד cd" },
	};
	static const char *const same[] = {
		"", "Amazon", "\u202aAmazon" PDF, RLE "Amazon" PDF,
		RLI "Amazon" PDI, LRO "Amazon" PDF, "תלאביב", "\u200fa®",
		"\xe2\x80",
	};

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++)
		assert_string_equal(str_cstr(arena, bidi_turn(arena,
		    str_of(cases[i].text))), cases[i].wanted);
	for (size_t i = 0; i < nitems(same); i++) {
		struct str s = str_of(same[i]);

		assert_ptr_equal(bidi_turn(arena, s).p, s.p);
	}
}

static void
test_names_of_senders_are_as_they_are_shown(void **state)
{
	address_list from = { .n = 0 };

	(void)state;
	addresses_read(&from, arena, STR("=?utf-8?B?4oCubm96YW1B?= <a@b.jp>"),
	    1);
	assert_int_equal(from.n, 1);
	assert_string_equal(str_cstr(arena, from.at[0].name), M "Amazon");
}

static void
test_time_grows_with_the_text_and_no_faster(void **state)
{
	static const char *const pieces[] = {
		RLO, RLO LRO, RLO "a", RLO "a" LRO, PDF, RLO PDF, RLO PDI,
		RLI RLO, RLO "a" PDF, "\xae", RLO "\u0301",
	};

	(void)state;
	for (size_t i = 0; i < nitems(pieces); i++) {
		struct buf b;
		int64_t begin;

		buf_init(&b, 1 << 20);
		buf_add_str(&b, STR(RLO));
		while (!b.is_full)
			buf_add_str(&b, str_of(pieces[i]));
		begin = cpu_us();
		bidi_turn(arena, buf_str(&b));
		assert_true(cpu_us() - begin < 2000000);
		buf_release(&b);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_overrides_are_read_from_their_other_end),
		cmocka_unit_test(test_names_of_senders_are_as_they_are_shown),
		cmocka_unit_test(test_time_grows_with_the_text_and_no_faster),
	};

	return cmocka_run_group_tests(tests, scratch_open, scratch_close);
}
