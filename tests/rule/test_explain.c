/* SPDX-License-Identifier: Apache-2.0 */
/* Verdicts in words: whole messages against the packs that we ship. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/json.h"
#include "base/utf8.h"
#include "rule/explain.h"
#include "rule/extract.h"
#include "rule/note.h"
#include "rule/pattern.h"
#include "rule/wording.h"
#include "mail.h"
#include "rules.h"

static struct ruleset *ruleset;

static int
set_up(void **state)
{
	struct err e;

	scratch_open(state);
	return rules_load("") &&
	    ruleset_build(&ruleset, &packs, &table, NULL, &e) ? 0 : -1;
}

static int
tear_down(void **state)
{
	ruleset_free(ruleset);
	return scratch_close(state);
}

struct told {
	struct message message;
	struct facts facts;
	struct hits hits;
	struct verdict verdict;
	struct str ja, en;
	struct str json;
};

static struct str
text_in(struct told *t, const char *lang, unsigned width)
{
	struct explain_conf conf = { .lang = str_of(lang), .width = width };
	struct buf b;

	buf_init_arena(&b, arena, 1 << 20);
	explain_text(&b, &t->verdict, &t->facts, &t->message, &conf);
	assert_false(b.is_full);
	assert_true(utf8_is_valid(buf_str(&b)));
	return buf_str(&b);
}

static struct told *
tell(const struct mail *mail, const struct envelope *env)
{
	static const struct extract_conf conf;
	struct told *t = ARENA_ONE(arena, struct told);
	struct json j;
	struct buf b;
	int32_t day;

	assert_true(day_parse(STR("2026-02-14"), &day));
	mail_read(&t->message, arena, mail, env);
	facts_init(&t->facts, arena, &table);
	extract_facts(&t->facts, &t->message, env, &conf);
	ruleset_match(&t->hits, arena, ruleset, &t->facts, &t->message, day);
	verdict_decide(&t->verdict, arena, &t->hits, NULL, day);
	t->ja = text_in(t, "ja", 80);
	t->en = text_in(t, "en", 80);
	buf_init_arena(&b, arena, 1 << 20);
	json_init(&j, &b);
	explain_json(&j, &t->verdict, &t->facts, &t->message,
	    &(struct explain_conf){ .lang = STR("ja") });
	t->json = buf_str(&b);
	assert_false(b.is_full);
	assert_true(utf8_is_valid(t->json));
	return t;
}

/* The note with this code as it stands in the JSON, or "". */
static struct str
note_of(const struct told *t, const char *code)
{
	struct str head = str_cat(arena, STR("{\"code\":\""), str_of(code),
	    STR("\""));
	struct str note = str_from(t->json, str_find_str(t->json, head));

	return str_head(note, 1 + str_find_str(str_from(note, 1),
	    STR("{\"code\":")));
}

/* Each language is looked for in what follows its key. */
static void
expect_said(struct str note, const char *code, const char *lang,
    const char *piece)
{
	struct str said = str_from(note, str_find_str(note, str_cat(arena,
	    STR("\""), str_of(lang), STR("\":"))));

	said = str_head(said, str_find_str(said, str_is(STR("ja"), lang)
	    ? STR("\"en\":") : STR("}")));
	if (piece != NULL && str_find_str(said, str_of(piece)) >= said.n)
		fail_msg("%s: \"%s\" is not in %.*s", code, piece,
		    STR_ARG(said));
}

static void
expect_note(const struct told *t, const char *code, const char *ja,
    const char *en)
{
	struct str note = note_of(t, code);

	if (note.n < 2)
		fail_msg("no note %s", code);
	expect_said(note, code, "ja", ja);
	expect_said(note, code, "en", en);
}

static void
expect_no_note(const struct told *t, const char *code)
{
	assert_true(note_of(t, code).n < 2);
}

static void
expect_text(struct str text, const char *piece)
{
	if (str_find_str(text, str_of(piece)) >= text.n)
		fail_msg("\"%s\" is not in:\n%.*s", piece, STR_ARG(text));
}

static struct envelope
envelope(const char *ip, const char *helo, const char *rdns,
    const char *mail_from)
{
	struct envelope env = { 0 };

	addr_parse(str_of(ip), &env.ip);
	env.helo = str_of(helo);
	env.has_rdns = rdns != NULL;
	env.rdns = str_of(rdns);
	env.has_mail_from = mail_from != NULL;
	env.mail_from = str_of(mail_from);
	*VEC_ADD(arena, &env.rcpt) = STR("taro@victim.example");
	return env;
}

