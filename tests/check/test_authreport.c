/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/vec.h"
#include "check/authreport.h"

static void
test_a_value_is_quoted_where_it_is_more_than_a_word(void **state)
{
	static const struct {
		struct str value;
		const char *wanted;
	} cases[] = {
		{ STR_INIT("a@b.jp"), " k=a@b.jp" },
		{ STR_INIT("a@b@c"), " k=\"a@b@c\"" },
		{ STR_INIT(""), " k=\"\"" },
		{ STR_INIT("a b"), " k=\"a b\"" },
		{ STR_INIT("a;b"), " k=\"a;b\"" },
		{ STR_INIT("a(b"), " k=\"a(b\"" },
		{ STR_INIT("a\"b\\c"), " k=\"a\\\"b\\\\c\"" },
		{ STR_INIT("a\r\nX: y"), " k=\"a??X: y\"" },
		{ STR_INIT("a\0b"), " k=\"a?b\"" },
		{ STR_INIT("\xe3\x81\x82"), " k=\"???\"" },
		{ STR_INIT("a\x7f"), " k=\"a?\"" },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		struct buf b;

		buf_init_arena(&b, a, 1000);
		auth_report_pair(&b, "k", cases[i].value);
		assert_string_equal(str_cstr(a, buf_str(&b)),
		    cases[i].wanted);
	}
	arena_free(a);
}

static void
test_what_is_known_is_said_and_nothing_else(void **state)
{
	struct dkim_verdict dkim = { .n = 1, .at = { {
		.result = AUTH_FAIL, .domain = STR_INIT("d.jp"),
		.selector = STR_INIT("s(1)"), .mark = STR_INIT("AbCd/+12"),
		.problem = "it does not fit" } } };
	struct auth auth = { .result = { [AUTH_DKIM] = AUTH_FAIL,
		[AUTH_DMARC] = AUTH_PASS } };
	struct auth_report r = { .auth = &auth, .dkim = &dkim,
		.from = STR_INIT("d.jp"), .policy = STR_INIT("reject"),
		.override = STR_INIT("for a reason") };
	struct arena *a = arena_new();

	(void)state;
	assert_string_equal(str_cstr(a, auth_report_write(a, &r)),
	    "dkim=fail reason=\"it does not fit\" header.d=d.jp "
	    "header.s=\"s(1)\" header.b=\"AbCd/+12\"; dmarc=fail "
	    "reason=\"for a reason\" header.from=d.jp policy.dmarc=reject");
	auth = (struct auth){ .source = STR_INIT("") };
	assert_int_equal(auth_report_write(a, &r).n, 0);
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_a_value_is_quoted_where_it_is_more_than_a_word),
		cmocka_unit_test(test_what_is_known_is_said_and_nothing_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
