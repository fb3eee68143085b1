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
test_one_signature_that_passes_is_enough(void **state)
{
	struct arena *a = arena_new();
	struct auth auth = { .source = STR_INIT("") };
	struct str host;

	(void)state;
	auth_read(&auth, a, STR("h; dkim=fail header.d=a.example; "
	    "dkim=pass header.d=b.example; dkim=pass header.d=c.example; "
	    "dkim=fail header.d=d.example"), &host);
	assert_int_equal(auth.result[AUTH_DKIM], AUTH_PASS);
	assert_true(str_is(auth.domain[AUTH_DKIM], "b.example"));
	assert_int_equal(auth.n_signers, 2);
	arena_free(a);
}

/* A pass won once, wherever it stood: a sender had it written there. */
static void
test_of_two_that_contradict_each_other_the_worse_counts(void **state)
{
	static const struct { const char *text; enum auth_result spf, dkim,
	    dmarc; } cases[] = {
		{ "spf=pass smtp.mailfrom=d.example; spf=fail",
		    AUTH_FAIL, AUTH_UNKNOWN, AUTH_UNKNOWN },
		{ "spf=temperror; spf=pass smtp.mailfrom=d.example",
		    AUTH_TEMPERROR, AUTH_UNKNOWN, AUTH_UNKNOWN },
		{ "spf=fail smtp.helo=a.example; spf=pass smtp.helo=b.example",
		    AUTH_FAIL, AUTH_UNKNOWN, AUTH_UNKNOWN },
		{ "dmarc=pass header.from=a.example; "
		    "dmarc=fail header.from=a.example",
		    AUTH_UNKNOWN, AUTH_UNKNOWN, AUTH_FAIL },
		{ "dmarc=none header.from=a.example; "
		    "dmarc=pass header.from=a.example",
		    AUTH_UNKNOWN, AUTH_UNKNOWN, AUTH_NONE },
		/* a domain that signed twice was once told to have failed */
		{ "dkim=pass header.d=a.example; dkim=fail header.d=a.example",
		    AUTH_UNKNOWN, AUTH_TEMPERROR, AUTH_UNKNOWN },
		{ "dkim=fail header.d=a.example; dkim=pass header.d=a.example",
		    AUTH_UNKNOWN, AUTH_TEMPERROR, AUTH_UNKNOWN },
		{ "dkim=pass header.d=a.example; dkim=fail header.d=a.example;"
		    " dkim=pass header.d=a.example header.s=s",
		    AUTH_UNKNOWN, AUTH_TEMPERROR, AUTH_UNKNOWN },
		{ "dkim=none; dkim=pass header.d=a.example",
		    AUTH_UNKNOWN, AUTH_TEMPERROR, AUTH_UNKNOWN },
		{ "dkim=pass header.d=a.example; dkim=none",
		    AUTH_UNKNOWN, AUTH_TEMPERROR, AUTH_UNKNOWN },
		{ "dkim=none; dkim=fail header.d=a.example",
		    AUTH_UNKNOWN, AUTH_NONE, AUTH_UNKNOWN },
		{ "dkim=pass header.d=a.example header.b=abc; "
		    "dkim=policy header.d=a.example header.b=abc",
		    AUTH_UNKNOWN, AUTH_TEMPERROR, AUTH_UNKNOWN },
		{ "dkim=fail header.d=a.example header.b=abc; "
		    "dkim=policy header.d=a.example header.b=abc",
		    AUTH_UNKNOWN, AUTH_FAIL, AUTH_UNKNOWN },
		/* two signatures of one domain, of which a host knows the
		 * algorithm of one */
		{ "dkim=pass header.d=a.example header.s=r; "
		    "dkim=fail header.d=a.example header.s=e",
		    AUTH_UNKNOWN, AUTH_PASS, AUTH_UNKNOWN },
		{ "dkim=pass header.d=a.example header.b=abc; "
		    "dkim=fail header.d=a.example header.b=def",
		    AUTH_UNKNOWN, AUTH_PASS, AUTH_UNKNOWN },
		{ "dkim=permerror header.d=a.example; "
		    "dkim=pass header.d=a.example",
		    AUTH_UNKNOWN, AUTH_PASS, AUTH_UNKNOWN },
		/* nobody says of whom */
		{ "dmarc=pass", AUTH_UNKNOWN, AUTH_UNKNOWN, AUTH_UNKNOWN },
		{ "dmarc=fail", AUTH_UNKNOWN, AUTH_UNKNOWN, AUTH_FAIL },
		{ "spf=pass smtp.mailfrom=bank.example "
		    "smtp.mailfrom=evil.example; dkim=pass "
		    "header.d=bank.example header.d=evil.example",
		    AUTH_UNKNOWN, AUTH_UNKNOWN, AUTH_UNKNOWN },
	};
	struct arena *a = arena_new();
	struct str host;

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		struct auth auth = { .source = STR_INIT("") };

		assert_true(auth_read(&auth, a, str_cat(a, STR("h; "),
		    str_of(cases[i].text)), &host));
		assert_int_equal(auth.result[AUTH_SPF], cases[i].spf);
		assert_int_equal(auth.result[AUTH_DKIM], cases[i].dkim);
		assert_int_equal(auth.result[AUTH_DMARC], cases[i].dmarc);
		assert_int_equal(auth.n_signers,
		    cases[i].dkim == AUTH_PASS ? 1 : 0);
	}
	arena_free(a);
}

