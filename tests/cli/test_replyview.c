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

static const struct terminal coloured = { .width = 80, .is_coloured = true };

static const char own[] =
    "{\"action\": \"add header\", \"score\": 7.5, \"required_score\": 15,"
    " \"symbols\": {\"JP_X\": {\"score\": 7.5}}, \"sekisho\": {},"
    " \"sekisho_text\": "
    "\"\\u001b[1mSender\\u001b[0m\\n  差出人\\u001b[2J\\n\"}";

/* Nothing is laid out twice, and nothing of it drives the terminal. */
static void
test_the_explanation_of_the_daemon_is_shown_as_it_stands(void **state)
{
	bool is_caught = false;
	struct err e;
	struct buf b;

	(void)state;
	buf_init(&b, 65536);
	assert_true(reply_view(&b, &is_caught, str_of(own), &plain, &e));
	assert_true(is_caught);
	assert_true(str_is(buf_str(&b),
	    "\\x1b[1mSender\\x1b[0m\n  差出人\\x1b[2J\n"));
	buf_empty(&b);
	assert_true(reply_view(&b, &is_caught, str_of(own), &coloured, &e));
	assert_true(str_is(buf_str(&b),
	    "\x1b[1mSender\x1b[0m\n  差出人\\x1b[2J\n"));
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
	    " {\"score\": 4, \"description\": \"\\u001b[2J\","
	    " \"options\": [\"because\"]}}}"), &plain, &e));
	assert_false(is_caught);
	assert_true(shows(buf_str(&b), "+4.00  A  \\x1b[2J\n"));
	assert_true(shows(buf_str(&b), "\n           because\n"));
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
		    &plain, &e));
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
		cmocka_unit_test(
		    test_the_explanation_of_the_daemon_is_shown_as_it_stands),
		cmocka_unit_test(test_replies_of_other_daemons_are_shown_too),
		cmocka_unit_test(test_what_is_no_reply_is_refused),
		cmocka_unit_test(test_the_reason_of_a_refusal_is_read),
	};

	return cmocka_run_group_tests_name("cli/replyview", tests, NULL, NULL);
}
