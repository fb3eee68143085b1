/* SPDX-License-Identifier: Apache-2.0 */
/* Messages made, and read again: what was described must come back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "mail/compose.h"
#include "mail/envelope.h"
#include "mail/message.h"
#include "mail/restyle.h"
#include "mail/xtest.h"
#include "../scratch.h"

static const char subject_text[] =
    "お支払い情報のご確認と更新のお願い【えきねっと】からの重要なお知らせ";
static const char body_text[] =
    "現在、登録されているお支払い情報が無効になっていることが確認されました。\n"
    "https://a.example/x?b=1&c=2\nKAGOYA Billing\n";

static void
describe(struct compose *c)
{
	*c = (struct compose){
		.from = STR("えきねっと <x@example.cn>"),
		.to = STR("taro@example.jp"),
		.subject = str_of(subject_text),
		.body = str_of(body_text),
	};
}

static void
read_back(struct message *m, struct arena *a, struct str raw)
{
	static const struct message_conf conf;
	static const struct envelope env;

	message_read(m, a, raw, &env, &conf);
}

static bool
has(struct str s, const char *piece)
{
	return str_find_str(s, str_of(piece)) < s.n;
}

static void
test_every_charset_and_encoding_comes_back(void **state)
{
	static const char *const charsets[] = { "utf-8", "iso-2022-jp",
		"shift_jis", "euc-jp" };
	static const enum compose_encoding encodings[] = { COMPOSE_USUAL,
		COMPOSE_BASE64, COMPOSE_QUOTED, COMPOSE_PLAIN };
	struct arena *a = *state;
	struct compose c;
	struct message m;
	struct str raw;

	describe(&c);
	for (size_t i = 0; i < nitems(charsets) * nitems(encodings); i++) {
		c.charset = str_of(charsets[i % nitems(charsets)]);
		c.encoding = encodings[i / nitems(charsets)];
		assert_true(compose_message(&raw, a, &c));
		read_back(&m, a, raw);
		assert_true(str_is(m.subject, subject_text));
		assert_int_equal(m.from.n, 1);
		assert_true(str_is(m.from.at[0].name, "えきねっと"));
		assert_true(str_is(m.from.at[0].addr, "x@example.cn"));
		assert_int_equal(m.texts.n, 1);
		assert_true(has(m.texts.at[0].visible,
		    "登録されているお支払い情報が無効"));
		assert_true(has(m.texts.at[0].visible, "KAGOYA Billing"));
		assert_int_equal(m.urls.n, 1);
		assert_false(m.texts.at[0].is_guess);
	}
}

static void
test_seven_bit_charsets_stay_seven_bit(void **state)
{
	struct arena *a = *state;
	struct compose c;
	struct str raw;

	describe(&c);
	c.charset = STR("iso-2022-jp");
	assert_true(compose_message(&raw, a, &c));
	assert_true(has(raw, "Content-Transfer-Encoding: 7bit"));
	assert_true(has(raw, "=?iso-2022-jp?B?"));
	for (size_t i = 0; i < raw.n; i++)
		assert_int_equal(raw.p[i] & 0x80, 0);
}

static void
test_no_header_line_is_longer_than_rfc_2047_allows(void **state)
{
	struct arena *a = *state;
	struct str raw, line, piece;
	struct compose c;

	describe(&c);
	assert_true(compose_message(&raw, a, &c));
	while (str_next(&raw, '\n', &line) && str_trim(line).n != 0) {
		assert_true(line.n <= 77 || !has(line, "=?"));
		piece = str_trim(line);
		if (str_starts(piece, STR("=?")))
			assert_true(piece.n <= 75);
	}
}

static void
test_a_wrong_label_is_read_by_guess(void **state)
{
	struct arena *a = *state;
	struct compose c;
	struct message m;
	struct str raw;

	describe(&c);
	c.charset = STR("shift_jis");
	c.label = STR("iso-2022-jp");
	assert_true(compose_message(&raw, a, &c));
	read_back(&m, a, raw);
	assert_true(has(m.texts.at[0].visible, "お支払い情報が無効"));
	assert_true(m.texts.at[0].is_guess);
}

static void
test_links_and_mark_up_make_anchors(void **state)
{
	struct arena *a = *state;
	struct compose c;
	struct message m;
	struct str raw;

	describe(&c);
	*VEC_ADD(a, &c.links) = (struct compose_link){ STR("こちら <今すぐ>"),
		STR("https://b.example/?a=\"1\"&b=2") };
	c.is_html = true;
	assert_true(compose_message(&raw, a, &c));
	read_back(&m, a, raw);
	assert_true(m.texts.at[0].is_html);
	assert_true(has(m.texts.at[0].utf8, "<span>"));
	assert_true(has(m.texts.at[0].visible,
	    "登録されているお支払い情報が無効"));
	assert_true(has(m.texts.at[0].visible, "こちら <今すぐ>"));
	assert_int_equal(m.urls.at[m.urls.n - 1].source, URL_A);
	assert_true(str_is(m.urls.at[m.urls.n - 1].text, "こちら <今すぐ>"));
}

static void
test_text_and_mark_up_are_alternatives(void **state)
{
	struct arena *a = *state;
	struct compose c;
	struct message m;
	struct str raw;

	describe(&c);
	c.html = STR("<p>別の文</p>");
	assert_true(compose_message(&raw, a, &c));
	read_back(&m, a, raw);
	assert_int_equal(m.texts.n, 2);
	assert_true(m.texts.at[1].is_html);
	assert_true(has(m.texts.at[1].visible, "別の文"));
	assert_false(m.is_damaged);
}

static void
test_wrapping_breaks_japanese_only(void **state)
{
	struct arena *a = *state;
	struct str raw, text, line;
	struct compose c;
	struct message m;

	describe(&c);
	c.is_wrapped = true;
	assert_true(compose_message(&raw, a, &c));
	read_back(&m, a, raw);
	text = m.texts.at[0].visible;
	assert_false(has(text, "現在、登録されているお支払い情報が無効に"
	    "なっていることが確認されました"));
	assert_true(has(text, "https://a.example/x?b=1&c=2"));
	while (str_next(&text, '\n', &line))
		assert_true(utf8_width(line) <= 36);
}

static void
test_a_charset_that_cannot_hold_the_text_says_so(void **state)
{
	struct arena *a = *state;
	struct compose c;
	struct message m;
	struct str raw;

	describe(&c);
	c.subject = STR("Grüße 한국어");
	c.charset = STR("shift_jis");
	assert_false(compose_message(&raw, a, &c));
	read_back(&m, a, raw);
	assert_true(str_is(m.subject, "Grüße 한국어"));
}

static void
test_a_field_cannot_begin_another(void **state)
{
	struct arena *a = *state;
	struct compose c;
	struct str raw;

	describe(&c);
	c.subject = STR("x\r\nX-Evil: 1");
	*VEC_ADD(a, &c.headers) = (struct compose_header){ STR("X-A"),
		STR("y\nX-Evil: 2") };
	*VEC_ADD(a, &c.headers) = (struct compose_header){ STR("X B\n"),
		STR("z") };
	assert_true(compose_message(&raw, a, &c));
	assert_false(has(raw, "\nX-Evil"));
	assert_false(has(raw, "X B"));
}

static void
test_the_same_description_gives_the_same_bytes(void **state)
{
	struct arena *a = *state;
	struct compose c;
	struct str one, two;

	describe(&c);
	assert_true(compose_message(&one, a, &c));
	assert_true(compose_message(&two, a, &c));
	assert_true(str_eq(one, two));
	assert_true(has(one, "Date: Mon, 09 Feb 2026 "));
	c.subject = STR("x");
	assert_true(compose_message(&two, a, &c));
	assert_false(str_eq(one, two));
}

static void
test_display_names_are_quoted_where_they_must_be(void **state)
{
	static const struct {
		const char *from, *field;
	} cases[] = {
		{ "J:COM <a@b.example>", "From: \"J:COM\" <a@b.example>\r\n" },
		{ "Kagoya Japan<a@b.example>",
		    "From: Kagoya Japan<a@b.example>\r\n" },
		{ "\"a, b\" <a@b.example>",
		    "From: \"a, b\" <a@b.example>\r\n" },
		{ "a@b.example", "From: a@b.example\r\n" },
		{ "<a@b.example>", "From: <a@b.example>\r\n" },
	};
	struct arena *a = *state;
	struct compose c;
	struct str raw;

	describe(&c);
	for (size_t i = 0; i < nitems(cases); i++) {
		c.from = str_of(cases[i].from);
		assert_true(compose_message(&raw, a, &c));
		assert_true(has(raw, cases[i].field));
	}
}

static void
test_words_change_their_dress_and_addresses_do_not(void **state)
{
	static const struct {
		struct str (*restyle)(struct arena *a, struct str s);
		const char *from, *to;
	} cases[] = {
		{ restyle_fullwidth, "KAGOYA 12", "ＫＡＧＯＹＡ １２" },
		{ restyle_fullwidth, "見る https://a.example/B 1",
		    "見る https://a.example/B １" },
		{ restyle_fullwidth, "x@a.example", "x@a.example" },
		{ restyle_halfkana, "カゴヤ", "ｶｺﾞﾔ" },
		{ restyle_halfkana, "パピヴンーッ", "ﾊﾟﾋﾟｳﾞﾝｰｯ" },
		{ restyle_halfkana, "えきねっと ABC", "えきねっと ABC" },
	};
	struct arena *a = *state;

	for (size_t i = 0; i < nitems(cases); i++)
		assert_true(str_is(cases[i].restyle(a, str_of(cases[i].from)),
		    cases[i].to));
}

static void
test_the_envelope_of_a_sample_comes_back(void **state)
{
	struct envelope env = { .helo = STR("new194"), .has_rdns = true,
		.has_mail_from = true, .mail_from = STR("a@b.example") };
	struct envelope back = { 0 };
	struct arena *a = *state;
	struct str raw, bad;
	struct buf b;

	assert_true(addr_parse(STR("192.0.2.7"), &env.ip));
	*VEC_ADD(a, &env.rcpt) = STR("x@example.jp");
	*VEC_ADD(a, &env.rcpt) = STR("y@example.jp");
	env.auth.result[AUTH_SPF] = AUTH_FAIL;
	env.auth.result[AUTH_DKIM] = AUTH_NONE;
	buf_init_arena(&b, a, 4096);
	xtest_write(&b, &env);
	buf_add_str(&b, STR("Subject: x\r\n\r\nbody"));
	raw = buf_str(&b);
	assert_true(xtest_take(&back, a, &raw, &bad));
	assert_true(str_is(raw, "Subject: x\r\n\r\nbody"));
	assert_true(addr_eq(&back.ip, &env.ip));
	assert_true(str_is(back.helo, "new194"));
	assert_true(back.has_rdns && back.rdns.n == 0);
	assert_true(str_is(back.mail_from, "a@b.example"));
	assert_int_equal(back.rcpt.n, 2);
	assert_int_equal(back.auth.result[AUTH_SPF], AUTH_FAIL);
	assert_int_equal(back.auth.result[AUTH_DKIM], AUTH_NONE);
	assert_int_equal(back.auth.result[AUTH_DMARC], AUTH_UNKNOWN);
}

static void
test_a_broken_envelope_names_the_line(void **state)
{
	struct envelope env = { 0 };
	struct arena *a = *state;
	struct str raw = STR("X-Test-Helo: a\r\nX-Test-IP: nowhere\r\n\r\n");
	struct str bad;

	assert_false(xtest_take(&env, a, &raw, &bad));
	assert_true(str_is(bad, "X-Test-IP: nowhere"));
	raw = STR("X-Test-Auth: spf=maybe\r\n\r\n");
	assert_false(xtest_take(&env, a, &raw, &bad));
	assert_true(str_is(bad, "X-Test-Auth: spf=maybe"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_charset_and_encoding_comes_back),
		cmocka_unit_test(test_seven_bit_charsets_stay_seven_bit),
		cmocka_unit_test(
		    test_no_header_line_is_longer_than_rfc_2047_allows),
		cmocka_unit_test(test_a_wrong_label_is_read_by_guess),
		cmocka_unit_test(test_links_and_mark_up_make_anchors),
		cmocka_unit_test(test_text_and_mark_up_are_alternatives),
		cmocka_unit_test(test_wrapping_breaks_japanese_only),
		cmocka_unit_test(
		    test_a_charset_that_cannot_hold_the_text_says_so),
		cmocka_unit_test(test_a_field_cannot_begin_another),
		cmocka_unit_test(
		    test_the_same_description_gives_the_same_bytes),
		cmocka_unit_test(
		    test_display_names_are_quoted_where_they_must_be),
		cmocka_unit_test(
		    test_words_change_their_dress_and_addresses_do_not),
		cmocka_unit_test(test_the_envelope_of_a_sample_comes_back),
		cmocka_unit_test(test_a_broken_envelope_names_the_line),
	};

	return cmocka_run_group_tests_name("mail/compose", tests,
	    scratch_open, scratch_close);
}
