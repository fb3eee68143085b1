/* SPDX-License-Identifier: Apache-2.0 */
#include "check/record.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/vec.h"

static void
test_a_date_is_as_exact_as_it_is_known(void **unused)
{
	static const struct {
		const char *text, *first, *last;
	} cases[] = {
		{ "2026-02-09", "2026-02-09", "2026-02-09" },
		{ "2026-02", "2026-02-01", "2026-02-28" },
		{ "2024-02", "2024-02-01", "2024-02-29" },
		{ "2026-12", "2026-12-01", "2026-12-31" },
		{ "2026", "2026-01-01", "2026-12-31" },
		{ "early 2026-02", "2026-02-01", "2026-02-10" },
		{ "mid 2026-02", "2026-02-11", "2026-02-20" },
		{ "late 2026-02", "2026-02-21", "2026-02-28" },
	};

	(void)unused;
	for (size_t i = 0; i < nitems(cases); i++) {
		int32_t first, last;
		char text[16];

		assert_true(record_when(str_of(cases[i].text), &first,
		    &last));
		day_format(first, text);
		assert_string_equal(text, cases[i].first);
		day_format(last, text);
		assert_string_equal(text, cases[i].last);
	}
}

static void
test_what_is_no_date_is_none(void **unused)
{
	static const char *const texts[] = { "", "2026-13", "2026-02-30",
		"early", "early 2026", "late 2026-2", "yesterday", "20 26",
		"2026-02-09 ", "-001", "early early 2026-02", "99999-01" };

	(void)unused;
	for (size_t i = 0; i < nitems(texts); i++) {
		int32_t first, last;

		assert_false(record_when(str_of(texts[i]), &first, &last));
	}
}

static void
test_a_record_is_read_as_it_was_written(void **unused)
{
	struct record in = { .registered = STR_INIT("early 2026-02"),
		.source = STR_INIT("who\tis"), .fetched =
		STR_INIT("2026-02-13"), .n = 1, .verdicts = { {
		.vendor = STR_INIT("Google"),
		.says = STR_INIT("bad\nregistered"),
		.seen = STR_INIT("2026-02-13"), .note = STR_INIT("") } } };
	struct record out;
	struct buf b;

	(void)unused;
	buf_init(&b, 4096);
	record_write(&b, &in);
	record_read(&out, buf_str(&b));
	assert_true(str_is(out.registered, "early 2026-02"));
	assert_true(str_is(out.source, "who is"));
	assert_int_equal(out.n, 1);
	assert_true(str_is(out.verdicts[0].says, "bad registered"));
	buf_release(&b);
}

static void
test_a_vendor_is_one_word(void **unused)
{
	static const char *const cases[][2] = {
		{ "Google", "google" }, { "Trend Micro, Inc.",
		"trend-micro-inc" }, { "  a =b ", "a-b" }, { "", "" },
		{ "--", "" }, { "\xe5\x8d\xb1", "\xe5\x8d\xb1" } };
	struct arena *a = arena_new();

	(void)unused;
	for (size_t i = 0; i < nitems(cases); i++)
		assert_true(str_is(record_word(a, str_of(cases[i][0])),
		    cases[i][1]));
	arena_free(a);
}

static void
test_a_strange_value_knows_nothing(void **unused)
{
	static const char *const values[] = { "", "\n\n\t\t\t\t\n",
		"registered\t2026-02-09", "registered\tnever\ta\tb",
		"verdict\ta\tb", "REGISTERED\t2026-02-09\ta\tb",
		"registered\t2026-02-09\t\t2026-02-10",
		"registered\t2026-02-09\twhois\t", "verdict\ta\tb\t\t",
		"registered 2026-02-09 a b" };

	(void)unused;
	for (size_t i = 0; i < nitems(values); i++) {
		struct record r;

		record_read(&r, str_of(values[i]));
		assert_int_equal(r.n, 0);
		assert_int_equal(r.registered.n, 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_date_is_as_exact_as_it_is_known),
		cmocka_unit_test(test_what_is_no_date_is_none),
		cmocka_unit_test(test_a_record_is_read_as_it_was_written),
		cmocka_unit_test(test_a_vendor_is_one_word),
		cmocka_unit_test(test_a_strange_value_knows_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
