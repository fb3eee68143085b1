/* SPDX-License-Identifier: Apache-2.0 */
/* Authentication-Results as the filters of the field write them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/vec.h"
#include "mail/auth.h"

static void
test_results_and_their_domains_are_read(void **state)
{
	struct arena *a = arena_new();
	struct auth auth = { .source = STR_INIT("") };
	struct str host;

	(void)state;
	assert_true(auth_read(&auth, a, STR("MX.example (a; comment) 1;\r\n"
	    "\tdkim=pass (2048-bit key; \"x\") header.d=Kagoya.JP "
	    "header.i=@kagoya.jp;\r\n spf = softfail reason=\"a; b=c\" "
	    "smtp.mailfrom=bounce@mail.example; dmarc/1=fail (p=NONE) "
	    "header.from=kagoya.com; x-new=odd; arc=temperror"), &host));
	assert_true(str_is(host, "mx.example"));
	assert_int_equal(auth.result[AUTH_DKIM], AUTH_PASS);
	assert_true(str_is(auth.domain[AUTH_DKIM], "kagoya.jp"));
	assert_int_equal(auth.result[AUTH_SPF], AUTH_SOFTFAIL);
	assert_true(str_is(auth.domain[AUTH_SPF], "mail.example"));
	assert_int_equal(auth.result[AUTH_DMARC], AUTH_FAIL);
	assert_true(str_is(auth.domain[AUTH_DMARC], "kagoya.com"));
	assert_int_equal(auth.result[AUTH_ARC], AUTH_TEMPERROR);
	arena_free(a);
}

static void
test_what_is_not_reported_stays_unknown(void **state)
{
	struct arena *a = arena_new();
	struct auth auth = { .source = STR_INIT("") };
	struct str host;

	(void)state;
	assert_true(auth_read(&auth, a, STR("mx.example; none"), &host));
	for (size_t i = 0; i < AUTH_METHODS; i++)
		assert_int_equal(auth.result[i], AUTH_UNKNOWN);
	assert_false(auth_read(&auth, a, STR(""), &host));
	assert_false(auth_read(&auth, a, STR("spf=pass"), &host));
	arena_free(a);
}

static void
test_a_later_pass_counts_more_than_the_first_result(void **state)
{
	struct arena *a = arena_new();
	struct auth auth = { .source = STR_INIT("") };
	struct str host;

	(void)state;
	auth_read(&auth, a, STR("h; dkim=fail header.d=a.example; "
	    "dkim=pass header.d=b.example; dkim=pass header.d=c.example; "
	    "spf=pass smtp.mailfrom=d.example; spf=fail"), &host);
	assert_int_equal(auth.result[AUTH_DKIM], AUTH_PASS);
	assert_true(str_is(auth.domain[AUTH_DKIM], "b.example"));
	assert_int_equal(auth.result[AUTH_SPF], AUTH_PASS);
	arena_free(a);
}

/* A signature each: RFC 8601 2.2. */
static void
test_every_signer_that_passes_is_known(void **state)
{
	struct arena *a = arena_new();
	struct auth auth = { .source = STR_INIT("") };
	struct str host;

	(void)state;
	auth_read(&auth, a, STR("h; dkim=pass header.d=esp.example; "
	    "dkim=fail header.d=b.example; dkim=pass; dkim=pass "
	    "header.i=@Mail.brand.example header.d=Brand.example; dkim=pass "
	    "header.i=x@only.example"), &host);
	assert_int_equal(auth.n_signers, 3);
	assert_true(str_is(auth.signer[0], "esp.example"));
	assert_true(str_is(auth.signer[1], "brand.example"));
	assert_true(str_is(auth.signer[2], "only.example"));
	for (int i = 0; i < 20; i++)
		auth_add(&auth, AUTH_DKIM, AUTH_PASS, STR("d.example"));
	assert_int_equal(auth.n_signers, AUTH_SIGNERS_MOST);
	arena_free(a);
}

/* RFC 8601 2.7.2: a result for each identity; DMARC goes by MAIL FROM. */
static void
test_mail_from_outweighs_helo_in_any_order(void **state)
{
	static const struct { const char *text, *domain; enum auth_result is; }
	    cases[] = {
		{ "spf=pass smtp.helo=mx.a.example; spf=pass "
		    "smtp.mailfrom=x@b.example", "b.example", AUTH_PASS },
		{ "spf=pass smtp.mailfrom=x@b.example; spf=pass "
		    "smtp.helo=mx.a.example", "b.example", AUTH_PASS },
		{ "spf=pass smtp.helo=mx.a.example; spf=fail "
		    "smtp.mailfrom=x@b.example", "b.example", AUTH_FAIL },
		{ "spf=fail smtp.mailfrom=x@b.example; spf=pass "
		    "smtp.helo=mx.a.example", "b.example", AUTH_FAIL },
		{ "spf=none smtp.helo=mx.a.example; spf=pass "
		    "smtp.helo=a.example", "a.example", AUTH_PASS },
		{ "spf=pass smtp.mailfrom=<> smtp.helo=mx.a.example",
		    "mx.a.example", AUTH_PASS },
	};
	struct arena *a = arena_new();
	struct str host;

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		struct auth auth = { .source = STR_INIT("") };

		auth_read(&auth, a, str_cat(a, STR("h; "),
		    str_of(cases[i].text)), &host);
		assert_int_equal(auth.result[AUTH_SPF], cases[i].is);
		assert_true(str_is(auth.domain[AUTH_SPF], cases[i].domain));
	}
	arena_free(a);
}