static struct told *
tell_billing(void)
{
	struct envelope env = envelope("104.219.238.62", "new194",
	    "104-219-238-62.cloud7.namecheap.com",
	    "bounce@executiveonelimousine.com");

	env.auth.result[AUTH_SPF] = AUTH_NONE;
	env.auth.result[AUTH_DKIM] = AUTH_NONE;
	env.auth.result[AUTH_DMARC] = AUTH_NONE;
	return tell(&(struct mail){
	    .from = "“KAGOYA インターネットルーティング\" "
	        "<support@executiveonelimousine.com>",
	    .subject = "[spam] [KAGOYA Billing] 一括払い更新失敗のお知らせ",
	    .text = STR("共有メールプランの料金が2026年1月から2026年12月まで"
	        "の12ヶ月分一括払いで未払いとなっております。\n"
	        "https://www.auditor585.de/index.php?lang=de&redirect="
	        "https%3A%2F%2Fstlukescommunitychurch.org%2F"
	        "kagoya-net-customer-portal%2F%3Fuid%3Dtaro@victim.example\n"
	        "https://www.kagoya.jp/\n電 話 0120-022-234\n") }, &env);
}

static void
test_the_sections_stand_in_the_order_of_reports(void **state)
{
	struct told *t = tell_billing();
	size_t ja = 0, en = 0;

	(void)state;
	for (int s = 0; s < SECTIONS; s++) {
		struct str title = str_cat(arena, STR("\n"),
		    str_of(section_titles[s][LANG_JA]), STR("\n"));
		size_t at = str_find_str(t->ja, title);

		/* Only where somebody has said something of them. */
		if (s == SECTION_SITE || s == SECTION_OTHERS) {
			assert_true(at == t->ja.n);
			continue;
		}
		assert_true(at < t->ja.n && at >= ja);
		ja = at;
		title = str_cat(arena, STR("\n"),
		    str_of(section_titles[s][LANG_EN]), STR("\n"));
		at = str_find_str(t->en, title);
		assert_true(at < t->en.n && at >= en);
		en = at;
	}
}

static void
test_a_billing_lure_is_told_with_all_that_is_known(void **state)
{
	struct told *t = tell_billing();

	(void)state;
	assert_int_equal(t->verdict.action, ACTION_REJECT);
	expect_note(t, "subject.tag", "[spam]", "not judged");
	expect_note(t, "from.odd_quotes", "“KAGOYA", "odd quotes");
	expect_note(t, "from.claims", "公式: kagoya.jp", "kagoya.com");
	expect_note(t, "from.role", "support", "weak");
	expect_note(t, "helo.single_label", "new194", "single label");
	expect_note(t, "rdns.generic", "104-219-238-62", "made of the");
	expect_note(t, "route.peer", "104.219.238.62", "IP 104.219.238.62");
	expect_note(t, "route.peer", "(ゲートウェイの申告)",
	    "(said by the gateway)");
	expect_note(t, "link.chain", "(redirect=)", "stlukescommunitychurch");
	expect_note(t, "link.rcpt", "<rcpt>", "recipient");
	expect_note(t, "link.genuine", "www.kagoya.jp", "camouflage");
	expect_note(t, "text.claim", "KAGOYA", "display name");
	expect_note(t, "text.genuine_phone", "0120022234", "camouflage");
	expect_note(t, "auth.results", "SPF none", "DMARC none");
	expect_note(t, "campaign.age", "2026-02-09", "5 days");
	expect_note(t, "advice.official", "kagoya.jp", NULL);
	expect_note(t, "advice.never", "kagoya.net", NULL);
	expect_note(t, "rcpt.masked", NULL, "<rcpt>");
	expect_text(t->ja, "ip-sc.net");
	expect_text(t->ja, "合計");
	expect_text(t->en, "in all");
}

static void
test_recipients_and_live_addresses_are_not_shown(void **state)
{
	struct told *t = tell_billing();

	(void)state;
	assert_int_equal(str_find_str(t->ja, STR("taro@victim")), t->ja.n);
	assert_int_equal(str_find_str(t->en, STR("taro@victim")), t->en.n);
	assert_int_equal(str_find_str(t->ja, STR("https://www.auditor585")),
	    t->ja.n);
	expect_text(t->ja, "hxxps://www[.]auditor585[.]de/");
}