/* What a stranger says as MAIL FROM, HELO or i= was once read as a result of
 * the host that printed it; the first were of python's authres and of rspamd,
 * which escapes quotes and no backslashes. */
static void
test_no_text_of_a_sender_is_a_result(void **state)
{
	static const char *const cases[] = {
		"spf=fail (mailfrom) smtp.mailfrom=evil.example (client-ip="
		    "203.0.113.185; envelope-from=\"x);dmarc=pass "
		    "header.from=bank.example;(\"@evil.example; receiver=b)",
		"dkim=none; spf=fail (mx: domain of \"\\\"x);dmarc=pass "
		    "header.from=bank.example;(\\\"@evil.example\" does not "
		    "designate 203.0.113.185) smtp.mailfrom=\"\\\"x);dmarc="
		    "pass header.from=bank.example;(\\\"@evil.example\"; "
		    "dmarc=fail header.from=bank.example (policy=reject)",
		"spf=fail (mx: domain of \"\\\"x\\\\\");dmarc=pass "
		    "header.from=bank.example;(\\\\\"y\\\"@evil.example\" "
		    "does not designate) smtp.mailfrom=evil.example",
		"spf=fail smtp.mailfrom=\"\\\"x\\\\\";dmarc=pass "
		    "header.from=bank.example;x=\\\\\"y\\\"@evil.example\"",
		"spf=fail (domain of x\\);dmarc=pass "
		    "header.from=bank.example (y) smtp.mailfrom=evil.example",
		"spf=fail (helo x\");dmarc=pass header.from=bank.example;(",
		"spf=fail smtp.mailfrom=evil.example); "
		    "dmarc=pass header.from=bank.example",
		"spf=fail smtp.mailfrom=x\"@evil.example; "
		    "dmarc=pass header.from=bank.example",
		"spf=fail reason=\"no record of \"x;dmarc=pass "
		    "header.from=bank.example;\"@evil.example\"",
		"spf=fail reason=\"no record of \";dmarc=pass "
		    "header.from=bank.example;\"@evil.example\"",
		/* swallows the host's own */
		"spf=fail (domain of \"x(\"@evil.example) smtp.mailfrom="
		    "evil.example; dmarc=fail (p=reject) header.from=bank"
		    ".example; dmarc=pass header.from=bank.example (\")\")",
	};
	struct arena *a = arena_new();
	struct str host;

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		struct auth auth = { .source = STR_INIT("") };

		assert_true(auth_read(&auth, a, str_cat(a, STR("h; "),
		    str_of(cases[i])), &host));
		assert_true(str_is(host, "h"));
		assert_int_equal(auth.result[AUTH_SPF], AUTH_FAIL);
		assert_int_not_equal(auth.result[AUTH_DMARC], AUTH_PASS);
		assert_int_equal(auth.n_signers, 0);
		if (strstr(cases[i], "dmarc=fail") != NULL)
			assert_int_equal(auth.result[AUTH_DMARC], AUTH_FAIL);
	}
	arena_free(a);
}

