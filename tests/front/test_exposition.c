/* SPDX-License-Identifier: Apache-2.0 */
/* Metrics as text and as JSON, whatever stands in a label. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/histogram.h"
#include "base/vec.h"
#include "front/exposition.h"

static const struct exposition_family family = { "sekisho_x",
	EXPOSITION_COUNTER, NULL, "What it is." };

static void
test_a_label_cannot_end_before_its_end(void **state)
{
	static const struct {
		struct str value;
		const char *wanted;
	} cases[] = {
		{ STR_INIT("jp-bank"), "{of=\"jp-bank\"}" },
		{ STR_INIT("a\"} 1\nsekisho_y 2"),
		    "{of=\"a\\\"} 1\\nsekisho_y 2\"}" },
		{ STR_INIT("back\\slash"), "{of=\"back\\\\slash\"}" },
		{ STR_INIT("\xe9\x96\xa2"), "{of=\"\xe9\x96\xa2\"}" },
		{ STR_INIT("\xff|"), "{of=\"\xef\xbf\xbd|\"}" },
	};

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		const struct exposition_label label = { "of",
			cases[i].value };
		struct exposition x;
		struct buf b;

		buf_init(&b, 4096);
		exposition_begin(&x, &b, false);
		exposition_family(&x, &family);
		b.n = 0;
		exposition_count(&x, &label, 1, 7);
		assert_true(str_starts(buf_str(&b), STR("sekisho_x_total")));
		assert_int_equal(str_find_str(buf_str(&b),
		    str_of(cases[i].wanted)), 15);
		assert_true(str_ends(buf_str(&b), STR("} 7\n")));
		assert_int_equal(str_count(buf_str(&b), '\n'), 1);
		buf_release(&b);
	}
}

static void
test_a_histogram_adds_up_from_bucket_to_bucket(void **state)
{
	static const struct exposition_family times = { "sekisho_t_seconds",
		EXPOSITION_HISTOGRAM, "seconds", "What it is." };
	struct histogram h = { 0 };
	struct exposition x;
	struct buf b;

	(void)state;
	histogram_add(&h, 1);
	histogram_add(&h, 1500000);
	histogram_add(&h, 20000000);
	buf_init(&b, 65536);
	exposition_begin(&x, &b, false);
	exposition_family(&x, &times);
	exposition_histogram(&x, NULL, 0, &h);
	exposition_end(&x);
	assert_true(str_starts(buf_str(&b), STR(
	    "# TYPE sekisho_t_seconds histogram\n"
	    "# UNIT sekisho_t_seconds seconds\n"
	    "# HELP sekisho_t_seconds What it is.\n"
	    "sekisho_t_seconds_bucket{le=\"1e-06\"} 1\n")));
	assert_true(str_ends(buf_str(&b), STR(
	    "sekisho_t_seconds_bucket{le=\"1.0\"} 1\n"
	    "sekisho_t_seconds_bucket{le=\"2.0\"} 2\n"
	    "sekisho_t_seconds_bucket{le=\"5.0\"} 2\n"
	    "sekisho_t_seconds_bucket{le=\"10.0\"} 2\n"
	    "sekisho_t_seconds_bucket{le=\"+Inf\"} 3\n"
	    "sekisho_t_seconds_count 3\n"
	    "sekisho_t_seconds_sum 21.500001\n"
	    "# EOF\n")));
	buf_release(&b);
}

static void
test_json_says_the_same(void **state)
{
	const struct exposition_label label = { "of", STR("a\"b") };
	struct arena *a = arena_new();
	struct exposition x;
	struct buf b;

	(void)state;
	buf_init(&b, 4096);
	exposition_begin(&x, &b, true);
	exposition_family(&x, &family);
	exposition_count(&x, &label, 1, 7);
	exposition_time(&x, NULL, 0, 1500000);
	exposition_end(&x);
	assert_string_equal(str_cstr(a, buf_str(&b)),
	    "{\"families\":[{\"name\":\"sekisho_x\",\"type\":\"counter\","
	    "\"help\":\"What it is.\",\"samples\":[{\"labels\":{\"of\":"
	    "\"a\\\"b\"},\"value\":7},{\"labels\":{},\"value\":1.500000}]}]}"
	    "\n");
	buf_release(&b);
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_label_cannot_end_before_its_end),
		cmocka_unit_test(
		    test_a_histogram_adds_up_from_bucket_to_bucket),
		cmocka_unit_test(test_json_says_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