static void
test_a_forged_host_is_split_into_what_it_seems_and_is(void **state)
{
	struct envelope env = envelope("45.135.135.185",
	    "noreply0.jcom.co.jp", "", "noreply@jcom.co.jp");
	struct told *t;

	(void)state;
	env.auth.result[AUTH_SPF] = AUTH_FAIL;
	env.auth.result[AUTH_DKIM] = AUTH_NONE;
	env.auth.result[AUTH_DMARC] = AUTH_FAIL;
	t = tell(&(struct mail){
	    .from = "JCOM <noreply@jcom.co.jp>",
	    .subject = "JCOM ご請求書が未払いの状態です",
	    .text = STR("支払い方法は無効だ "
	        "https://www2.jcom.co.jp.login.vkia.cn/") }, &env);
	assert_int_equal(t->verdict.action, ACTION_REJECT);
	expect_note(t, "link.split", "[www2.jcom.co.jp.login]", "vkia[.]cn");
	expect_note(t, "link.cctld", ".cn", "not a country");
	expect_note(t, "from.forged", "詐称", "forged");
	expect_note(t, "rdns.none", NULL, "no reverse name");
	expect_note(t, "helo.brand", "J:COM", "none");
	expect_no_note(t, "from.unknown_auth");
}

static void
test_unknown_authentication_is_no_forgery(void **state)
{
	struct envelope env = envelope("192.0.2.1", "mail.kagoya.jp", NULL,
	    NULL);
	struct told *t = tell(&(struct mail){
	    .from = "カゴヤ・ジャパン <support@kagoya.jp>",
	    .text = STR("https://support.kagoya.jp/") }, &env);

	(void)state;
	assert_int_equal(t->verdict.action, ACTION_NONE);
	expect_note(t, "from.unknown_auth", "決められません", NULL);
	expect_note(t, "auth.unknown", "不明", "unknown");
	expect_note(t, "rdns.unknown", NULL, "unknown");
	expect_note(t, "route.peer", "、逆引きは誰も述べていません",
	    "said by the gateway; the reverse name by nobody");
	expect_no_note(t, "from.forged");
}

static void
test_texts_of_one_address_are_told_once(void **state)
{
	struct envelope env = { 0 };
	struct told *t = tell(&(struct mail){ .html = STR(
	    "<a href=\"https://evil.example/\">支払う</a> "
	    "<a href=\"https://evil.example/\">こちら</a> "
	    "<a href=\"https://evil.example/\">ヘルプ</a> "
	    "<a href=\"https://evil.example/\">ヘルプ</a>") }, &env);

	(void)state;
	expect_note(t, "link.same_target", "3 通り", "3 texts, 1 address");
}

static void
test_a_report_is_told_as_quotation(void **state)
{
	struct envelope env = { 0 };
	struct str text = mail_report(arena, "kagoya-advisory-2020-03");
	struct told *t = tell(&(struct mail){ .subject = "お知らせ",
	    .text = text }, &env);

	(void)state;
	assert_int_equal(t->verdict.action, ACTION_NONE);
	expect_note(t, "text.report", "複数の見本", "several samples");
}

static void
test_the_json_has_what_programs_need(void **state)
{
	static const char *const pieces[] = {
		"{\"action\":\"reject\",\"score\":18,",
		"\"symbol\":\"JP_KAGOYA_BILLING_2026_02\"",
		"\"age_days\":5,\"severity\":\"high\","
		"\"confidence\":\"high\"",
		"\"kind\":\"group\",\"points\":4,"
		"\"campaign\":\"JP_KAGOYA_BILLING_2026_02\","
		"\"name\":\"sender\",\"say\":{\"ja\":",
		"\"fact\":\"from.domain\","
		"\"found\":\"executiveonelimousine.com\",\"place\":"
		"{\"kind\":\"header\",\"name\":\"From\"",
		"\"indicator\":\"executiveonelimousine[.]com\"",
		"\"kind\":\"cap\",\"points\":-",
		"\"unknown\":[", "\"limits\":[]",
	};
	struct told *t = tell_billing();

	(void)state;
	for (size_t i = 0; i < nitems(pieces); i++)
		expect_text(t->json, pieces[i]);
}

/* It once was one of the part, as if it stood in a URL of fifty bytes. */
static void
test_a_place_that_is_a_link_has_no_offset(void **state)
{
	struct str s = tell_billing()->json;
	const struct str kind = STR("{\"kind\":\"url\",");
	size_t links = 0, at;

	(void)state;
	for (; (at = str_find_str(s, kind)) < s.n; links++) {
		s = str_from(s, at + kind.n);
		at = str_find_str(str_head(s, str_find(s, '}')),
		    STR("\"offset\""));
		assert_int_equal(at, str_find(s, '}'));
	}
	assert_true(links > 0);
}