/* As rspamd, policyd-spf, OpenDMARC, OpenDKIM, Exim, Microsoft, Google and
 * Cisco write them, of odd senders too.  Of the last the result for smtp.pra
 * was once taken for that of MAIL FROM, and d= for nothing. */
static void
test_lines_of_real_hosts_are_read(void **state)
{
	static const char *const cases[] = {
		"dkim=pass header.d=a.example header.s=k header.b=\"ab/+c\"; "
		    "spf=pass (mx: domain of \"\\\"taro yamada\\\"@a.example\""
		    " designates 192.0.2.1 as permitted sender) "
		    "smtp.mailfrom=\"\\\"taro yamada\\\"@a.example\"; "
		    "dmarc=pass (policy=none) header.from=a.example",
		"spf=pass (mailfrom) smtp.mailfrom=a.example (client-ip="
		    "192.0.2.1; helo=h; envelope-from=\"a..b\"@a.example; "
		    "receiver=<UNKNOWN>); dkim=pass (2048-bit key; "
		    "unprotected) header.d=a.example header.i=@a.example "
		    "header.a=rsa-sha256 header.s=k header.b=AbC; "
		    "dmarc=pass (p=none dis=none) header.from=a.example",
		"spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=a.example;"
		    "dkim=pass (signature was verified) header.d=a.example;"
		    "dmarc=pass action=none header.from=a.example;"
		    "compauth=pass reason=100",
		"dkim=pass header.i=@a.example header.s=k header.b=x; "
		    "dkim=neutral (no key) header.i=@a.example header.s=e; "
		    "spf=pass (google.com: domain of b+c=d.example@a.example "
		    "designates 192.0.2.1 as permitted sender) "
		    "smtp.mailfrom=\"b+c=d.example@a.example\"; "
		    "dmarc=pass (p=NONE sp=NONE dis=NONE) "
		    "header.from=a.example",
		"iprev=pass (a.example) smtp.remote-ip=192.0.2.1; spf=pass "
		    "smtp.mailfrom=a.example; dkim=pass header.d=a.example "
		    "header.s=k header.a=rsa-sha256; dmarc=pass "
		    "header.from=a.example; arc=none",
		"dkim=pass (signature verified) header.i=@a.example; spf=None "
		    "smtp.pra=x@a.example; spf=Pass smtp.mailfrom=x@a.example;"
		    " spf=None smtp.helo=postmaster@mail.a.example; "
		    "dmarc=pass (p=none dis=none) d=a.example",
	};
	struct arena *a = arena_new();
	struct str host;

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		struct auth auth = { .source = STR_INIT("") };

		assert_true(auth_read(&auth, a, str_cat(a, STR("h; "),
		    str_of(cases[i])), &host));
		for (int m = AUTH_SPF; m <= AUTH_DMARC; m++) {
			assert_int_equal(auth.result[m], AUTH_PASS);
			assert_true(str_is(auth.domain[m], "a.example"));
		}
		assert_int_equal(auth.n_signers, 1);
	}
	arena_free(a);
}

static void
test_what_a_sender_gains_by_is_distrusted(void **state)
{
	struct arena *a = arena_new();
	struct auth auth = { .source = STR_INIT("") };
	struct str host;

	(void)state;
	auth_read(&auth, a, STR("h; spf=temperror smtp.mailfrom=a.example; "
	    "dkim=pass header.d=a.example; dkim=fail header.d=b.example; "
	    "dmarc=pass header.from=a.example; arc=fail"), &host);
	auth_distrust(&auth);
	assert_int_equal(auth.result[AUTH_SPF], AUTH_UNKNOWN);
	assert_int_equal(auth.result[AUTH_DKIM], AUTH_FAIL);
	assert_true(str_is(auth.domain[AUTH_DKIM], "b.example"));
	assert_int_equal(auth.n_signers, 0);
	assert_int_equal(auth.result[AUTH_DMARC], AUTH_UNKNOWN);
	assert_int_equal(auth.domain[AUTH_DMARC].n, 0);
	assert_int_equal(auth.result[AUTH_ARC], AUTH_FAIL);
	assert_false(auth_is_open(&auth, AUTH_SPF));
	assert_false(auth_is_open(&auth, AUTH_DKIM));
	arena_free(a);
}

