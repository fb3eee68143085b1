/* SPDX-License-Identifier: Apache-2.0 */
/* What a daemon has counted, and what came between two looks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/vec.h"
#include "cli/numbersview.h"

#define FAMILY(name, type, samples) \
	"{\"name\": \"sekisho_" name "\", \"type\": \"" type "\"," \
	" \"samples\": [" samples "]}"
#define UP(n) FAMILY("uptime_seconds", "gauge", "{\"value\": " n "}")
#define MESSAGES(front, action, n) \
	"{\"labels\": {\"front\": \"" front "\", \"action\": \"" action \
	"\"}, \"value\": " n "}"
#define TIMES(ranges, us) \
	FAMILY("message_duration_seconds", "histogram", \
	"{\"labels\": {}, \"ranges\": " ranges ", \"us\": " us "}")

static void
test_counters_are_since_the_look_before(void **state)
{
	struct arena *a = arena_new();
	struct numbers before, now, since;
	const struct number *times;
	struct err e;

	(void)state;
	assert_true(numbers_read(&before, a, STR("{\"families\": [" UP("10")
	    "," FAMILY("messages", "counter",
	    MESSAGES("http", "reject", "5")) ","
	    TIMES("[0, 4]", "8") "]}"), &e));
	assert_true(numbers_read(&now, a, STR("{\"families\": [" UP("12") ","
	    FAMILY("messages", "counter", MESSAGES("http", "reject", "7") ","
	    MESSAGES("milter", "reject", "3")) ","
	    TIMES("[0, 4, 6]", "30") "]}"), &e));
	numbers_since(&since, a, &now, &before);
	assert_int_equal(numbers_sum(&since, "sekisho_messages", NULL, NULL),
	    5);
	assert_int_equal(numbers_sum(&since, "sekisho_messages", "front",
	    "http"), 2);
	assert_int_equal(numbers_sum(&since, "sekisho_uptime_seconds", NULL,
	    NULL), 12);
	times = numbers_times(&since, "sekisho_message_duration_seconds",
	    NULL, NULL);
	assert_int_equal(number_times_count(times), 6);
	assert_int_equal(times->us, 22);
	/* Between 2 and 5 microseconds, in the middle. */
	assert_true(number_quantile(times, 0.5) > 3.49 &&
	    number_quantile(times, 0.5) < 3.51);
	arena_free(a);
}

static void
test_a_daemon_started_anew_has_counted_all_since(void **state)
{
	struct arena *a = arena_new();
	struct numbers before, now, since;
	struct err e;

	(void)state;
	assert_true(numbers_read(&before, a, STR("{\"families\": [" UP("10")
	    "," FAMILY("messages", "counter",
	    MESSAGES("http", "reject", "5")) "]}"), &e));
	assert_true(numbers_read(&now, a, STR("{\"families\": [" UP("1") ","
	    FAMILY("messages", "counter", MESSAGES("http", "reject", "7"))
	    "]}"), &e));
	numbers_since(&since, a, &now, &before);
	assert_int_equal(numbers_sum(&since, "sekisho_messages", NULL, NULL),
	    7);
	arena_free(a);
}

static void
test_the_busiest_come_first(void **state)
{
	struct arena *a = arena_new();
	struct numbers n;
	number_sums sums;
	struct err e;

	(void)state;
	assert_true(numbers_read(&n, a, STR("{\"families\": ["
	    FAMILY("messages", "counter", MESSAGES("http", "reject", "5") ","
	    MESSAGES("http", "greylist", "0") ","
	    MESSAGES("milter", "no action", "6") ","
	    MESSAGES("milter", "reject", "2")) "]}"), &e));
	numbers_by(&sums, a, &n, "sekisho_messages", "action");
	assert_int_equal(sums.n, 2);
	assert_true(str_is(sums.at[0].name, "reject"));
	assert_int_equal(sums.at[0].value, 7);
	arena_free(a);
}

static void
test_what_is_no_such_answer_is_refused(void **state)
{
	static const char *const cases[] = { "", "[]", "{}",
		"{\"families\": 1}", "{\"families\": [", "null" };
	struct arena *a = arena_new();
	struct numbers n;
	struct err e;

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++)
		assert_false(numbers_read(&n, a, str_of(cases[i]), &e));
	/* And what only looks like it, is of no harm. */
	assert_true(numbers_read(&n, a, STR("{\"families\": [1, {}, {\"name\":"
	    " \"sekisho_x\", \"samples\": [null, {\"labels\": {\"a\": 1,"
	    " \"b\": \"\", \"c\": \"x\"}, \"ranges\": \"?\"}]}]}"), &e));
	arena_free(a);
}

static void
test_nothing_a_daemon_says_drives_the_terminal(void **state)
{
	static const struct terminal plain = { .width = 80 };
	struct arena *a = arena_new();
	struct numbers n;
	struct err e;
	struct buf b;

	(void)state;
	assert_true(numbers_read(&n, a, STR("{\"families\": ["
	    FAMILY("messages", "counter",
	    MESSAGES("\\u001b[2J", "\\u001b[1m", "5")) ","
	    FAMILY("campaign_messages", "counter", "{\"labels\":"
	    " {\"campaign\": \"\\u001b]0;x\\u0007\"}, \"value\": 1}") ","
	    FAMILY("list_rows", "gauge", "{\"labels\":"
	    " {\"list\": \"\\u001b]0;x\"}, \"value\": 1}") ","
	    FAMILY("store", "info", "{\"labels\":"
	    " {\"engine\": \"\\u001b]0;x\"}, \"value\": 1}") ","
	    FAMILY("observed_messages", "counter", "{\"labels\":"
	    " {\"action\": \"\\u001b]0;x\"}, \"value\": 1}")
	    "]}"), &e));
	buf_init(&b, 65536);
	numbers_view(&(struct numbers_view){ .to = &b, .arena = a,
	    .terminal = &plain, .numbers = &n, .names = 10 });
	assert_int_equal(str_count(buf_str(&b), '\x1b'), 0);
	assert_int_equal(str_count(buf_str(&b), '\a'), 0);
	assert_true(str_find_str(buf_str(&b), STR("\\x1b[2J")) < b.n);
	buf_release(&b);
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_counters_are_since_the_look_before),
		cmocka_unit_test(
		    test_a_daemon_started_anew_has_counted_all_since),
		cmocka_unit_test(test_the_busiest_come_first),
		cmocka_unit_test(test_what_is_no_such_answer_is_refused),
		cmocka_unit_test(
		    test_nothing_a_daemon_says_drives_the_terminal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