/* Has it notes when nobody asked for any? */
static bool
has_notes_in_brief(const struct told *t)
{
	struct json j;
	struct buf b;

	buf_init_arena(&b, arena, 1 << 20);
	json_init(&j, &b);
	explain_json(&j, &t->verdict, &t->facts, &t->message,
	    &(struct explain_conf){ .lang = STR("en"), .is_brief = true });
	return str_find_str(buf_str(&b), STR("\"notes\":")) < b.n;
}

static void
test_notes_are_left_out_where_nothing_is_said_of_a_mail(void **state)
{
	struct envelope env = { 0 };
	struct told *clean = tell(&(struct mail){ .text = STR("hello") },
	    &env);

	(void)state;
	expect_text(clean->json, "\"notes\":[{");
	assert_false(has_notes_in_brief(clean));
	assert_true(has_notes_in_brief(tell_billing()));
}

static void
test_lines_keep_within_the_width(void **state)
{
	struct told *t = tell_billing();
	struct str text = text_in(t, "ja", 60), one;
	size_t over = 0;

	(void)state;
	/* Columns that cannot be broken, and URLs, may stand out. */
	str_cut(text, '\n', &one, &text);
	while (str_next(&text, '\n', &one))
		over += utf8_width(one) > 61;
	assert_true(over <= 2);
}

static void
test_a_line_that_is_broken_goes_on_in_its_column(void **state)
{
	enum { DEEPEST = 29 };
	struct told *t = tell_billing();

	(void)state;
	for (unsigned width = 50; width <= 100; width++) {
		struct str text = text_in(t, "en", width), one;

		while (str_next(&text, '\n', &one)) {
			size_t depth = one.n;

			while (str_skip(&one, STR(" ")))
				;
			assert_in_range(depth - one.n, 0, DEEPEST);
		}
	}
}

static void
test_what_a_message_holds_cannot_move_the_cursor(void **state)
{
	struct envelope env = { 0 };
	struct told *t = tell(&(struct mail){
	    .from = "\"\033[2J\u202eKAGOYA\" <a@b.example>",
	    .subject = "\033]0;x\007 a\u202eb",
	    .text = STR("https://evil.example/\033[31m") }, &env);

	(void)state;
	assert_false(str_has(t->ja, '\033'));
	assert_false(str_has(t->ja, '\007'));
	assert_int_equal(str_find_str(t->ja, STR("\u202e")), t->ja.n);
}

static void
test_every_note_has_its_words(void **state)
{
	(void)state;
	for (int i = 0; i < NOTES; i++) {
		assert_non_null(note_texts[i].code);
		assert_non_null(note_texts[i].text[LANG_JA]);
		assert_non_null(note_texts[i].text[LANG_EN]);
		for (int k = 0; k < i; k++)
			assert_string_not_equal(note_texts[i].code,
			    note_texts[k].code);
	}
}

/* A mark without a text was read from behind the table. */
static void
test_every_mark_of_a_report_has_a_text_in_both_languages(void **state)
{
	(void)state;
	for (int i = 0; i < QUOTE_MARKS; i++) {
		assert_non_null(quote_mark_texts[i][LANG_JA]);
		assert_non_null(quote_mark_texts[i][LANG_EN]);
	}
}

static void
test_templates_are_filled(void **state)
{
	const struct str args[] = { STR("a"), STR("b") };

	(void)state;
	assert_string_equal(str_cstr(arena, wording_fill(arena,
	    STR("{match}-{1}-{2}-{3}-{x}{"), args, 2)), "a-a-b--{x}{");
	assert_string_equal(str_cstr(arena, wording_points(arena, -25,
	    true)), "-0.25");
	assert_string_equal(str_cstr(arena, wording_points(arena, 1250,
	    true)), "+12.5");
}

static void
test_a_template_is_filled_as_json_as_it_is_as_text(void **state)
{
	static const struct str templates[] = {
		STR_INIT("{1}"), STR_INIT("\"{2}\": {1}, {3}{4}"),
		STR_INIT("{x} {{1}} {"), STR_INIT(""), STR_INIT("「{match}」"),
	};
	char many[3000];
	const struct str args[][NOTE_ARGS] = {
		{ STR("a"), STR("b\"\n"), STR(""), STR("\xe3\x81") },
		{ STR("日本"), STR("\xff"), STR("{1}"), STR("d") },
		{ { many, sizeof(many) }, { many, sizeof(many) }, STR("c"),
		    STR("d") },
	};
	struct buf b, wanted;
	struct json j;

	(void)state;
	memset(many, 'm', sizeof(many));
	for (size_t i = 0; i < nitems(templates) * nitems(args); i++) {
		const struct str *these = args[i / nitems(templates)];
		struct str template = templates[i % nitems(templates)];

		buf_init_arena(&wanted, arena, 100000);
		json_init(&j, &wanted);
		json_str(&j, wording_fill(arena, template, these, NOTE_ARGS));
		buf_init_arena(&b, arena, 100000);
		json_init(&j, &b);
		wording_put(&j, arena, template, these, NOTE_ARGS);
		assert_string_equal(str_cstr(arena, buf_str(&b)),
		    str_cstr(arena, buf_str(&wanted)));
	}
}