/* A sender whom one odd sign made unknown was once no forger any more. */
static void
test_who_has_a_hand_in_results_passes_for_nobody(void **state)
{
	static const struct { const char *text; bool is_spf, is_dkim; }
	    cases[] = {
		{ "none", true, true },
		{ "dmarc=pass", true, true },
		{ "spf=pass smtp.mailfrom=a.example smtp.mailfrom=b.example",
		    false, true },
		{ "dkim=pass header.d=a.example header.d=b.example",
		    true, false },
		{ "spf=pass (domain of \"x)\"@b.example) smtp.mailfrom="
		    "b.example; dkim=pass header.d=b.example", false, false },
		{ "spf=pass smtp.mailfrom=x(@b.example; dmarc=fail",
		    false, false },
	};
	struct arena *a = arena_new();
	struct str host;

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		struct auth auth = { .source = STR_INIT("") };

		auth_read(&auth, a, str_cat(a, STR("h; "),
		    str_of(cases[i].text)), &host);
		assert_int_equal(auth.result[AUTH_SPF], AUTH_UNKNOWN);
		assert_int_equal(auth.result[AUTH_DKIM], AUTH_UNKNOWN);
		assert_int_equal(auth_is_open(&auth, AUTH_SPF),
		    cases[i].is_spf);
		assert_int_equal(auth_is_open(&auth, AUTH_DKIM),
		    cases[i].is_dkim);
	}
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
		auth_add(&auth, AUTH_DKIM, AUTH_PASS,
		    str_printf(a, "d%d.example", i));
	assert_int_equal(auth.n_signers, AUTH_SIGNERS_MOST);
	auth_add(&auth, AUTH_DKIM, AUTH_FAIL, STR("brand.example"));
	assert_true(str_is(auth.signer[1], "only.example"));
	auth_add(&auth, AUTH_DKIM, AUTH_NONE, STR(""));
	assert_int_equal(auth.n_signers, 0);
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
		{ "spf=fail smtp.pra=x@b.example; spf=pass smtp.helo=a.example",
		    "a.example", AUTH_PASS },
		{ "spf=pass smtp.pra=x@b.example", "", AUTH_UNKNOWN },
		{ "spf=fail smtp.pra=x@b.example smtp.mailfrom=x@a.example",
		    "a.example", AUTH_FAIL },
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

/* CVE-2020-12272: a comment inside the domain made another domain of it; one
 * that does not end says that no host wrote all of it. */
static void
test_a_comment_does_not_become_part_of_a_domain(void **state)
{
	struct arena *a = arena_new();
	struct auth auth = { .source = STR_INIT("") };
	struct str host;

	(void)state;
	auth_read(&auth, a, STR("h; spf=pass "
	    "smtp.mailfrom=x@evil.example(.kagoya.jp; dmarc=pass"), &host);
	assert_int_equal(auth.result[AUTH_SPF], AUTH_UNKNOWN);
	assert_int_equal(auth.result[AUTH_DMARC], AUTH_UNKNOWN);
	assert_true(auth_read(&auth, a, STR("h; spf=pass "
	    "smtp.mailfrom=x@evil.example(.kagoya.jp)"), &host));
	assert_true(str_is(auth.domain[AUTH_SPF], "evil.example"));
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
		cmocka_unit_test(test_one_signature_that_passes_is_enough),
		cmocka_unit_test(
		    test_of_two_that_contradict_each_other_the_worse_counts),
		cmocka_unit_test(test_no_text_of_a_sender_is_a_result),
		cmocka_unit_test(test_lines_of_real_hosts_are_read),
		cmocka_unit_test(test_what_a_sender_gains_by_is_distrusted),
		cmocka_unit_test(
		    test_who_has_a_hand_in_results_passes_for_nobody),
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