static void
test_brackets_and_dots_are_no_part_of_a_domain(void **state)
{
	struct arena *a = arena_new();
	struct auth auth = { .source = STR_INIT("") };
	struct str host;

	(void)state;
	auth_read(&auth, a, STR("h; spf=pass smtp.mailfrom=<x@B.example.>; "
	    "dkim=pass header.d=B.example.; dmarc=pass "
	    "header.from=b.example."), &host);
	assert_true(str_is(auth.domain[AUTH_SPF], "b.example"));
	assert_true(str_is(auth.domain[AUTH_DKIM], "b.example"));
	assert_true(str_is(auth.signer[0], "b.example"));
	assert_true(str_is(auth.domain[AUTH_DMARC], "b.example"));
	arena_free(a);
}

/* CVE-2020-12272: a comment inside the domain made another domain of it. */
static void
test_a_comment_does_not_become_part_of_a_domain(void **state)
{
	struct arena *a = arena_new();
	struct auth auth = { .source = STR_INIT("") };
	struct str host;

	(void)state;
	auth_read(&auth, a, STR("h; spf=pass "
	    "smtp.mailfrom=x@evil.example(.kagoya.jp; dmarc=pass"), &host);
	assert_true(str_is(auth.domain[AUTH_SPF], "evil.example"));
	assert_int_equal(auth.result[AUTH_DMARC], AUTH_UNKNOWN);
	arena_free(a);
}

/* RFC 5321 4.1.2: a local part may be quoted and have whatever in it. */
static void
test_a_quoted_local_part_names_no_other_domain(void **state)
{
	struct arena *a = arena_new();
	struct auth auth = { .source = STR_INIT("") };
	struct str host;

	(void)state;
	auth_read(&auth, a, STR("h; spf=pass "
	    "smtp.mailfrom=\"x@smbc.co.jp y\"@evil.example; "
	    "dkim=pass reason=\"a header.d=smbc.co.jp\" "
	    "header.i=\"a@smbc.co.jp\\ \\\"; dmarc=pass\"@evil.example; "
	    "dmarc=fail reason=\"x\theader.from=smbc.co.jp\" "
	    "header.from=evil.example"), &host);
	assert_int_equal(auth.result[AUTH_SPF], AUTH_PASS);
	assert_true(str_is(auth.domain[AUTH_SPF], "evil.example"));
	assert_true(str_is(auth.domain[AUTH_DKIM], "evil.example"));
	assert_int_equal(auth.result[AUTH_DMARC], AUTH_FAIL);
	assert_true(str_is(auth.domain[AUTH_DMARC], "evil.example"));
	arena_free(a);
}

static void
test_names_go_both_ways(void **state)
{
	enum auth_method method;
	enum auth_result result;

	(void)state;
	for (int i = 0; i < AUTH_METHODS; i++) {
		assert_true(auth_method_of(str_of(auth_method_name(
		    (enum auth_method)i)), &method));
		assert_int_equal(method, i);
	}
	for (int i = AUTH_NONE; i <= AUTH_PERMERROR; i++) {
		assert_true(auth_result_of(str_of(auth_result_name(
		    (enum auth_result)i)), &result));
		assert_int_equal(result, i);
	}
	assert_false(auth_result_of(STR("maybe"), &result));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_results_and_their_domains_are_read),
		cmocka_unit_test(test_what_is_not_reported_stays_unknown),
		cmocka_unit_test(
		    test_a_later_pass_counts_more_than_the_first_result),
		cmocka_unit_test(test_every_signer_that_passes_is_known),
		cmocka_unit_test(
		    test_a_comment_does_not_become_part_of_a_domain),
		cmocka_unit_test(
		    test_a_quoted_local_part_names_no_other_domain),
		cmocka_unit_test(test_mail_from_outweighs_helo_in_any_order),
		cmocka_unit_test(
		    test_brackets_and_dots_are_no_part_of_a_domain),
		cmocka_unit_test(test_names_go_both_ways),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