static const struct str recipients[] = {
	STR_INIT("taro@victim.example"), STR_INIT("jiro@shop.example"),
	STR_INIT("a1@b.example"), STR_INIT("c2@d.example"),
	STR_INIT("e3@f.example"), STR_INIT("g4@h.example"),
};

/* Of one, and of so many that they begin in more ways than are told apart. */
static void
test_a_recipient_is_masked_wherever_he_stands(void **state)
{
	(void)state;
	for (size_t n = 1; n <= nitems(recipients); n++)
		for (size_t at = 0; at < 70; at++) {
			struct wording w;
			struct facts facts;
			struct message m = { 0 };
			char text[100];
			struct str shown, whole = { text, at + 30 };

			facts_init(&facts, arena, &table);
			for (size_t i = 0; i < n; i++)
				facts_give_str(&facts, FACT_RCPT,
				    recipients[i], (struct place){
				    .kind = PLACE_ENVELOPE });
			wording_init(&w, arena, &facts, &m);
			memset(text, 't', sizeof(text));
			shown = wording_plain(&w, whole);
			assert_true(str_eq(shown, whole) && !w.has_masked);
			memcpy(text + at, "TARO@victim.example", 19);
			shown = wording_plain(&w, whole);
			assert_true(w.has_masked);
			assert_int_equal(shown.n, whole.n - 19 + 6);
			assert_int_equal(str_find_str(shown, STR("<rcpt>")),
			    at);
			assert_false(str_has(shown, '@'));
		}
}

static void
test_what_is_shown_ends_where_the_whole_would(void **state)
{
	static const char *const marks[] = { "http://", "a.example", "1.2.3",
		"://x.y/z.w", "\xe3\x81\x82", "\x01" };
	struct wording w = { .arena = arena };

	(void)state;
	for (size_t i = 0; i < nitems(marks); i++)
		for (size_t at = 0; at < 90; at++) {
			char text[120];
			struct str s = { text, sizeof(text) }, shown, whole;
			size_t n = 0;

			memset(text, 'x', sizeof(text));
			memcpy(text + at, marks[i], strlen(marks[i]));
			shown = wording_show(&w, s);
			whole = defang(arena, wording_plain(&w, s));
			for (int k = 0; k < 80; k++)
				utf8_next(whole, &n);
			assert_true(str_eq(shown, str_cat(arena,
			    str_head(whole, n), STR("…"))));
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_the_sections_stand_in_the_order_of_reports),
		cmocka_unit_test(
		    test_a_billing_lure_is_told_with_all_that_is_known),
		cmocka_unit_test(
		    test_recipients_and_live_addresses_are_not_shown),
		cmocka_unit_test(
		    test_a_forged_host_is_split_into_what_it_seems_and_is),
		cmocka_unit_test(test_unknown_authentication_is_no_forgery),
		cmocka_unit_test(test_texts_of_one_address_are_told_once),
		cmocka_unit_test(test_a_report_is_told_as_quotation),
		cmocka_unit_test(test_the_json_has_what_programs_need),
		cmocka_unit_test(
		    test_a_place_that_is_a_link_has_no_offset),
		cmocka_unit_test(
		    test_notes_are_left_out_where_nothing_is_said_of_a_mail),
		cmocka_unit_test(test_lines_keep_within_the_width),
		cmocka_unit_test(
		    test_a_line_that_is_broken_goes_on_in_its_column),
		cmocka_unit_test(
		    test_what_a_message_holds_cannot_move_the_cursor),
		cmocka_unit_test(test_every_note_has_its_words),
		cmocka_unit_test(
		    test_every_mark_of_a_report_has_a_text_in_both_languages),
		cmocka_unit_test(test_templates_are_filled),
		cmocka_unit_test(
		    test_a_template_is_filled_as_json_as_it_is_as_text),
		cmocka_unit_test(
		    test_a_recipient_is_masked_wherever_he_stands),
		cmocka_unit_test(
		    test_what_is_shown_ends_where_the_whole_would),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
