/* SPDX-License-Identifier: Apache-2.0 */
/* Replies of daemons, shown. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/vec.h"
#include "cli/replyview.h"
#include "cli/terminal.h"

static const struct terminal plain = { .width = 80 };

static bool
shows(struct str shown, const char *piece)
{
	return str_find_str(shown, str_of(piece)) < shown.n;
}

static const char own[] =
    "{\"action\": \"add header\", \"score\": 7.5, \"required_score\": 15,"
    " \"symbols\": {}, \"sekisho\": {\"notes\": [{\"section\": \"sender\","
    " \"ja\": \"不明\", \"en\": \"unknown\"}], \"campaigns\": [{\"symbol\":"
    " \"JP_X\", \"points\": 7.5, \"title\": {\"ja\": \"偽\"}}], \"lines\":"
    " [{\"campaign\": \"JP_X\", \"name\": \"landing\", \"points\": 8, \"say\":"
    " {\"ja\": \"リンク\", \"en\": \"the link\"}}, {\"name\": \"ceiling\","
    " \"points\": -0.5, \"say\": {\"en\": \"in all\"}}], \"unknown\":"
    " [\"url.ip\"]}}";

static void
test_our_own_reply_is_shown_with_every_line(void **state)
{
	static const char *const wanted[] = { "add header  7.50 / 15.00",
		"Sender\n  - unknown", "JP_X  7.50  偽", "+8.00  landing",
		"the link", "-0.50  ceiling", "in all", "url.ip" };
	bool is_caught = false;
	struct err e;
	struct buf b;

	(void)state;
	buf_init(&b, 65536);
	assert_true(reply_view(&b, &is_caught, str_of(own), STR("en"),
	    &plain, &e));
	assert_true(is_caught);
	for (size_t i = 0; i < nitems(wanted); i++)
		assert_true(shows(buf_str(&b), wanted[i]));
	buf_empty(&b);
	assert_true(reply_view(&b, &is_caught, str_of(own), STR("ja"),
	    &plain, &e));
	assert_true(shows(buf_str(&b), "差出人\n  - 不明"));
	assert_true(shows(buf_str(&b), "リンク"));
	buf_release(&b);
}

static void
test_replies_of_other_daemons_are_shown_too(void **state)
{
	bool is_caught = true;
	struct err e;
	struct buf b;

	(void)state;
	buf_init(&b, 65536);
	assert_true(reply_view(&b, &is_caught, STR("{\"action\": \"greylist\","
	    "\"score\": 4, \"required_score\": 15, \"symbols\": {\"A\":"
	    " {\"score\": 4, \"description\": \"\\u001b[2J\"}}}"), STR("en"),
	    &plain, &e));
	assert_false(is_caught);
	assert_true(shows(buf_str(&b), "+4.00  A  \\x1b[2J"));
	buf_release(&b);
}

static void
test_what_is_no_reply_is_refused(void **state)
{
	static const char *const bodies[] = { "", "pong\r\n", "[]", "{}",
		"{\"action\": 3}", "{\"action\": \"reject\"" };
	bool is_caught;
	struct err e;
	struct buf b;

	(void)state;
	buf_init(&b, 65536);
	for (size_t i = 0; i < nitems(bodies); i++)
		assert_false(reply_view(&b, &is_caught, str_of(bodies[i]),
		    STR("en"), &plain, &e));
	buf_release(&b);
}

static void
test_the_reason_of_a_refusal_is_read(void **state)
{
	struct arena *a = arena_new();

	(void)state;
	assert_true(str_is(reply_error_text(a, STR("{\"error\": \"too "
	    "long\"}")), "too long"));
	assert_int_equal(reply_error_text(a, STR("<html>")).n, 0);
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_our_own_reply_is_shown_with_every_line),
		cmocka_unit_test(test_replies_of_other_daemons_are_shown_too),
		cmocka_unit_test(test_what_is_no_reply_is_refused),
		cmocka_unit_test(test_the_reason_of_a_refusal_is_read),
	};

	return cmocka_run_group_tests_name("cli/replyview", tests, NULL, NULL);
}
